import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeptRecording, RecordingIndex } from '../index/contract.ts';
import { planRemoval } from './plan-removal.ts';
import type { RetentionLimits } from './retention-policy.ts';

const DAY = 86_400_000;
const NOW = 100 * DAY;
const one =
  (kind: KeptRecording['kind']) =>
  (id: string, daysAgo: number, parts: Partial<KeptRecording> = {}): KeptRecording => ({
    ...{ id, kind, endedAt: NOW - daysAgo * DAY, bytes: 10, keep: false },
    ...parts,
  });
const clip = one('clip');
const plain = one('continuous');
const limits = (parts: Partial<RetentionLimits> = {}): RetentionLimits => ({
  ...{ now: NOW, keepDays: 3, keepContinuousDays: 3 },
  ...parts,
});
const low = (missing: number) => ({ target: { freeBytes: 0, minFreeBytes: missing, spareBytes: missing } });

interface Kept {
  stored: readonly KeptRecording[];
  spooled: readonly KeptRecording[];
}

/** Answers as the index does. */
function indexOf(kept: Partial<Kept>): Pick<RecordingIndex, 'removable' | 'tally'> {
  const { stored = [], spooled = [] } = kept;
  const all = { stored, spooled };
  const sums = (list: readonly KeptRecording[]) => ({
    count: list.length,
    bytes: list.reduce((sum, { bytes }) => sum + bytes, 0),
  });
  const tally = (list: readonly KeptRecording[]) => ({
    ...sums(list),
    removable: sums(list.filter(({ keep }) => !keep)),
  });
  return {
    tally: () => ({ stored: tally(stored), spooled: tally(spooled) }),
    removable: ({ kind, where, before = Number.POSITIVE_INFINITY, after, limit }) =>
      all[where]
        .filter((each) => each.kind === kind && !each.keep && each.endedAt < before)
        .sort((a, b) => a.endedAt - b.endedAt || (a.id < b.id ? -1 : 1))
        .filter(
          ({ endedAt, id }) =>
            !after || endedAt > after.endedAt || (endedAt === after.endedAt && id > after.id),
        )
        .slice(0, limit),
  };
}

test.each<[string, Partial<Kept>, Partial<RetentionLimits>, string[], boolean]>([
  ['nothing', {}, {}, [], false],
  ['young ones stay', { stored: [clip('a', 1), clip('b', 2.9)] }, {}, [], false],
  [
    'old ones go, oldest first',
    { stored: [clip('a', 4), clip('b', 1), clip('c', 9)] },
    {},
    ['c', 'a'],
    false,
  ],
  [
    'continuous recording has its own days',
    { stored: [clip('a', 2), plain('b', 2)] },
    { keepContinuousDays: 1 },
    ['b'],
    false,
  ],
  ['what waits in the spool grows old too', { spooled: [clip('a', 4), clip('b', 1)] }, {}, ['a'], false],
  [
    'by a clock that may be wrong nothing is old',
    { stored: [clip('a', 900)] },
    { now: undefined },
    [],
    false,
  ],
  ['what is pinned stays', { stored: [clip('a', 900, { keep: true })] }, { ...low(5) }, [], true],
  [
    'for room continuous recording goes before older clips',
    { stored: [clip('a', 2), plain('b', 1), plain('c', 2)] },
    { ...low(15) },
    ['c', 'b'],
    false,
  ],
  ['then clips', { stored: [clip('a', 2), plain('b', 1), clip('c', 1)] }, { ...low(15) }, ['b', 'a'], false],
  ['what expires counts', { stored: [clip('a', 1), clip('b', 5)] }, { ...low(10) }, ['b'], false],
  ['what waits makes no room there', { spooled: [clip('a', 1)] }, { ...low(5) }, [], true],
  ['none for room out of reach', { stored: [clip('a', 1), clip('b', 5)] }, { ...low(99) }, ['b'], true],
  [
    'at most so many bytes',
    { stored: [clip('a', 1), clip('b', 2), plain('c', 0)] },
    { maxBytes: 15 },
    ['c', 'b'],
    false,
  ],
  ['bytes that expire count', { stored: [clip('a', 1), clip('b', 5)] }, { maxBytes: 10 }, ['b'], false],
  [
    'bytes count also where room is out of reach',
    { stored: [clip('a', 1), clip('b', 2)] },
    { maxBytes: 10, ...low(99) },
    ['b'],
    true,
  ],
])('%s', async (_, kept, parts, remove, outOfReach) => {
  expect(await planRemoval(indexOf(kept), limits(parts))).toMatchObject({
    ...{ remove, outOfReach, large: false, bytes: remove.length * 10 },
  });
});

const many = (count: number, daysAgo: number, prefix: string) =>
  Array.from({ length: count }, (_, index) => clip(`${prefix}${index}`, daysAgo));

test.each<[string, KeptRecording[], Partial<RetentionLimits>, boolean]>([
  ['20 go unasked, whatever their age', many(20, 900, 'old'), {}, false],
  ['21 of 21 that are years old are asked for', many(21, 900, 'old'), {}, true],
  ['half of 60 goes unasked', [...many(30, 900, 'old'), ...many(30, 1, 'young')], {}, false],
  ['more than half is asked for', [...many(31, 900, 'old'), ...many(29, 1, 'young')], {}, true],
  ['after a pause of weeks all go unasked', [...many(30, 30, 'old'), ...many(30, 33, 'older')], {}, false],
  [
    'what was kept longer before is asked for',
    Array.from({ length: 60 }, (_, n) => clip(`a${n}`, n)),
    {},
    true,
  ],
  [
    'each kind has its own days',
    [...many(30, 9, 'old'), ...Array.from({ length: 30 }, (_, n) => plain(`p${n}`, 1.5 + n / 10))],
    { keepContinuousDays: 1 },
    true,
  ],
  ['for room as much as ever is asked for', many(30, 1, 'young'), { maxBytes: 10 }, true],
  [
    'a pause says nothing of what goes for room',
    [...many(10, 9, 'old'), ...many(30, 1, 'young')],
    { maxBytes: 10 },
    true,
  ],
])('%s', async (_, stored, parts, large) => {
  expect(await planRemoval(indexOf({ stored }), limits(parts))).toMatchObject({ large, of: stored.length });
});

test('what is on its way stays', async () => {
  const plan = await planRemoval(indexOf({ spooled: [clip('a', 9), clip('b', 9)] }), limits(), 'a');
  expect(plan.remove).toEqual(['b']);
});

const recordings = fc
  .array(
    fc.record({
      kind: fc.constantFrom('clip' as const, 'continuous' as const),
      endedAt: fc.nat(NOW),
      bytes: fc.nat(1000),
      keep: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((list) => list.map((each, index) => ({ ...each, id: String(index) })));
const anyLimits = fc.record({
  now: fc.constant(NOW),
  keepDays: fc.integer({ min: 1, max: 120 }),
  keepContinuousDays: fc.integer({ min: 1, max: 120 }),
  maxBytes: fc.nat(20_000),
  target: fc.record({
    ...{ freeBytes: fc.nat(20_000), minFreeBytes: fc.nat(20_000), spareBytes: fc.constant(20_000) },
  }),
});

test('whatever is stored: what expired goes, nothing that is kept, and no more than needed', async () => {
  await fc.assert(
    fc.asyncProperty(recordings, anyLimits, async (stored, limits) => {
      const { remove, bytes, outOfReach } = await planRemoval(indexOf({ stored }), limits);
      const gone = remove.map((id) => stored[Number(id)] as KeptRecording);
      const left = stored.filter(({ id }) => !remove.includes(id));
      const days = ({ kind }: KeptRecording) =>
        kind === 'clip' ? limits.keepDays : limits.keepContinuousDays;
      const expired = (each: KeptRecording) => !each.keep && each.endedAt < NOW - days(each) * DAY;
      const sum = (list: KeptRecording[]) => list.reduce((total, each) => total + each.bytes, 0);
      const { freeBytes, minFreeBytes } = limits.target;
      expect(new Set(remove).size).toBe(remove.length);
      expect(bytes).toBe(sum(gone));
      expect(gone.some(({ keep }) => keep)).toBe(false);
      expect(left.some(expired)).toBe(false);
      const removable = left.filter(({ keep }) => !keep);
      const enough = (gain: number) =>
        sum(stored) - gain <= limits.maxBytes && (outOfReach || freeBytes + gain >= minFreeBytes);
      if (removable.length > 0) expect(enough(bytes)).toBe(true);
      const last = gone.filter((each) => !expired(each)).at(-1);
      if (last) expect(enough(bytes - last.bytes)).toBe(false);
    }),
  );
});
