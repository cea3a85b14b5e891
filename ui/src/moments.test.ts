import { expect, it } from 'vitest';
import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { momentsFrom, signOf } from './moments.ts';
import { momentWords } from './words/event-words.ts';

const door = { id: 'c1', name: 'Front door', slug: 'front-door' };
const yard = { id: 'c2', name: 'Yard', slug: 'yard' };

function event(
  seq: number,
  what: Partial<DoorstepEvent> & Pick<DoorstepEvent, 'kind' | 'phase'>,
): DoorstepEvent {
  const at = seq * 1000;
  return { schema: 1, id: `e${seq}`, seq, camera: door, at, detectedAt: at, sentAt: at, ...what };
}

const media = (clip: string, ready = false) => ({
  snapshot: { id: `s-${clip}`, ready },
  clip: { id: clip, ready },
});

it('makes one moment of the start, updates and end of a motion', () => {
  const [moment, ...more] = momentsFrom([
    event(1, { kind: 'motion', phase: 'start', label: 'motion', media: media('k1') }),
    event(2, { kind: 'motion', phase: 'update', label: 'person' }),
    event(3, { kind: 'motion', phase: 'end' }),
    event(4, { kind: 'clip', phase: 'ready', media: media('k1', true) }),
  ]);
  expect(more).toEqual([]);
  expect(moment).toMatchObject({ id: 'e1', at: 1000, endedAt: 3000, label: 'person', snapshotId: 's-k1' });
  expect(moment?.clip).toEqual({ id: 'k1', ready: true });
});

it('asks of nothing by which nothing was decided', () => {
  const [moment] = momentsFrom([
    event(1, { kind: 'motion', phase: 'start', label: 'motion' }),
    event(2, { kind: 'motion', phase: 'update', label: 'motion' }),
    event(3, { kind: 'motion', phase: 'update', label: 'person' }),
    event(4, { kind: 'motion', phase: 'end', label: 'person' }),
  ]);
  expect(moment?.eventIds).toEqual(['e1', 'e3']);
});

it('keeps motions of different cameras apart, and one that has not ended open', () => {
  const moments = momentsFrom([
    event(1, { kind: 'motion', phase: 'start' }),
    event(2, { kind: 'motion', phase: 'start', camera: yard }),
    event(3, { kind: 'motion', phase: 'end', camera: yard }),
  ]);
  expect(moments.map(({ id, endedAt }) => [id, endedAt])).toEqual([
    ['e2', 3000],
    ['e1', undefined],
  ]);
});

it('leaves out an end whose start lies on a page that is not loaded', () => {
  expect(momentsFrom([event(9, { kind: 'motion', phase: 'end' })])).toEqual([]);
});

it('tells a ring and the motion in its recording as one moment, whichever came first', () => {
  const motionFirst = [
    event(1, { kind: 'motion', phase: 'start', media: media('k1') }),
    event(2, { kind: 'doorbell', phase: 'ring', media: media('k1') }),
  ];
  const ringFirst = [
    event(1, { kind: 'doorbell', phase: 'ring', media: media('k1') }),
    event(2, { kind: 'motion', phase: 'start', media: media('k1') }),
  ];
  expect(momentsFrom(motionFirst).map((moment) => moment.id)).toEqual(['e2']);
  expect(momentsFrom(ringFirst).map((moment) => moment.id)).toEqual(['e1']);
});

it('orders newest first, whatever the order of arrival, and drops doubles and what was corrected', () => {
  const ring = event(2, { kind: 'doorbell', phase: 'ring' });
  const moments = momentsFrom([
    event(5, { kind: 'package', phase: 'corrected', supersedes: 'e3' }),
    ring,
    event(3, { kind: 'package', phase: 'delivered' }),
    { ...ring, replay: true },
    event(1, { kind: 'camera', phase: 'online' }),
  ]);
  expect(moments.map((moment) => moment.id)).toEqual(['e5', 'e2', 'e1']);
});

const parcel = (verdict?: 'taken' | 'collected') => ({
  ...{ id: 'p', count: 0 },
  ...(verdict && { verdict }),
});

it('puts a correction in place of what it corrects, with the recording of that', () => {
  const [moment, ...more] = momentsFrom([
    event(3, { kind: 'package', phase: 'removed', package: parcel('taken'), media: media('k3') }),
    event(5, { kind: 'package', phase: 'corrected', package: parcel(), supersedes: 'e3' }),
  ]);
  expect(more).toEqual([]);
  expect(moment).toMatchObject({ id: 'e5', snapshotId: 's-k3', clip: { id: 'k3' }, eventIds: ['e5', 'e3'] });
  expect(moment && momentWords(moment)).toBe('The parcel is still there');
});

it('takes who took a package from a later word, and leaves the moment where it was', () => {
  const [moment, ...more] = momentsFrom([
    event(3, { kind: 'package', phase: 'removed', package: parcel('taken') }),
    event(9, { kind: 'package', phase: 'corrected', package: parcel('collected'), supersedes: 'e3' }),
  ]);
  expect(more).toEqual([]);
  expect(moment).toMatchObject({ id: 'e3', at: 3000, phase: 'removed', package: { verdict: 'collected' } });
  expect(moment && momentWords(moment)).toBe('The parcel was taken in');
});

it('tells what was first when its correction is taken back', () => {
  const moments = momentsFrom([
    event(3, { kind: 'package', phase: 'delivered' }),
    event(5, { kind: 'package', phase: 'corrected', supersedes: 'e3' }),
    event(7, { kind: 'package', phase: 'corrected', supersedes: 'e5' }),
  ]);
  expect(moments.map(({ id }) => id)).toEqual(['e3']);
});

it('takes length and readiness of a recording from the list of clips', () => {
  const info: ClipInfo = {
    id: 'k1',
    camera: door,
    kind: 'doorbell',
    eventIds: ['e1'],
    startedAt: 0,
    endedAt: 15_000,
    bytes: 1,
    state: 'ready',
    snapshotId: 's1',
  };
  const [moment] = momentsFrom(
    [event(1, { kind: 'doorbell', phase: 'ring', media: { clip: { id: 'k1', ready: false } } })],
    new Map([['k1', info]]),
  );
  expect(moment?.clip).toEqual({ id: 'k1', ready: true, startedAt: 0, endedAt: 15_000 });
  expect(moment?.snapshotId).toBe('s1');

  const [writing] = momentsFrom(
    [event(1, { kind: 'doorbell', phase: 'ring', media: media('k1') })],
    new Map([['k1', { ...info, state: 'recording' }]]),
  );
  expect(writing?.clip).toEqual({ id: 'k1', ready: false });
});

it.each([
  [{ kind: 'doorbell', phase: 'ring' }, 'doorbell', 'The bell rang'],
  [{ kind: 'motion', phase: 'start', label: 'motion' }, 'motion', 'Something moved'],
  [{ kind: 'motion', phase: 'start', label: 'person' }, 'person', 'Someone was at the door'],
  [{ kind: 'package', phase: 'delivered', package: { id: 'p', count: 1 } }, 'parcelIn', 'A parcel came'],
  [
    { kind: 'package', phase: 'removed', package: { id: 'p', count: 0, verdict: 'taken' } },
    'parcelOut',
    'The parcel is gone',
  ],
  [
    { kind: 'package', phase: 'removed', package: { id: 'p', count: 0, verdict: 'collected' } },
    'parcelOut',
    'The parcel was taken in',
  ],
  [{ kind: 'package', phase: 'corrected' }, 'parcelUndone', 'No parcel after all'],
  [
    {
      kind: 'package',
      phase: 'corrected',
      package: { id: 'p', count: 0, verdict: 'collected' },
      supersedes: 'e0',
    },
    'parcelOut',
    'The parcel was taken in',
  ],
  [{ kind: 'camera', phase: 'offline' }, 'health', 'The camera stopped answering'],
  [{ kind: 'storage', phase: 'nas-missing' }, 'health', 'The NAS stopped answering'],
] as const)('%j reads calmly', (what, sign, sentence) => {
  const [moment] = momentsFrom([event(1, what)]);
  if (!moment) throw new Error('no moment');
  expect(signOf(moment)).toBe(sign);
  expect(momentWords(moment, 'doorbell')).toBe(sentence);
});

it('says "at the door" only of a doorbell', () => {
  const [moment] = momentsFrom([event(1, { kind: 'motion', phase: 'start', label: 'person', camera: yard })]);
  if (!moment) throw new Error('no moment');
  expect(momentWords(moment, 'camera')).toBe('Someone was there');
});
