import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SPOOL_CAMERA, type SpoolHouse, spoolHouse } from '../../../test/support/spool-house.ts';
import type { RecordingIndex, RemovableQuery } from '../index/contract.ts';
import { recordingBase } from '../layout.ts';
import type { Recording, RecordingKind, StoredSnapshot } from '../recording.ts';
import { Ballast } from '../room/ballast.ts';
import { Retention, type RetentionOptions } from './retention.ts';

const DAY = 86_400_000;
const GIB = 2 ** 30;
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
    ballast: new Ballast(join(house.root, 'index')),
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

interface Parts {
  kind?: RecordingKind;
  keep?: 'pinned';
  bytes?: number;
}

function row(id: string, at: number, { kind = 'motion', keep: why, bytes = 100 }: Parts): Recording {
  return {
    ...{ id, camera: SPOOL_CAMERA, kind, eventIds: [id], startedAt: at, endedAt: at + 1000, bytes },
    ...{ sha256: HASH, state: 'stored', base: recordingBase('front-door', kind, id, at), spooled: false },
    wrap: { head: EMPTY, tail: EMPTY },
    ...(why && { keep: why }),
  };
}

function stored(id: string, daysAgo: number, parts: Parts = {}): Recording {
  const at = house.clock.now() - daysAgo * DAY;
  const recording = row(id, at, parts);
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

function picture(id: string, daysAgo: number): void {
  const at = house.clock.now() - daysAgo * DAY;
  const base = recordingBase('front-door', 'motion', id, at);
  house.index.putSnapshot({ id, camera: SPOOL_CAMERA, at, base, state: 'stored', bytes: 1, sha256: HASH });
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
  for (let n = 0; n < 25; n++) stored(`old-${n}`, 400);
  stored('young', 1);
  settle();
  await retention.run();
  expect(retention.asks).toEqual({ recordings: 25, of: 26, bytes: 2500 });
  expect(retention.problems).toMatchObject([{ code: 'retention-asks' }]);
  expect(left()).toHaveLength(26);
  stored('later', 401);
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

test('below what this machine needs the oldest go all the same', async () => {
  keep({ minFreeBytes: 2 * GIB });
  stored('older', 2, { bytes: GIB / 4 });
  stored('newer', 1, { bytes: GIB / 4 });
  house.clock.advance(60_000);
  see(1.2 * GIB);
  await retention.look();
  expect([left(), retention.problems]).toMatchObject([['newer', 'older'], [{ code: 'disk-low' }]]);
  house.clock.advance(60_000);
  see(0.9 * GIB);
  await retention.look();
  expect(left()).toEqual(['newer']);
});

test('of a target that is full and does not say so, a part goes, and no more before that is gone', async () => {
  keep();
  for (let n = 0; n < 40; n++) stored(`clip-${n}`, 2 - n / 100);
  await retention.run();
  expect(left()).toHaveLength(40);
  await retention.full();
  expect(house.index.toDelete(99).map(({ id }) => id)).toEqual(['clip-0', 'clip-1']);
  await retention.full();
  expect(left()).toHaveLength(38);
  for (const { id } of house.index.toDelete(9)) house.index.remove(id);
  await retention.full();
  expect(left()).toHaveLength(38);
  house.clock.advance(600_000);
  await retention.full();
  expect(left()).toHaveLength(36);
});

test('a file that nobody can remove does not keep room from being made', async () => {
  keep({ minFreeBytes: 1000 });
  stored('stuck', 2);
  stored('next', 1);
  house.index.deleting(['stuck']);
  see(950);
  await retention.look();
  expect(left()).toEqual(['next']);
  house.clock.advance(3_600_000);
  see(950);
  await retention.look();
  expect(left()).toEqual([]);
});

test('while the index is being made again nothing goes, whoever asks', async () => {
  keep();
  for (let n = 0; n < 25; n++) stored(`old-${n}`, 400);
  settle();
  rebuilding = true;
  await retention.look();
  await retention.run();
  await retention.full();
  expect([left().length, retention.asks]).toEqual([25, undefined]);
  rebuilding = false;
  await retention.run();
  expect(retention.asks).toMatchObject({ recordings: 25 });
  rebuilding = true;
  await expect(retention.allow()).rejects.toMatchObject({ problem: { code: 'index-rebuilding' } });
  expect([left().length, retention.asks?.recordings]).toEqual([25, 25]);
});

test('after a pause of weeks all that is too old goes unasked', async () => {
  keep();
  for (let n = 0; n < 25; n++) {
    stored(`old-${n}`, 22 - n / 10);
    picture(`old-${n}`, 22 - n / 10);
  }
  stored('young', 0.1);
  settle();
  await retention.run();
  expect([left(), pictures.length, retention.asks]).toEqual([['young'], 25, undefined]);
});

test('by a clock that is a year ahead neither pictures nor gaps go unasked', async () => {
  keep();
  const { index } = house;
  for (let n = 0; n < 25; n++) {
    stored(`old-${n}`, 400);
    picture(`old-${n}`, 400);
    const from = house.clock.now() - 400 * DAY + n * 1000;
    index.addGap({ camera: SPOOL_CAMERA, from, to: from + 1, reason: 'spool-full' }, { bytes: 1 });
  }
  const gaps = () => index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER }).length;
  settle();
  await retention.run();
  expect([left().length, pictures.length, gaps()]).toEqual([25, 0, 25]);
  await retention.allow();
  expect([left().length, pictures.length, gaps()]).toEqual([0, 25, 0]);
});

test('so many pictures alone are asked for too', async () => {
  keep();
  for (let n = 0; n < 25; n++) picture(`old-${n}`, 400);
  stored('old', 9);
  settle();
  await retention.run();
  expect([left(), pictures.length]).toEqual([[], 0]);
  expect(retention.asks).toEqual({ recordings: 0, of: 1, bytes: 0 });
  expect(retention.problems).toMatchObject([
    { code: 'retention-asks', what: expect.stringContaining('25 of 25 pictures') },
  ]);
  await retention.allow();
  expect(pictures).toHaveLength(25);
});

test('a pass over a large index reads no more rows than go', async () => {
  const many = 2000;
  const at = house.clock.now() - DAY;
  house.index.restoreAll(
    Array.from({ length: many }, (_, n) => ({ recording: row(`young-${n}`, at + n, {}), segments: [] })),
  );
  stored('old', 4);
  stored('pinned', 9, { keep: 'pinned' });
  const read: number[] = [];
  const counting: RecordingIndex = Object.create(house.index, {
    removable: {
      value: (query: RemovableQuery) => {
        const page = house.index.removable(query);
        read.push(page.length);
        return page;
      },
    },
    waiting: { value: () => Promise.reject(new Error('all of it is read')) },
    list: { value: () => Promise.reject(new Error('all of it is read')) },
  });
  keep({ index: counting, maxBytes: many * 100 });
  settle();
  await retention.run();
  expect(house.index.tally().stored.count).toBe(many);
  expect(read.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(1000);
  read.length = 0;
  await retention.look();
  expect(read).toEqual([]);
});

test('pictures go by age, but for those of what is pinned', async () => {
  keep();
  stored('pinned', 9, { keep: 'pinned' });
  picture('pinned', 9);
  picture('old', 9);
  picture('young', 1);
  settle();
  await retention.run();
  expect(pictures.map(({ id }) => id)).toEqual(['old']);
});
