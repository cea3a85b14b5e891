import { expect, test } from 'vitest';
import type { CameraInfo } from '../../protocol/api.ts';
import { answerOf, type Question } from './state-question.ts';

const camera = (slug: string, facts: Partial<CameraInfo> = {}): CameraInfo => ({
  ...{ id: `id-${slug}`, name: slug, slug, kind: 'camera', online: true, since: 100, privacy: false },
  ...{ armed: true, packages: [], ...facts },
});
const parcel = (deliveredAt: number, count = 1) => ({
  ...{ id: 'p', count, deliveredAt, eventId: 'e', confirmed: true },
});
const door = camera('door', { packages: [parcel(50), parcel(20, 2)] });
const yard = camera('yard', { online: false, since: 300, armed: false, privacy: true });

const ask = (question: Question, cameras: CameraInfo[], more: { camera?: string; atLeast?: number } = {}) =>
  answerOf({ question, atLeast: 1, ...more }, { cameras });

test.each([
  ['package', {}, { is: true, since: 20, count: 3, cameras: ['door'] }],
  ['package', { camera: 'yard' }, { is: false, count: 0, cameras: [] }],
  ['count', { atLeast: 3 }, { is: true, count: 3 }],
  ['count', { atLeast: 4 }, { is: false, count: 3 }],
  ['online', {}, { is: false, since: 300, cameras: ['door'] }],
  ['online', { camera: 'id-door' }, { is: true, since: 100 }],
  ['armed', {}, { is: false, cameras: ['door'] }],
  ['privacy', {}, { is: true, cameras: ['yard'] }],
] as const)('%s of %o', (question, more, answer) => {
  expect(ask(question, [door, yard], more)).toMatchObject({ question, ...answer });
});

test('a camera that the hub does not have has no answer; a hub without cameras has', () => {
  expect(ask('online', [door], { camera: 'shed' })).toBeUndefined();
  expect(ask('online', [])).toMatchObject({ is: false });
  expect(ask('package', [])).toMatchObject({ is: false, count: 0 });
});

test.each([
  ['home', { home: 'home', since: 5 }, { is: true, since: 5 }],
  ['away', { home: 'unknown', since: 0 }, { is: false }],
  ['storage', { target: { state: 'missing', since: 7 } }, { is: false, since: 7 }],
] as const)('%s', (question, reply, answer) => {
  expect(answerOf({ question, atLeast: 1 }, reply)).toEqual({ question, ...answer });
});
