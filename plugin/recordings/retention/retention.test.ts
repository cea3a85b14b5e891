import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPOOL_CAMERA, type SpoolHouse, spoolHouse } from '../../../test/support/spool-house.ts';
import { recordingBase } from '../layout.ts';
import type { Recording, RecordingKind, StoredSnapshot } from '../recording.ts';
import { Retention, type RetentionOptions } from './retention.ts';

const DAY = 86_400_000;
const HASH = '0'.repeat(64);
const EMPTY = { bytes: 0, sha256: HASH };
let house: SpoolHouse;
let retention: Retention;
let pictures: StoredSnapshot[];
let removals: number;
let rebuilding: boolean;
let freeBytes: number;
/** When the target's room was looked at. */
let seenAt: number;

beforeEach(() => {
  house = spoolHouse();
  pictures = [];
  removals = 0;
  rebuilding = false;
  see(1e12);
});
afterEach(async () => {
  await retention[Symbol.asyncDispose]();
  house[Symbol.dispose]();
});

function keep(parts: Partial<RetentionOptions> = {}): void {
  const { index, spool, clock, log } = house;
  retention = new Retention({
    ...{ keepDays: 3, keepContinuousDays: 3, maxBytes: undefined, minFreeBytes: 0, where: '/nas' },
    ...{ index, spool, clock, log },
    room: () => ({ freeBytes, seenAt }),
    busy: () => undefined,
    rebuilding: () => rebuilding,
    onRemoval: () => {
      removals += 1;
    },
    removeSnapshots: (found) => pictures.push(...found),
    onNews: () => {},
    ...parts,
  });
}

/** The target has so much room, as is seen now. */
function see(bytes: number): void {
  freeBytes = bytes;
  seenAt = house.clock.monotonic();
}

/** Nobody has set the clock for an hour. */
const settle = () => house.clock.advance(3_600_000);

function stored(
  id: string,
  daysAgo: number,
  parts: { kind?: RecordingKind; keep?: 'pinned' } = {},
): Recording {
  const at = house.clock.now() - daysAgo * DAY;
  const { kind = 'motion', keep: why } = parts;
  const recording: Recording = {
    ...{ id, camera: SPOOL_CAMERA, kind, eventIds: [id], startedAt: at, endedAt: at + 1000, bytes: 100 },
    ...{ sha256: HASH, state: 'stored', base: recordingBase('front-door', kind, id, at), spooled: false },
    wrap: { head: EMPTY, tail: EMPTY },
    ...(why && { keep: why }),
  };
  const segment = {
    n: 0,
    startedAt: at,
    endedAt: at + 1000,
    bytes: 100,
    sha256: HASH,
    tier: 'disk' as const,
  };
  house.index.restore(recording, [segment]);
  return recording;
}

const left = () =>
  house.index
    .list({ limit: 100 })
    .map(({ id }) => id)
    .sort();

test('what is too old is marked to go, and pinned clips stay', async () => {
  keep();
  for (const [id, age] of [
    ['a', 4],
    ['b', 1],
  ] as const)
    stored(id, age);
  stored('c', 9, { keep: 'pinned' });
  settle();
  await retention.run();
  expect(left()).toEqual(['b', 'c']);
  expect(house.index.toDelete(9).map(({ id }) => id)).toEqual(['a']);
  expect(removals).toBe(1);
});

test('by a clock that was set just now nothing is too old', async () => {
  keep();
  stored('a', 400);
  await retention.run();
  expect(left()).toEqual(['a']);
});

test('a large removal waits for the owner, and what was shown is what goes', async () => {
  keep();
  for (let n = 0; n < 25; n++) stored(`old-${n}`, 5);
  stored('young', 1);
  settle();
  await retention.run();
  expect(retention.asks).toEqual({ recordings: 25, of: 26, bytes: 2500 });
  expect(retention.problems).toMatchObject([{ code: 'retention-asks' }]);
  expect(left()).toHaveLength(26);
  stored('later', 6);
  await retention.allow();
  expect(left()).toEqual(['later', 'young']);
  expect(retention.asks).toBeUndefined();
  await expect(retention.allow()).rejects.toMatchObject({ problem: { code: 'nothing-asked' } });
});

test('for room plain footage goes, and no more before the target was looked at again', async () => {
  keep({ minFreeBytes: 1000 });
  stored('plain', 1, { kind: 'continuous' });
  stored('clip', 2);
  house.clock.advance(60_000);
  see(950);
  await retention.look();
  expect(left()).toEqual(['clip']);
  house.clock.advance(60_000);
  await retention.look();
  expect(left()).toEqual(['clip']);
  for (const { id } of house.index.toDelete(9)) house.index.remove(id);
  house.clock.advance(60_000);
  await retention.look();
  expect(left()).toEqual(['clip']);
  see(950);
  await retention.look();
  expect(left()).toEqual([]);
});

test('where room is out of reach nothing goes for it, and it is said', async () => {
  keep({ minFreeBytes: 1e9 });
  stored('clip', 2);
  settle();
  see(5);
  await retention.run();
  expect(left()).toEqual(['clip']);
  expect(retention.problems).toMatchObject([{ code: 'disk-low' }]);
});

test('while the index is being made again nothing goes', async () => {
  keep();
  stored('a', 400);
  settle();
  rebuilding = true;
  await retention.look();
  expect(left()).toEqual(['a']);
});

test('pictures go by age, but for those of what is pinned', async () => {
  keep();
  stored('pinned', 9, { keep: 'pinned' });
  for (const [id, age] of [
    ['pinned', 9],
    ['old', 9],
    ['young', 1],
  ] as const) {
    const at = house.clock.now() - age * DAY;
    const base = recordingBase('front-door', 'motion', id, at);
    house.index.putSnapshot({ id, camera: SPOOL_CAMERA, at, base, state: 'stored', bytes: 1, sha256: HASH });
  }
  settle();
  await retention.run();
  expect(pictures.map(({ id }) => id)).toEqual(['old']);
});
