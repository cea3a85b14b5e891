import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import {
  decodeErrors,
  makeStream,
  type Packet,
  probe,
  type Stream,
} from '../../test/support/recorded-media.ts';
import { openTestRecordings, type TestRecordings } from '../../test/support/recording-store.ts';
import { ScriptedCamera } from '../../test/support/scripted-camera.ts';
import type { Log } from '../system/log.ts';
import { startContinuous } from './continuous.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
/** On the minute. */
const START = 1_789_999_980_000;
const FILE_MS = 10_000;
const FPS = 10;

let sound: Stream;
let long: Stream;
let other: Stream;

beforeAll(async () => {
  const picture = (size: string, rate: number) => ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}`];
  const tone = ['-f', 'lavfi', '-i', 'sine=sample_rate=16000'];
  const h264 = (gop: number) => [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', String(gop), '-sc_threshold', '0', '-bf', '0'],
    ...['-pix_fmt', 'yuv420p'],
  ];
  const audio = ['-c:a', 'aac', '-b:a', '32k'];
  [sound, long, other] = await Promise.all([
    makeStream({ input: [...picture('160x90', FPS), ...tone], seconds: 45, video: h264(15), audio }),
    makeStream({ input: picture('160x90', FPS), seconds: 120, video: h264(20) }),
    makeStream({ input: picture('320x180', FPS), seconds: 60, video: h264(10) }),
  ]);
}, 60_000);

let folder: string;
let lines: string[];
let clock: ManualClock;
let store: TestRecordings;
let camera: ScriptedCamera;
let recorder: AsyncDisposable;
const log: Log = {
  debug() {},
  info() {},
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuous-'));
  lines = [];
  clock = new ManualClock(START);
  store = openTestRecordings(folder, clock, log);
});
afterEach(async () => {
  await recorder[Symbol.asyncDispose]();
  await camera[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const start = (audio = false) => startContinuous({ camera, store, clock, log, audio, fileMs: FILE_MS });
const stop = () => recorder[Symbol.asyncDispose]();
/** Waits until so much was recorded, so that what comes next does not come sooner. */
const recorded = (count: number) =>
  vi.waitFor(() => expect(store.closed().length).toBeGreaterThanOrEqual(count), 20_000);

async function packetsOf(kind: 'video' | 'audio'): Promise<{ file: Packet[]; startedAt: number }[]> {
  const files = [];
  for (const { id, startedAt } of store.closed()) {
    const { packets } = await probe(await store.file(id));
    files.push({ file: packets.filter(({ codec_type }) => codec_type === kind), startedAt });
  }
  return files;
}

/** When each picture of all files was taken, in ms from the start. */
const pictureTimes = async () =>
  (await packetsOf('video')).flatMap(({ file, startedAt }) =>
    file.map(({ pts_time }) => Math.round(startedAt + Number(pts_time) * 1000 - START)),
  );

test('one file follows the other: no picture and no sound is lost, none is there twice', async () => {
  camera = new ScriptedCamera(REF, sound, clock);
  recorder = start(true);
  await camera.play(44);
  await stop();
  const files = store.closed();
  // Keyframes come every 1.5 s: the first at or after each multiple of 10 s.
  expect(files.map(({ startedAt }) => startedAt - START)).toEqual([0, 10_500, 21_000, 30_000, 40_500]);
  const times = await pictureTimes();
  expect(times).toHaveLength(camera.pictures);
  expect(times).toEqual(times.map((_, index) => index * 100));
  const heard = (await packetsOf('audio')).flatMap(({ file }) => file);
  const given = sound.fragments.filter(({ track, time }) => track !== 1 && time <= 44);
  expect(heard.length).toBeGreaterThanOrEqual(given.length - 1);
  for (const [index, { id, endedAt }] of files.entries()) {
    expect(await decodeErrors(await store.file(id))).toBe('');
    expect(files[index + 1]?.startedAt ?? endedAt).toBe(endedAt);
  }
  expect(files[0]).toMatchObject({ kind: 'continuous', eventIds: [], camera: REF, state: 'closed' });
  expect(store.gaps).toEqual([]);
  expect(lines).toEqual([]);
});

test('it begins with what the ring has', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  await camera.play(7);
  recorder = start();
  await camera.play(2);
  await stop();
  expect(store.closed().map(({ startedAt }) => startedAt)).toEqual([START]);
  expect(await pictureTimes()).toHaveLength(camera.pictures);
});

test('a camera that reconnects, in another size: a file of its own, and the gap is noted', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(5);
  camera.connect(other);
  await camera.play(3);
  await recorded(1);
  camera.disconnect();
  await camera.play(20);
  camera.connect(long);
  await camera.play(1);
  await stop();
  const files = store.closed();
  expect(files.map(({ startedAt }) => startedAt - START)).toEqual([0, 5000, 28_000]);
  const { streams } = await probe(await store.file(files[1]?.id ?? ''));
  expect(streams[0]?.width).toBe(320);
  // The last picture of a connection lasts as long as those before.
  expect(store.gaps).toEqual([{ from: files[1]?.endedAt, to: START + 28_000, reason: 'camera-offline' }]);
});

test("privacy mode ends it at once, and its gap is the owner's wish", async () => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(5);
  await camera.setPrivacy(true);
  await recorded(1);
  await camera.play(60);
  await camera.setPrivacy(false);
  await camera.play(4);
  await stop();
  const [before, after] = store.closed();
  expect(after?.startedAt).toBe(START + 65_000);
  expect(store.gaps).toEqual([{ from: before?.endedAt, to: START + 65_000, reason: 'privacy' }]);
});

test('what is missing between two runs of the hub has its reason, and what was before its stop keeps the other', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(5);
  camera.disconnect();
  await camera.play(60);
  await stop();
  const [file] = store.closed();
  const offline = { from: file?.endedAt, to: START + 65_000, reason: 'camera-offline' };
  expect(store.gaps).toEqual([offline]);
  clock.advance(30_000);
  await camera[Symbol.asyncDispose]();
  camera = new ScriptedCamera(REF, long, clock);
  camera.disconnect();
  recorder = start();
  await camera.play(2);
  camera.connect();
  await camera.play(4);
  await stop();
  const stopped = { from: START + 65_000, to: START + 97_000, reason: 'hub-stopped' };
  expect(store.gaps).toEqual([offline, stopped]);
});

test('a disk that refuses for a while: what it took stays, and the rest is a gap', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(13);
  await recorded(1);
  store.fault = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  await camera.play(60);
  store.fault = undefined;
  await camera.play(45);
  await stop();
  const [gap] = store.gaps;
  expect(store.gaps).toEqual([{ from: expect.any(Number), to: expect.any(Number), reason: 'disk-full' }]);
  expect(gap?.from).toBeGreaterThanOrEqual(START + 10_000);
  expect(gap?.from).toBeLessThanOrEqual(START + 14_000);
  // The ring had the last 10 s when the disk was tried again, at most half a minute later.
  expect(gap?.to).toBeGreaterThanOrEqual(START + 62_000);
  expect(gap?.to).toBeLessThanOrEqual(START + 95_000);
  const times = await pictureTimes();
  expect(times.filter((time) => time + START > (gap?.to ?? 0)).length).toBeGreaterThan(20 * FPS);
});

test('a disk that is too slow loses what the ring no longer has, says so, and it goes on', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  const { watch } = camera;
  vi.spyOn(camera, 'watch').mockImplementation((options) =>
    watch.call(camera, { ...options, maxBacklog: 200_000 }),
  );
  camera.patient = false;
  const go = Promise.withResolvers<void>();
  const begin = store.begin;
  vi.spyOn(store, 'begin').mockImplementation(async (...args) => {
    const writer = await begin(...args);
    return { ...writer, write: (fragment) => go.promise.then(() => writer.write(fragment)) };
  });
  recorder = start();
  await camera.play(40);
  camera.patient = true;
  go.resolve();
  await vi.waitFor(() => expect(lines).toHaveLength(1));
  await camera.play(20);
  await stop();
  expect(lines[0]).toContain('the disk could not keep up');
  expect(store.gaps).toEqual([{ from: expect.any(Number), to: expect.any(Number), reason: 'disk-slow' }]);
  expect(store.gaps[0]?.to).toBeLessThanOrEqual(START + 40_000);
});

const HOUR = 3_600_000;

test.each([
  ['forward', HOUR],
  ['back', -HOUR],
])('a clock that is set %s by an hour begins a file with the right time', async (_, step) => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(5);
  clock.step(step);
  await camera.play(14);
  await stop();
  const files = store.closed().toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(new Set(files.map(({ base }) => base)).size).toBe(files.length);
  expect(new Set(files.map(({ id }) => id)).size).toBe(files.length);
  expect((await pictureTimes()).length).toBe(camera.pictures);
  const set = files.filter(({ startedAt }) => Math.abs(startedAt - START - step) < 60_000);
  expect(set).not.toEqual([]);
  const first = Math.min(...set.map(({ startedAt }) => startedAt));
  expect(first - step - START).toBeGreaterThan(9_000);
  expect(first - step - START).toBeLessThanOrEqual(12_100);
  const before = files.filter((file) => !set.includes(file));
  const from = step > 0 ? Math.max(...before.map(({ endedAt }) => endedAt)) : first;
  expect(store.gaps).toEqual([{ from, to: first, reason: 'clock-stepped' }]);
});

test('a camera that is closed is not asked again and again', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  const watch = vi.spyOn(camera, 'watch');
  await camera[Symbol.asyncDispose]();
  recorder = start();
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  expect(watch).toHaveBeenCalledTimes(1);
});

test('stopping completes the file under way, at once', async () => {
  camera = new ScriptedCamera(REF, long, clock);
  recorder = start();
  await camera.play(3.5);
  await stop();
  expect(await pictureTimes()).toHaveLength(camera.pictures);
  expect(clock.pending).toBe(0);
  expect(store.gaps).toEqual([]);
});
