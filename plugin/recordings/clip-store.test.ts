import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { decodeErrors, makeStream, probe, type Stream } from '../../test/support/recorded-media.ts';
import type { Log } from '../system/log.ts';
import { type ClipStore, openClipStore } from './clip-store.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const DAY = 86_400_000;
let stream: Stream;
let folder: string;
let lines: string[];
let clock: ManualClock;
const log: Log = {
  debug() {},
  info: (line) => lines.push(line),
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};

beforeAll(async () => {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-sc_threshold', '0', '-bf', '0'];
  const input = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=15'];
  stream = await makeStream({ input, seconds: 6, video: [...h264, '-pix_fmt', 'yuv420p'] });
}, 60_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'));
  lines = [];
  clock = new ManualClock();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const root = () => join(folder, 'recordings');
const database = () => join(folder, 'clips.sqlite');
const open = (minFreeBytes = 0) =>
  openClipStore({ root: root(), databasePath: database(), keepDays: 3, minFreeBytes, clock, log });

function opening(id: string, at: number) {
  return { id, camera: REF, kind: 'doorbell' as const, at, startedAt: at - 5000, eventIds: [id] };
}

async function record(store: ClipStore, id: string, at: number): Promise<void> {
  const still = { jpeg: Buffer.from(id), width: 1, height: 1, takenAt: at, source: 'ring' as const };
  await store.saveSnapshot(opening(id, at), still);
  const clip = await store.begin(opening(id, at), stream.init, { audio: false });
  for (const fragment of stream.fragments) await clip.write(fragment);
  await clip.complete([id]);
}

const filesBelow = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();

test('clips are found by camera and time, newest first', async () => {
  await using store = await open();
  const now = clock.now();
  for (const [id, ago] of [
    ['a', 3000],
    ['b', 2000],
    ['c', 1000],
  ] as const)
    await record(store, id, now - ago * 1000);
  const ids = (query: Parameters<ClipStore['list']>[0]) => store.list(query).map(({ id }) => id);
  expect(ids({ limit: 10 })).toEqual(['c', 'b', 'a']);
  expect(ids({ limit: 2 })).toEqual(['c', 'b']);
  expect(ids({ limit: 10, camera: 'front-door' })).toHaveLength(3);
  expect(ids({ limit: 10, camera: 'cam-2' })).toEqual([]);
  expect(ids({ limit: 10, from: now - 2_003_000, to: now - 2_002_000 })).toEqual(['b']);
  const storage = await store.storage();
  expect(storage).toMatchObject({ target: { kind: 'embedded', where: root() }, clips: 3, keepDays: 3 });
  expect(storage.bytes).toBe(store.list({ limit: 10 }).reduce((sum, { bytes }) => sum + bytes, 0));
  expect(storage.target.freeBytes).toBeGreaterThan(0);
  expect(storage.problem).toBeUndefined();
});

test.each([
  ['gone', () => rmSync(database())],
  ['damaged', () => writeFileSync(database(), 'no database'.repeat(500))],
])('an index that is %s is made again from the files', async (_, harm) => {
  const before = await (async () => {
    await using store = await open();
    await record(store, 'a', clock.now());
    await record(store, 'b', clock.now() + 1000);
    return store.list({ limit: 10 });
  })();
  for (const suffix of ['-wal', '-shm']) rmSync(database() + suffix, { force: true });
  harm();
  await using store = await open();
  expect(store.list({ limit: 10 })).toEqual(before);
  expect(readFileSync(store.snapshotPath('a') ?? '', 'utf8')).toBe('a');
  expect(store.clipPath('b')).toBeDefined();
});

test('old clips go with all that is theirs, and nothing that is not', async () => {
  await using store = await open();
  await record(store, 'old', clock.now());
  const day = join(store.clipPath('old') ?? '', '..');
  writeFileSync(join(root(), 'holiday.mp4'), 'not ours');
  clock.advance(2 * DAY);
  await record(store, 'new', clock.now());
  clock.advance(1.5 * DAY);
  await vi.waitFor(() => expect(store.get('old')).toBeUndefined());
  expect(store.get('new')).toBeDefined();
  await vi.waitFor(() => expect(existsSync(day)).toBe(false));
  const names = filesBelow(root()).map((name) => name.replace(/^\d{6}-/, ''));
  expect(names.sort()).toEqual([
    '.doorstep.json',
    'holiday.mp4',
    'index.jsonl',
    'ring-new.jpg',
    'ring-new.json',
    'ring-new.mp4',
  ]);
});

test('an old clip that cannot be removed is a problem in words and keeps no other', async () => {
  await using store = await open();
  await record(store, 'stuck', clock.now());
  await record(store, 'free', clock.now() + 1000);
  const path = store.clipPath('stuck') ?? '';
  rmSync(path);
  mkdirSync(path);
  clock.advance(4 * DAY);
  await vi.waitFor(() => expect(store.get('free')).toBeUndefined());
  await vi.waitFor(() => expect(store.problem?.code).toBe('recordings-not-removed'));
  expect(store.get('stuck')).toBeDefined();
});

test('a day keeps a line for each clip that came and went', async () => {
  await using store = await open();
  await record(store, 'a', clock.now());
  const index = join(store.clipPath('a') ?? '', '..', 'index.jsonl');
  const [line] = readFileSync(index, 'utf8').trim().split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({
    id: 'a',
    file: expect.stringMatching(/^front-door\/.*\.mp4$/),
  });
});

test('room that removing every clip could not give costs none, and is a problem in words', async () => {
  await using store = await open(2 ** 60);
  await record(store, 'a', clock.now());
  await vi.waitFor(async () => expect((await store.storage()).problem?.code).toBe('disk-low'));
  expect(store.get('a')).toBeDefined();
});

/** Records in a process of its own and dies in the middle of it. */
const WRITER = `
  const { openClipStore } = await import(process.argv[1]);
  const { makeStream } = await import(process.argv[2]);
  const [root, databasePath] = process.argv.slice(3);
  const { systemClock } = await import(process.argv[5]);
  const log = { debug() {}, info() {}, warn() {}, error: console.error };
  const store = await openClipStore({ root, databasePath, keepDays: 3, minFreeBytes: 0, clock: systemClock, log });
  const stream = await makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=15'], seconds: 20,
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-bf', '0', '-pix_fmt', 'yuv420p'],
  });
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const now = Date.now();
  const clip = await store.begin({ id: 'cut', camera, kind: 'motion', at: now, startedAt: now, eventIds: ['cut'] }, stream.init, { audio: false });
  for (const fragment of stream.fragments) {
    if (fragment.time >= 12.5) break;
    await clip.write(fragment);
  }
  console.log('written');
  setInterval(() => {}, 1000);
`;

test.each([
  ['and its index is there', false],
  ['and its index is lost as well', true],
])(
  'a clip whose process was killed loses less than a second, %s',
  async (_, loseIndex) => {
    const modules = ['./clip-store.ts', '../../test/support/recorded-media.ts'].map(
      (path) => new URL(path, import.meta.url).href,
    );
    const child = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        WRITER,
        ...modules,
        root(),
        database(),
        new URL('../system/clock.ts', import.meta.url).href,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
        child.once('exit', () => reject(new Error('the writer ended by itself')));
      });
    } finally {
      child.kill('SIGKILL');
    }
    await new Promise((resolve) =>
      (child.exitCode ?? child.signalCode) === null ? child.once('exit', resolve) : resolve(0),
    );
    expect(filesBelow(root()).some((name) => name.endsWith('.mp4.part'))).toBe(true);
    if (loseIndex) for (const suffix of ['', '-wal', '-shm']) rmSync(database() + suffix, { force: true });

    await using store = await open();
    const info = store.get('cut');
    expect(info).toMatchObject({ state: 'ready', kind: 'motion', eventIds: ['cut'] });
    expect((info?.endedAt ?? 0) - (info?.startedAt ?? 0)).toBeGreaterThanOrEqual(11_500);
    const path = store.clipPath('cut') ?? '';
    expect(await decodeErrors(path)).toBe('');
    expect((await probe(path)).duration).toBeGreaterThanOrEqual(11.5);
    expect(filesBelow(root()).filter((name) => name.endsWith('.part'))).toEqual([]);
  },
  60_000,
);

test('traces of a clip without a picture go at the next start', async () => {
  {
    await using store = await open();
    await store.begin(opening('empty', clock.now()), stream.init, { audio: false });
  }
  expect(filesBelow(root()).filter((name) => name.includes('empty'))).toHaveLength(2);
  await using store = await open();
  expect(store.get('empty')).toBeUndefined();
  expect(filesBelow(root()).filter((name) => name.includes('empty'))).toEqual([]);
});
