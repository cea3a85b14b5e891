import { mkdirSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import type { NewGap, RecordingKind } from '../recording.ts';
import { Ballast } from './ballast.ts';
import { RoomKeeper } from './room-keeper.ts';

let stream: Stream;
let house: SpoolHouse;
let gaps: NewGap[];
let low: number;
let busy: string | undefined;
let room: RoomKeeper;

beforeAll(async () => {
  stream = await makeSpoolStream(4);
}, 60_000);
beforeEach(() => {
  house = spoolHouse();
  gaps = [];
  low = 0;
  busy = undefined;
});
afterEach(async () => {
  await room[Symbol.asyncDispose]();
  house[Symbol.dispose]();
});

function keepRoom(maxBytes: number): RoomKeeper {
  room = new RoomKeeper({
    ...{ index: house.index, spool: house.spool, clock: house.clock, log: house.log, maxBytes },
    targetReady: () => false,
    ballast: new Ballast(join(house.root, 'index')),
    busy: () => busy,
    onGap: (gap) => gaps.push(gap),
    onLow: () => {
      low += 1;
    },
    onNews: () => {},
  });
  return room;
}

const add = (id: string, kind: RecordingKind = 'motion', at = 1_790_000_000_000) =>
  spoolRecording(house, stream, spoolOpening(id, { kind, at, startedAt: at }));
const states = (...ids: string[]) => ids.map((id) => house.index.get(id)?.state);

test('with room nothing is given up', async () => {
  const { bytes } = await add('one');
  await keepRoom(bytes * 3).look();
  expect([gaps, low, room.problem]).toEqual([[], 0, undefined]);
  expect(() => room.refuse()).not.toThrow();
});

test('the oldest continuous recording goes first, with a gap that says why', async () => {
  const { bytes } = await add('clip', 'motion', 1_790_000_000_000);
  const old = await add('old', 'continuous', 1_790_000_100_000);
  await add('new', 'continuous', 1_790_000_200_000);
  await keepRoom(bytes * 2.5).look();
  expect(states('clip', 'old', 'new')).toEqual(['closed', 'deleting', 'closed']);
  const { camera, startedAt: from, endedAt: to } = old;
  expect(gaps).toEqual([{ camera, from, to, reason: 'spool-full' }]);
  expect(house.index.droppedSince(0)).toMatchObject({ recordings: 1, bytes: old.bytes });
  expect(house.index.spoolTotals().spooledBytes).toBeLessThanOrEqual(bytes * 2.5);
  expect(room.problem).toMatchObject({ code: 'spool-full' });
  expect(low).toBe(1);
  await room.look();
  expect(low).toBe(1);
  house.clock.advance(600_000);
  expect(room.problem).toBeUndefined();
});

test('what is pinned, open or on its way stays, however full it is', async () => {
  await add('pinned');
  house.index.setKeep('pinned', 'pinned');
  await add('moving');
  house.index.forwarding('moving');
  busy = 'moving';
  const writer = await house.spool.begin(spoolOpening('open'), stream.init, { audio: false });
  for (const fragment of stream.fragments) await writer.write(fragment);
  await keepRoom(1).look();
  expect(states('pinned', 'moving', 'open')).toEqual(['closed', 'forwarding', 'open']);
  expect(gaps).toEqual([]);
  await writer.complete(['open']);
});

test('what may be at the target in part keeps its row until it was looked for there', async () => {
  await add('moving');
  house.index.forwarding('moving');
  await keepRoom(1).look();
  expect(house.index.get('moving')).toMatchObject({ state: 'deleting', spooled: false });
  expect(house.index.spoolTotals().spooledBytes).toBe(0);
});

test('how long there is room follows from what was written', async () => {
  const { bytes } = await add('one');
  await keepRoom(bytes * 10).look();
  expect(room.hoursLeft).toBeUndefined();
  room.wrote(bytes);
  house.clock.advance(3_600_000);
  const { bavail, bsize } = statfsSync(house.folder);
  expect(bavail * bsize).toBeGreaterThan(bytes * 10);
  expect(room.hoursLeft).toBeCloseTo(9, 0);
});

test('what was set aside takes up room as well', async () => {
  const { bytes, startedAt } = await add('old', 'motion', 1_790_000_000_000);
  await add('new', 'motion', 1_790_000_100_000);
  const aside = join(house.folder, 'unreadable');
  mkdirSync(aside);
  writeFileSync(join(aside, '1790000000000-000.m4s'), Buffer.alloc(bytes));
  await keepRoom(bytes * 2.5).look();
  expect(gaps).toMatchObject([{ from: startedAt }]);
  expect(states('new')).toEqual(['closed']);
});

test('what is in a spool that is away is not given up: it would make no room', async () => {
  await house.spool.recover();
  const { bytes } = await add('away', 'motion', 1_790_000_000_000);
  renameSync(house.folder, join(house.root, 'disk'));
  house.restart();
  await house.spool.recover();
  const { startedAt } = await add('old', 'motion', 1_790_000_100_000);
  await add('new', 'motion', 1_790_000_200_000);
  await keepRoom(bytes * 1.5).look();
  expect(gaps).toMatchObject([{ from: startedAt }]);
  expect(states('away', 'new')).toEqual(['closed', 'closed']);
});
