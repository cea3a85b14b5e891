import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { probe, type Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  readMedia,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import type { RecordingWriter } from '../contract.ts';
import { AWAY_MS } from './rolling-policy.ts';

const continuous = (id: string) => spoolOpening(id, { kind: 'continuous', eventIds: [] });
let stream: Stream;
let house: SpoolHouse;
let freeBytes: number;
beforeAll(async () => {
  stream = await makeSpoolStream(7);
}, 60_000);
beforeEach(() => {
  freeBytes = 900;
  house = spoolHouse({ rolling: true, room: async () => ({ freeBytes, totalBytes: 1000 }) });
});
afterEach(() => house[Symbol.dispose]());

const tiers = (id: string) => house.index.segments(id).map(({ tier }) => tier);
const gaps = () => house.index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** From now on everything has to leave memory. */
async function targetAway(): Promise<void> {
  await house.spool.settle(false);
  house.clock.advance(AWAY_MS + 1);
}

async function write(writer: RecordingWriter, from: number, to: number): Promise<void> {
  for (const fragment of stream.fragments.filter(({ time }) => time >= from && time < to))
    await writer.write(fragment);
}

test('continuous recording is in memory, but for what a crash needs; clips of events are on the disk', async () => {
  const recording = await spoolRecording(house, stream, continuous('all'));
  await spoolRecording(house, stream, spoolOpening('clip'));
  expect([tiers('all'), tiers('clip')]).toEqual([Array(4).fill('rolling'), Array(4).fill('disk')]);
  expect(readdirSync(join(house.folder, 'all')).sort()).toEqual([
    'head.mp4',
    'init.mp4',
    'sidecar.json',
    'tail.mp4',
  ]);
  expect((await probe(await joinPieces(house.spool.pieces(recording)))).packets).toHaveLength(105);
  await house.spool.drop('all');
  expect(readdirSync(house.rolling)).toEqual([]);
});

test('without room in memory it goes to the disk at once', async () => {
  freeBytes = 0;
  await spoolRecording(house, stream, continuous('all'));
  expect(tiers('all')).toEqual(Array(4).fill('disk'));
});

test('it moves to the disk when the target stays away, and stays the same file', async () => {
  const recording = await spoolRecording(house, stream, continuous('all'));
  const before = await joinPieces(house.spool.pieces(recording));
  const file = house.spool.open(recording);
  await house.spool.settle(false);
  house.clock.advance(AWAY_MS);
  await house.spool.settle(false);
  expect(tiers('all')).toEqual(Array(4).fill('rolling'));
  house.clock.advance(1);
  await house.spool.settle(false);
  expect(tiers('all')).toEqual(Array(4).fill('disk'));
  expect(readdirSync(join(house.rolling, 'all'))).toEqual([]);
  expect(await joinPieces(house.spool.pieces(recording))).toEqual(before);
  expect(await readMedia(file)).toEqual(before);
});

test('segments of a recording that still runs move too, the oldest first', async () => {
  const writer = await house.spool.begin(continuous('all'), stream.init, { audio: false });
  await write(writer, 0, 6.6);
  // The third was cut off last: it may still be on its way into the index.
  await expect.poll(() => tiers('all')).toHaveLength(3);
  freeBytes = 249;
  await house.spool.settle(true);
  expect(tiers('all')).toEqual(['disk', 'rolling', 'rolling']);
  await write(writer, 6.6, 7);
  const recording = await writer.complete([]);
  expect(
    (await probe(await joinPieces(recording ? house.spool.pieces(recording) : []))).packets,
  ).toHaveLength(105);
});

test.each([
  ['still open', false],
  ['closed', true],
])(
  'a power cut takes what was in memory: what is on the disk is kept, the rest is a gap (%s)',
  async (_, closed) => {
    const writer = await house.spool.begin(continuous('all'), stream.init, { audio: false });
    await write(writer, 0, 4.7);
    await expect.poll(() => tiers('all')).toHaveLength(2);
    freeBytes = 249;
    await house.spool.settle(true);
    freeBytes = 900;
    await write(writer, 4.7, 7);
    await expect.poll(() => tiers('all').length).toBeGreaterThanOrEqual(3);
    if (closed) await writer.complete([]);
    else await house.spool[Symbol.asyncDispose]();
    const { startedAt, endedAt } = house.index.get('all') ?? { startedAt: 0, endedAt: 0 };
    rmSync(house.rolling, { recursive: true });
    house.restart();
    await house.spool.recover();
    const left = house.index.get('all');
    expect(left).toMatchObject({ state: 'closed', startedAt, endedAt: startedAt + 2000 });
    expect((await probe(await joinPieces(left ? house.spool.pieces(left) : []))).packets).toHaveLength(30);
    expect(gaps()).toMatchObject([{ from: startedAt + 2000, to: endedAt, reason: 'damaged' }]);
  },
);

test('a disk that takes nothing leaves it in memory', async () => {
  const recording = await spoolRecording(house, stream, continuous('all'));
  rmSync(join(house.folder, 'all'), { recursive: true });
  freeBytes = 0;
  await house.spool.settle(true);
  expect(tiers('all')).toEqual(Array(4).fill('rolling'));
  expect(existsSync(house.spool.pieces(recording)[1]?.path ?? '')).toBe(true);
  expect(house.lines.join('\n')).toContain('could not be moved');
});

test('a folder in memory in which others may write is not used', async () => {
  mkdirSync(house.rolling);
  chmodSync(house.rolling, 0o777);
  await spoolRecording(house, stream, continuous('all'));
  expect(tiers('all')).toEqual(Array(4).fill('disk'));
  expect(house.lines.join('\n')).toContain(house.rolling);
});

test('what is on its way to the target stays where it is, also when that begins in the middle of a move', async () => {
  const recording = await spoolRecording(house, stream, continuous('all'));
  await targetAway();
  await house.spool.settle(false, () => 'all');
  expect(tiers('all')).toEqual(Array(4).fill('rolling'));
  let asked = 0;
  await house.spool.settle(false, () => (asked++ === 0 ? undefined : 'all'));
  expect(tiers('all')).toEqual(Array(4).fill('rolling'));
  expect(readdirSync(join(house.folder, 'all')).filter((name) => name.endsWith('.m4s'))).toEqual([]);
  expect((await joinPieces(house.spool.pieces(recording))).length).toBe(recording.bytes);
  await house.spool.settle(false);
  expect(tiers('all')).toEqual(Array(4).fill('disk'));
});

test('what has just left does not keep the others in memory', async () => {
  await spoolRecording(house, stream, continuous('left'));
  await spoolRecording(house, stream, { ...continuous('stays'), startedAt: 1_790_000_100_000 });
  await targetAway();
  // Forwarding drops the pieces a moment before the row says so.
  await house.spool.drop('left');
  mkdirSync(join(house.folder, 'left'));
  mkdirSync(join(house.rolling, 'left'));
  await house.spool.settle(false);
  expect(tiers('stays')).toEqual(Array(4).fill('disk'));
  expect(house.lines).toEqual([]);
});

test('a clean stop leaves nothing in memory', async () => {
  await house.spool.recover();
  const recording = await spoolRecording(house, stream, continuous('all'));
  const before = await joinPieces(house.spool.pieces(recording));
  const writer = await house.spool.begin(continuous('open'), stream.init, { audio: false });
  await write(writer, 0, 6.6);
  await house.spool[Symbol.asyncDispose]();
  rmSync(house.rolling, { recursive: true });
  house.restart();
  const { finished } = await house.spool.recover();
  expect(finished.map(({ id }) => id)).toEqual(['open']);
  expect(await joinPieces(house.spool.pieces(recording))).toEqual(before);
  const open = house.index.get('open');
  expect(
    (await probe(await joinPieces(open ? house.spool.pieces(open) : []))).packets.length,
  ).toBeGreaterThan(85);
  expect(gaps()).toEqual([]);
});

test('who only looked leaves everything where it is', async () => {
  await spoolRecording(house, stream, continuous('all'));
  house.restart();
  await house.spool[Symbol.asyncDispose]();
  expect(tiers('all')).toEqual(Array(4).fill('rolling'));
});
