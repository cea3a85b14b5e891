import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeptRecording } from '../index/contract.ts';
import { isLow, planGiveUp, roomLeft, type SpoolRoom } from './room-policy.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const room = (parts: Partial<SpoolRoom> = {}): SpoolRoom => ({
  ...{ usedBytes: 0, maxBytes: 8 * GIB, freeBytes: 100 * GIB, totalBytes: 500 * GIB },
  ...parts,
});

test.each<[string, Partial<SpoolRoom>, number]>([
  ['an empty spool', {}, 8 * GIB],
  ['what it may have, less what it has', { usedBytes: 3 * GIB }, 5 * GIB],
  ['what the disk has, less what stays free', { freeBytes: 2 * GIB }, 2 * GIB - 512 * MIB],
  ['a small disk leaves a twentieth free', { freeBytes: 300 * MIB, totalBytes: 1000 * MIB }, 250 * MIB],
  ['a full spool', { usedBytes: 9 * GIB }, -GIB],
  ['a full disk', { freeBytes: 0 }, -512 * MIB],
])('%s', (_, parts, left) => {
  expect(roomLeft(room(parts))).toBe(left);
});

test.each<[Partial<SpoolRoom>, boolean, boolean]>([
  [{}, false, false],
  [{ usedBytes: 6 * GIB }, false, false],
  [{ usedBytes: 6 * GIB }, true, true],
  [{ usedBytes: 5 * GIB }, true, false],
  [{ usedBytes: 6.4 * GIB }, false, true],
  // Others fill the disk: of the 1.5 GiB that the spool can have it has 1.3.
  [{ usedBytes: 1.3 * GIB, freeBytes: 0.7 * GIB }, false, true],
  [{ freeBytes: 0 }, false, false],
  // A disk that others filled: a clip more or less is not told of, and once told it stays so.
  [{ usedBytes: 5 * MIB, freeBytes: 0 }, false, false],
  [{ usedBytes: 100 * MIB, freeBytes: 0 }, false, true],
  [{ freeBytes: 0 }, true, true],
])('%j, low before: %s; low now: %s', (parts, wasLow, low) => {
  expect(isLow(room(parts), wasLow)).toBe(low);
});

const kept = (id: string, kind: KeptRecording['kind'], endedAt: number, keep = false): KeptRecording => ({
  ...{ id, kind, endedAt, keep, bytes: 100 },
});
const full = (missing: number) => room({ usedBytes: 8 * GIB + missing });

test.each<[string, KeptRecording[], number, string[]]>([
  ['nothing while there is room', [kept('a', 'continuous', 1)], 0, []],
  ['continuous before clips', [kept('a', 'clip', 1), kept('b', 'continuous', 2)], 50, ['b']],
  ['the oldest first', [kept('a', 'clip', 2), kept('b', 'clip', 1)], 50, ['b']],
  [
    'as many as needed',
    [kept('a', 'clip', 1), kept('b', 'continuous', 3), kept('c', 'continuous', 2)],
    250,
    ['c', 'b', 'a'],
  ],
  ['none that is kept', [kept('a', 'clip', 1, true), kept('b', 'clip', 2)], 500, ['b']],
])('%s', (_, waiting, missing, expected) => {
  expect(planGiveUp(waiting, full(missing))).toEqual(expected);
});

test('whatever waits: never more than needed, never one that is kept, never a clip before continuous recording', () => {
  const any = fc.record({
    kind: fc.constantFrom('clip' as const, 'continuous' as const),
    endedAt: fc.nat(1000),
    bytes: fc.nat(1000),
    keep: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), fc.nat(20_000), (list, missing) => {
      const waiting = list.map((each, index) => ({ ...each, id: String(index) }));
      const ids = planGiveUp(waiting, full(missing));
      const gone = ids.map((id) => waiting[Number(id)] as KeptRecording);
      const left = waiting.filter(({ id, keep }) => !keep && !ids.includes(id));
      const sum = (all: KeptRecording[]) => all.reduce((total, { bytes }) => total + bytes, 0);
      expect(gone.some(({ keep }) => keep)).toBe(false);
      if (gone.some(({ kind }) => kind === 'clip'))
        expect(left.some(({ kind }) => kind === 'continuous')).toBe(false);
      if (sum(gone) < missing) expect(left).toEqual([]);
      if (gone.length > 0) expect(sum(gone.slice(0, -1))).toBeLessThan(missing);
    }),
  );
});
