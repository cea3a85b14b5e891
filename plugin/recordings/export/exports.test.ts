import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import {
  CAMERA,
  type MadeRecording,
  type MemoryFootage,
  makeNumberedStream,
  makeRecording,
  memoryFootage,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { lumas, type Stream } from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { type Child, startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { DiskRoom } from '../../system/disk-room.ts';
import type { FootageExports } from './contract.ts';
import { createExports } from './exports.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();
const HOUR = 3_600_000;
const GIB = 2 ** 30;
const never = new AbortController().signal;
let ffmpeg: Ffmpeg | undefined;
let stream: Stream;
let folder: string;
let clock: ManualClock;
let footage: MemoryFootage;
let exports: FootageExports;
let warned: string[];
let disk: DiskRoom;
let children: Child[];

beforeAll(async () => {
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeNumberedStream({ audio: false });
}, 60_000);
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'exports-')), 'exports');
  clock = new ManualClock(AT + HOUR);
  footage = memoryFootage([recording('01A', AT)]);
  warned = [];
  disk = { freeBytes: 50 * GIB, totalBytes: 100 * GIB };
  children = [];
  exports = make();
});
afterEach(async () => {
  await exports[Symbol.asyncDispose]();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const recording = (id: string, startedAt: number): MadeRecording =>
  makeRecording(stream, { id, startedAt, audio: false });

function make(program: () => Ffmpeg | undefined = () => ffmpeg): FootageExports {
  return createExports({
    ...{ footage, ffmpeg: program, folder, clock, log: { warn: (line) => warned.push(line) } },
    startChild: (...args) => {
      const child = startChild(...args);
      children.push(child);
      return child;
    },
    lookAtDisk: async () => disk,
  });
}

const cut = { kind: 'range', camera: 'front-door', from: AT + 1000, to: AT + 2000 } as const;
const ready = (id: string) =>
  vi.waitFor(() => expect(exports.get(id)).toMatchObject({ state: 'ready' }), { timeout: 20_000 });

/** As while a recording is on a NAS that does not answer. */
function stuck(): () => void {
  const { open } = footage;
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  footage.open = (id) => gate.then(() => open(id));
  return goOn;
}

test('a cut is made, told of, and given out', async () => {
  const { id } = exports.start(cut);
  expect(exports.get(id)).toMatchObject({
    ...{ kind: 'range', camera: CAMERA, state: 'working', progress: 0 },
    fileName: 'front-door 2026-11-22 07.23.42.mp4',
  });
  expect(await exports.open(id)).toBeUndefined();
  await ready(id);
  const file = await exports.open(id);
  const path = join(folder, `${id}.mp4`);
  expect(exports.list()).toMatchObject([{ id, progress: 1, bytes: statSync(path).size }]);
  expect(file?.bytes).toBe(statSync(path).size);
  expect((await lumas(path)).map(numberOf)).toEqual(Array.from({ length: 10 }, (_, n) => 10 + n));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test('a timelapse of a day', async () => {
  const { id } = exports.start({ kind: 'timelapse', camera: 'cam-1', day: '2026-11-22' });
  await ready(id);
  expect(exports.get(id)?.fileName).toBe('front-door 2026-11-22 timelapse.mp4');
  expect(await lumas(join(folder, `${id}.mp4`))).toHaveLength(10);
});

test('a day later it is gone', async () => {
  const { id } = exports.start(cut);
  await ready(id);
  clock.advance(24 * HOUR);
  expect(exports.list()).toEqual([]);
  await vi.waitFor(() => expect(readdirSync(folder)).toEqual([]));
});

test('one is worked on at a time, five are enough, and who waits can leave', async () => {
  const goOn = stuck();
  const ids = Array.from({ length: 5 }, () => exports.start(cut).id);
  expect(() => exports.start(cut)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code: 'too-many-exports' }) }),
  );
  // One that waits, and one that is worked on.
  await exports.remove(ids[3] ?? '');
  expect(exports.list().map(({ id }) => id)).toEqual([ids[4], ids[2], ids[1], ids[0]]);
  expect(children).toHaveLength(0);
  goOn();
  for (const id of [ids[0], ids[1], ids[2], ids[4]]) await ready(id ?? '');
  expect(children).toHaveLength(4);
}, 60_000);

test('cancelling ends ffmpeg and leaves no file', async () => {
  const { id } = exports.start(cut);
  await vi.waitFor(() => expect(children).toHaveLength(1), { timeout: 20_000 });
  await exports.remove(id);
  await children[0]?.exited;
  expect(exports.list()).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  expect(warned).toEqual([]);
});

test('where recordings would lose their room a film is not begun, and one under way is ended', async () => {
  const failed = (id: string) =>
    vi.waitFor(
      () => expect(exports.get(id)).toMatchObject({ state: 'failed', problem: { code: 'export-disk-full' } }),
      { timeout: 20_000 },
    );
  const goOn = stuck();
  const { id } = exports.start(cut);
  await vi.waitFor(() => expect(clock.pending).toBe(2));
  disk = { ...disk, freeBytes: 2 * GIB };
  clock.advance(1000);
  await vi.waitFor(() => expect(clock.pending).toBe(1));
  goOn();
  await failed(id);
  await failed(exports.start(cut).id);
  expect(children).toHaveLength(0);
  expect(readdirSync(folder)).toEqual([]);
  disk = { ...disk, freeBytes: 50 * GIB };
  await ready(exports.start(cut).id);
});

test('closing ends what runs and removes what was made', async () => {
  const first = exports.start(cut);
  await ready(first.id);
  exports.start(cut);
  await vi.waitFor(() => expect(children).toHaveLength(2), { timeout: 20_000 });
  await exports[Symbol.asyncDispose]();
  await children[1]?.exited;
  expect(readdirSync(folder)).toEqual([]);
  expect(clock.pending).toBe(0);
});

test('what a crash left is removed at the start; what is not ours stays', () => {
  mkdirSync(folder);
  const names = ['01M8ZQ5X3T6V9W2Y4B7D0F1G2H.mp4', '01M8ZQ5X3T6V9W2Y4B7D0F1G2H.mp4.part', 'holiday.mp4'];
  for (const name of names) writeFileSync(join(folder, name), 'x');
  make();
  expect(readdirSync(folder)).toEqual(['holiday.mp4']);
});

test('what fails says why, and the next one is made', async () => {
  mkdirSync(join(folder, '..'), { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  const { id } = exports.start(cut);
  await vi.waitFor(() => expect(exports.get(id)?.state).toBe('failed'));
  expect(exports.get(id)?.problem?.code).toBe('export-failed');
  expect(warned).toHaveLength(1);
  rmSync(folder);
  await ready(exports.start(cut).id);
});

test.each<[string, string, () => unknown]>([
  ['nothing was recorded', 'no-footage', () => exports.start({ ...cut, from: AT - HOUR, to: AT - 1 })],
  ['the camera is unknown', 'no-footage', () => exports.start({ ...cut, camera: 'garden' })],
  [
    'there is no such day',
    'no-footage',
    () => exports.start({ kind: 'timelapse', camera: 'cam-1', day: '2026-02-31' }),
  ],
  ['it is too long', 'too-long', () => exports.start({ ...cut, to: AT + 7 * HOUR })],
  ['there is no ffmpeg', 'export-no-ffmpeg', () => make(() => undefined).start(cut)],
  ['nothing was recorded, at once', 'no-footage', () => exports.range({ ...cut, to: cut.from, camera: 'x' })],
  ['it is too long, at once', 'too-long', () => exports.range({ ...cut, to: AT + 7 * HOUR })],
  [
    'nothing was recorded on that day',
    'no-footage',
    () => exports.day({ camera: 'cam-1', day: '2026-11-21' }),
  ],
])('refused where %s', async (_name, code, order) => {
  await expect(async () => order()).rejects.toMatchObject({ problem: { code } });
});

test('a range is given out at once, and read from its heads once for many requests', async () => {
  const first = await exports.range(cut);
  expect(first.fileName).toBe('front-door 2026-11-22 07.23.42.mp4');
  const read = footage.bytesRead;
  const again = await exports.range(cut);
  expect(footage.bytesRead).toBe(read);
  expect(again.etag).toBe(first.etag);
  // A recording that came since makes it another file.
  footage.made = [...footage.made, recording('01B', AT + 10_000)];
  const longer = await exports.range({ ...cut, to: AT + 15_000 });
  expect(longer.etag).not.toBe(first.etag);
  let bytes = 0;
  for await (const part of longer.read(0, longer.bytes, never)) bytes += part.length;
  expect(bytes).toBe(longer.bytes);
});

test('a ZIP is sent at a time, and the next is there as soon as that is left', async () => {
  const day = { camera: 'front-door', day: '2026-11-22' };
  const first = await exports.day(day);
  const second = exports.day(day);
  const refused = expect(second).rejects.toMatchObject({ problem: { code: 'too-many-exports' } });
  clock.advance(2000);
  await refused;
  const third = exports.day(day);
  if (first.stream instanceof Readable) first.stream.destroy();
  const { stream: zip } = await third;
  zip.resume();
  await finished(zip);
  await buffer((await exports.day(day)).stream);
  await expect(exports.day({ ...day, camera: 'garden' })).rejects.toThrow();
  expect(clock.pending).toBe(0);
});

test('a day is that of the person who asks, wherever this machine believes to be', async () => {
  const [from, to] = [AT - 3 * HOUR, AT + 20 * HOUR];
  footage.made = [recording('01A', from - 1000), recording('01B', from), recording('01C', to)];
  const asked = { camera: 'front-door', day: '2026-11-21', from, to };
  const { fileName, stream: zip } = await exports.day(asked);
  const data = await buffer(zip);
  expect(fileName).toBe('front-door 2026-11-21.zip');
  expect(['01A', '01B', '01C'].map((id) => data.includes(id))).toEqual([false, true, false]);
  const { id } = exports.start({ kind: 'timelapse', ...asked });
  expect(exports.get(id)).toMatchObject({ from, to, fileName: 'front-door 2026-11-21 timelapse.mp4' });
});

test('a day has the recordings that began on it alone', async () => {
  const midnight = new Date(2026, 10, 23).getTime();
  footage.made = [...footage.made, recording('01B', midnight - 2000), recording('01C', midnight + 2000)];
  const { fileName, stream: zip, bytes } = await exports.day({ camera: 'front-door', day: '2026-11-23' });
  expect(fileName).toBe('front-door 2026-11-23.zip');
  const parts: Buffer[] = [];
  for await (const part of zip) parts.push(Buffer.from(part));
  const data = Buffer.concat(parts);
  expect(data.length).toBe(bytes);
  expect(data.includes('000002-continuous-01C.mp4')).toBe(true);
  expect(data.includes('01B')).toBe(false);
  expect(existsSync(folder)).toBe(false);
});
