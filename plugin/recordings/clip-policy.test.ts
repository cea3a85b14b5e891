import { expect, test } from 'vitest';
import type { EventDraft } from '../../protocol/event.ts';
import { clipEffect, extendDeadlines, promisesClip } from './clip-policy.ts';

type Told = Pick<EventDraft, 'kind' | 'phase' | 'at'>;
const told = (kind: EventDraft['kind'], phase: EventDraft['phase'], at = 0): Told => ({ kind, phase, at });

test.each([
  [told('doorbell', 'ring'), 'opens'],
  [told('motion', 'start'), 'opens'],
  [told('motion', 'update'), 'extends'],
  [told('motion', 'end'), 'extends'],
  [told('package', 'delivered'), 'opens'],
  [told('package', 'removed'), 'opens'],
  [told('package', 'corrected'), 'none'],
  [told('clip', 'ready'), 'none'],
  [told('camera', 'offline'), 'none'],
  [told('storage', 'gap'), 'none'],
] as const)('%j %s', (event, effect) => {
  expect(clipEffect(event)).toBe(effect);
});

const none = { moment: 0, motion: 0 };

test.each([
  [
    'a ring counts from when it was known',
    none,
    told('doorbell', 'ring', 500),
    1000,
    { moment: 11_000, motion: 0 },
  ],
  ['motion may go on', none, told('motion', 'start', 1000), 1000, { moment: 0, motion: 191_000 }],
  [
    'its end counts from the last motion',
    { moment: 0, motion: 191_000 },
    told('motion', 'end', 20_000),
    28_000,
    { moment: 0, motion: 30_000 },
  ],
  ['but not from the future', none, told('motion', 'end', 99_000), 28_000, { moment: 0, motion: 38_000 }],
  [
    'a ring outlasts the end of motion',
    { moment: 40_000, motion: 191_000 },
    told('motion', 'end', 5000),
    13_000,
    { moment: 40_000, motion: 15_000 },
  ],
  [
    'others change nothing',
    { moment: 1, motion: 2 },
    told('clip', 'ready', 5000),
    5000,
    { moment: 1, motion: 2 },
  ],
])('%s', (_, before, event, now, after) => {
  expect(extendDeadlines(before, event, now)).toEqual(after);
});

const HOUR = 3_600_000;

test.each([
  ['a camera that is there', { online: true, privacy: false, since: 0 }, true],
  ['one that reconnects', { online: false, privacy: false, since: HOUR - 5_000 }, true],
  ['one that has been away for a minute', { online: false, privacy: false, since: HOUR - 60_000 }, false],
  ['one in privacy mode', { online: false, privacy: true, since: HOUR - 5_000 }, false],
])('%s: a clip is promised: %s', (_, state, promised) => {
  expect(promisesClip(state, HOUR)).toBe(promised);
});
