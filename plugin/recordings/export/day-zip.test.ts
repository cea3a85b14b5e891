import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  CAMERA,
  type MadeRecording,
  memoryFile,
  memoryFootage,
} from '../../../test/support/recorded-footage.ts';
import { recordingBase } from '../layout.ts';
import { parseSidecar } from '../sidecar.ts';
import { dayZip } from './day-zip.ts';

const AT = new Date(2026, 10, 22, 7, 23, 41).getTime();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zip-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is in a file does not matter to a ZIP. */
function made(id: string, at: number, bytes: number, snapshotId?: string): MadeRecording {
  const data = Buffer.alloc(bytes, id);
  const sealed = { bytes, sha256: 'a'.repeat(64) };
  return {
    data,
    recording: {
      ...{
        id,
        camera: CAMERA,
        kind: 'motion',
        eventIds: [id],
        startedAt: at,
        endedAt: at + 15_000,
        ...sealed,
      },
      ...{ state: 'stored', spooled: false, base: recordingBase(CAMERA.slug, 'motion', id, at) },
      ...{ wrap: { head: sealed, tail: sealed }, ...(snapshotId && { snapshotId }) },
    },
  };
}

const ofAll = (all: MadeRecording[]) => all.map(({ recording }) => recording);

const noPython = spawnSync('python3', ['--version']).status !== 0;

/** Python's zipfile has nothing in common with what wrote it, and tests each checksum. */
function listed(path: string): Record<string, number> {
  const program = [
    'import json, sys, zipfile',
    'z = zipfile.ZipFile(sys.argv[1])',
    'assert z.testzip() is None',
    'z.extractall(sys.argv[2])',
    'print(json.dumps({i.filename: i.file_size for i in z.infolist()}))',
  ].join('\n');
  return JSON.parse(
    execFileSync('python3', ['-c', program, path, join(folder, 'out')], { encoding: 'utf8' }),
  );
}

test.skipIf(noPython)(
  'has each recording with its sidecar and its picture, named as on the NAS',
  async () => {
    const all = [made('A', AT, 30_001, 'A'), made('B', AT + 60_000, 5000)];
    const footage = memoryFootage(all, new Map([['A', Buffer.from('a picture')]]));
    const { bytes, stream } = await dayZip(ofAll(all), footage);
    const data = await buffer(stream);
    expect(data.length).toBe(bytes);
    const path = join(folder, 'day.zip');
    writeFileSync(path, data);
    const base = 'front-door/2026/11/22';
    const files = listed(path);
    expect(Object.keys(files).sort()).toEqual([
      ...[`${base}/072341-motion-A.jpg`, `${base}/072341-motion-A.json`, `${base}/072341-motion-A.mp4`],
      ...[`${base}/072441-motion-B.json`, `${base}/072441-motion-B.mp4`],
    ]);
    expect(readFileSync(join(folder, 'out', base, '072341-motion-A.mp4'))).toEqual(all[0]?.data);
    const sidecar = parseSidecar(readFileSync(join(folder, 'out', base, '072341-motion-A.json'), 'utf8'));
    expect(sidecar).toMatchObject({ id: 'A', bytes: 30_001, startedAt: AT });
  },
);

test.skipIf(noPython)('its size is foretold of a day of many files', async () => {
  // Their list alone is longer than 64 KiB.
  const all = Array.from({ length: 700 }, (_, n) => made(`01M${n}`, AT + n * 1000, 10 + n));
  const { bytes, stream } = await dayZip(ofAll(all), memoryFootage(all));
  const data = await buffer(stream);
  expect(data.length).toBe(bytes);
  const path = join(folder, 'many.zip');
  writeFileSync(path, data);
  expect(Object.keys(listed(path))).toHaveLength(1400);
});

test('breaks off when a recording is gone, and does not pretend to be whole', async () => {
  const all = [made('A', AT, 30_000), made('B', AT + 60_000, 5000)];
  const footage = memoryFootage(all);
  const { stream } = await dayZip(ofAll(all), footage);
  footage.made = all.slice(0, 1);
  await expect(buffer(stream)).rejects.toMatchObject({ problem: { code: 'recording-gone' } });
});

test('nothing is read any more when nobody wants it', async () => {
  const all = [made('A', AT, 3_000_000), made('B', AT + 60_000, 5000)];
  let aborted: AbortSignal | undefined;
  const footage = memoryFootage(all);
  const { open } = footage;
  let opened = 0;
  footage.open = async (id) => {
    opened += 1;
    const file = (await open(id)) ?? memoryFile(Buffer.alloc(0));
    return {
      ...file,
      read: (from, to, signal) => {
        aborted = signal;
        return file.read(from, to, signal);
      },
    };
  };
  const { stream } = await dayZip(ofAll(all), footage);
  for await (const _ of stream) break;
  await expect.poll(() => aborted?.aborted).toBe(true);
  expect(opened).toBe(1);
});
