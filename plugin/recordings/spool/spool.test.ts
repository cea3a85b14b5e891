import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DoorstepEvent } from '../../../protocol/event.ts';
import { decodeErrors, probe, type Stream } from '../../../test/support/recorded-media.ts';
import {
  joinPieces,
  makeSpoolStream,
  readMedia,
  SPOOL_CAMERA,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';

let stream: Stream;
let house: SpoolHouse;
beforeAll(async () => {
  stream = await makeSpoolStream(7, { sound: true });
}, 60_000);
beforeEach(() => {
  house = spoolHouse();
});
afterEach(() => house[Symbol.dispose]());

test.each([
  ['without sound', false],
  ['with sound', true],
])('a recording %s is its pieces, byte for byte, and plays', async (_, audio) => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'), { audio });
  expect(recording).toMatchObject({ id: 'one', state: 'closed', spooled: true, eventIds: ['one'] });
  expect(recording.endedAt - recording.startedAt).toBe(7000);
  const file = await joinPieces(house.spool.pieces(recording));
  expect(file.length).toBe(recording.bytes);
  expect(await decodeErrors(file)).toBe('');
  const { streams, duration, packets } = await probe(file);
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(audio ? ['h264', 'aac'] : ['h264']);
  expect(duration).toBeCloseTo(7, 1);
  expect(packets.filter(({ codec_type }) => codec_type === 'video')).toHaveLength(105);
});

test('segments begin with a keyframe, follow one another, and are in the index with their hashes', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  const segments = house.index.segments('one');
  expect(segments.map(({ n, tier }) => [n, tier])).toEqual([0, 1, 2, 3].map((n) => [n, 'disk']));
  expect(segments.map(({ startedAt, endedAt }) => (endedAt - startedAt) / 1000)).toEqual([2, 2, 2, 1]);
  expect(segments[0]?.startedAt).toBe(recording.startedAt);
  expect(segments[1]?.startedAt).toBe(segments[0]?.endedAt);
  const init = readFileSync(join(house.folder, 'one', 'init.mp4'));
  for (const { path } of house.spool.pieces(recording).slice(1, -1)) {
    const { packets } = await probe(Buffer.concat([init, readFileSync(path)]));
    expect(packets[0]?.flags).toContain('K');
  }
});

test('a camera that paused leaves a hole between two segments, as long as the pause', async () => {
  const fragments = stream.fragments.filter(({ time }) => time < 2 || time >= 4);
  const recording = await spoolRecording(house, { ...stream, fragments }, spoolOpening('one'));
  const times = house.index.segments('one').map(({ startedAt, endedAt }) => [startedAt, endedAt]);
  const from = (seconds: number) => recording.startedAt + seconds * 1000;
  expect(times).toEqual([
    [from(0), from(2)],
    [from(4), from(6)],
    [from(6), from(7)],
  ]);
});

test('what is there is for its owner alone', async () => {
  await spoolRecording(house, stream, spoolOpening('one'));
  const mode = (path: string) => statSync(path).mode & 0o777;
  expect([mode(house.folder), mode(join(house.folder, 'one'))]).toEqual([0o700, 0o700]);
  const names = readdirSync(join(house.folder, 'one'));
  expect(names.sort()).toEqual([
    ...['000.m4s', '001.m4s', '002.m4s', '003.m4s'],
    ...['head.mp4', 'init.mp4', 'sidecar.json', 'tail.mp4'],
  ]);
  for (const name of names) expect(mode(join(house.folder, 'one', name))).toBe(0o600);
});

test('a closed recording is one file to its readers', async () => {
  const recording = await spoolRecording(house, stream, spoolOpening('one'));
  const whole = await joinPieces(house.spool.pieces(recording));
  const file = house.spool.open(recording);
  expect(file).toMatchObject({ bytes: whole.length, modifiedAt: recording.endedAt });
  expect(await readMedia(file)).toEqual(whole);
  expect(await readMedia(file, 100, whole.length - 100)).toEqual(whole.subarray(100, -100));
  await house.spool.drop('one');
  await house.spool.drop('one');
  await expect(readMedia(file)).rejects.toMatchObject({ problem: { code: 'recording-moved' } });
  expect(readdirSync(house.folder)).toEqual([]);
});

test('what is known of a recording lies beside it, from its beginning on', async () => {
  const event = {
    schema: 1,
    id: 'one',
    seq: 1,
    kind: 'motion',
    phase: 'start',
    at: 1,
    detectedAt: 1,
    sentAt: 1,
  };
  const opening = spoolOpening('one', { event: event as DoorstepEvent });
  const writer = await house.spool.begin(opening, stream.init, { audio: false });
  await expect
    .poll(() => house.spool.sidecar('one'))
    .toMatchObject({ state: 'recording', segments: [], event });
  for (const fragment of stream.fragments) await writer.write(fragment);
  await writer.complete(['one', 'two']);
  const sidecar = await house.spool.sidecar('one');
  expect(sidecar).toMatchObject({ state: 'ready', event, eventIds: ['one', 'two'] });
  expect(sidecar?.segments).toHaveLength(4);
  if (sidecar) await house.spool.writeSidecar('one', { ...sidecar, keep: 'pinned' });
  expect((await house.spool.sidecar('one'))?.keep).toBe('pinned');
  expect(await house.spool.sidecar('two')).toBeUndefined();
});

test('several are written at the same time', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const recordings = await Promise.all(ids.map((id) => spoolRecording(house, stream, spoolOpening(id))));
  for (const recording of recordings) {
    const { packets } = await probe(await joinPieces(house.spool.pieces(recording)));
    expect(packets).toHaveLength(105);
  }
});

test('without a picture there is neither row nor file', async () => {
  const writer = await house.spool.begin(spoolOpening('none'), stream.init, { audio: false });
  for (const fragment of stream.fragments.filter(({ keyframe }) => !keyframe)) await writer.write(fragment);
  expect(await writer.complete(['none'])).toBeUndefined();
  expect(house.index.get('none')).toBeUndefined();
  expect(readdirSync(house.folder)).toEqual([]);
});

test('a spool that cannot be made says why, and leaves no row', async () => {
  writeFileSync(house.folder, 'a file');
  const begin = house.spool.begin(spoolOpening('one'), stream.init, { audio: false });
  await expect(begin).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(house.index.get('one')).toBeUndefined();
});

test('a disk that fails ends the recording there; what could not be finished is finished later', async () => {
  const writer = await house.spool.begin(spoolOpening('one'), stream.init, { audio: false });
  for (const fragment of stream.fragments.filter(({ time }) => time < 5)) await writer.write(fragment);
  // Where the head belongs there is a folder: as a disk that is full, it does not take it.
  mkdirSync(join(house.folder, 'one', 'head.mp4'));
  await expect(writer.complete(['one'])).rejects.toMatchObject({ code: 'EISDIR' });
  await house.spool.settle(true);
  expect(house.index.get('one')?.state).toBe('open');
  rmSync(join(house.folder, 'one', 'head.mp4'), { recursive: true });
  await house.spool.settle(true);
  const recording = house.index.get('one');
  expect(recording).toMatchObject({ state: 'closed' });
  const file = await joinPieces(recording ? house.spool.pieces(recording) : []);
  expect((await probe(file)).packets).toHaveLength(75);
});

test('the picture of an event is there until it is dropped', async () => {
  const jpeg = Buffer.from('picture');
  const still = { jpeg, width: 1, height: 1, takenAt: 0, source: 'ring' as const };
  await house.spool.saveSnapshot({ id: 'one', camera: SPOOL_CAMERA, kind: 'doorbell', at: 0 }, still);
  const row = house.index.getSnapshot('one');
  expect(row).toMatchObject({ state: 'closed', bytes: 7, base: expect.stringContaining('-ring-one') });
  const piece = house.spool.snapshotPiece('one');
  expect(await joinPieces(piece ? [piece] : [])).toEqual(jpeg);
  const file = house.spool.openSnapshot('one');
  expect(file && (await readMedia(file))).toEqual(jpeg);
  await house.spool.dropSnapshot('one');
  await house.spool.dropSnapshot('one');
  expect(readdirSync(join(house.folder, 'snapshots'))).toEqual([]);
  expect(house.spool.snapshotPiece('two')).toBeUndefined();
});

test('a better picture of an event replaces it, and a disk that does not take it leaves the one before', async () => {
  const save = (text: string) =>
    house.spool.saveSnapshot(
      { id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 0 },
      { jpeg: Buffer.from(text), width: 1, height: 1, takenAt: 0, source: 'decoded' },
    );
  const held = async () => {
    const piece = house.spool.snapshotPiece('one');
    return String(await joinPieces(piece ? [piece] : []));
  };
  await save('first');
  await save('better');
  expect(await held()).toBe('better');
  // What a crash between picture and row leaves.
  const row = house.index.getSnapshot('one');
  await save('best');
  if (row) house.index.putSnapshot(row);
  await house.spool.recover();
  expect(await held()).toBe('best');
  rmSync(join(house.folder, 'snapshots', 'one.json'));
  mkdirSync(join(house.folder, 'snapshots', 'one.json'));
  await expect(save('lost')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await held()).toBe('best');
});

test('a name that leads elsewhere is refused', async () => {
  await expect(house.spool.drop('..')).rejects.toThrow(RangeError);
  await expect(house.spool.drop('snapshots')).rejects.toThrow(RangeError);
  await expect(house.spool.dropSnapshot('../one')).rejects.toThrow(RangeError);
});
