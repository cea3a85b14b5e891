import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  SPOOL_CAMERA,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';

let stream: Stream;
let house: SpoolHouse;
beforeAll(async () => {
  stream = await makeSpoolStream(7);
}, 60_000);
beforeEach(() => {
  house = spoolHouse();
});
afterEach(() => house[Symbol.dispose]());

const path = (...names: string[]) => join(house.folder, ...names);
const gaps = () => house.index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER });

/** In place of a folder there is a file: whatever is read below it fails, as with a disk that is at fault. */
function makeUnreadable(name: string): () => void {
  renameSync(path(name), join(house.root, 'elsewhere'));
  writeFileSync(path(name), '');
  return () => {
    rmSync(path(name));
    renameSync(join(house.root, 'elsewhere'), path(name));
  };
}

test.each(['closed', 'open'])('a recording (%s) that cannot be read stays as it is', async (state) => {
  await house.spool.recover();
  await spoolRecording(house, stream, spoolOpening('one'));
  if (state === 'open') {
    const segments = house.index.segments('one');
    house.index.reopen('one');
    for (const segment of segments) house.index.addSegment('one', segment);
  }
  const segments = house.index.segments('one');
  const restore = makeUnreadable('one');
  house.restart();
  expect(await house.spool.recover()).toEqual({ finished: [], removed: 0 });
  await expect(house.spool.mend('one')).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(house.index.get('one')?.state).toBe(state);
  expect(house.index.segments('one')).toEqual(segments);
  expect(gaps()).toEqual([]);
  expect(house.lines.join('\n')).toContain(path('one'));
  restore();
  house.restart();
  await house.spool.recover();
  expect(house.index.get('one')?.state).toBe('closed');
  expect(house.index.segments('one')).toEqual(segments);
  expect(gaps()).toEqual([]);
});

test('pictures that cannot be read keep their rows', async () => {
  const still = { jpeg: Buffer.from('jpeg'), width: 1, height: 1, takenAt: 0, source: 'ring' as const };
  await house.spool.recover();
  await house.spool.saveSnapshot({ id: 'one', camera: SPOOL_CAMERA, kind: 'motion', at: 0 }, still);
  const restore = makeUnreadable('snapshots');
  house.restart();
  await house.spool.recover();
  expect(house.index.getSnapshot('one')?.state).toBe('closed');
  restore();
  expect(readdirSync(path('snapshots'))).toEqual(['one.jpg', 'one.json']);
});

/** Looks after a recording that could not be completed while no file can be opened; then once more. */
const WITHOUT_FILES = `
  const [spoolUrl, indexUrl, clockUrl, mediaPath, root] = process.argv.slice(1);
  const [{ createSpool }, { openRecordingIndex }, { systemClock: clock }] =
    await Promise.all([spoolUrl, indexUrl, clockUrl].map((url) => import(url)));
  const { readFileSync, readdirSync, mkdirSync, rmSync, openSync, closeSync } = await import('node:fs');
  const { init, fragments } = JSON.parse(readFileSync(mediaPath, 'utf8'), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data) : value);
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const index = openRecordingIndex({ path: root + '/recordings.sqlite', clock, log });
  const spool = createSpool({ folder: root + '/spool', index, clock, log, segmentMs: 2000 });
  await spool.recover();
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const writer = await spool.begin(
    { id: 'one', camera, kind: 'motion', at: clock.now(), startedAt: clock.now(), eventIds: [] }, init, { audio: false });
  for (const fragment of fragments) await writer.write(fragment);
  mkdirSync(root + '/spool/one/head.mp4');
  const complete = await writer.complete([]).then(() => 'closed', (error) => error.code);
  const taken = [];
  try { for (;;) taken.push(openSync('/dev/null')); } catch {}
  await spool.settle(true);
  await spool.settle(true);
  for (const fd of taken) closeSync(fd);
  const files = readdirSync(root + '/spool/one').filter((name) => name.endsWith('.m4s')).length;
  rmSync(root + '/spool/one/head.mp4', { recursive: true });
  await spool.settle(true);
  const gaps = index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER }).length;
  console.log(JSON.stringify({ complete, files, state: index.get('one')?.state, segments: index.segments('one').length, gaps }));
`;

test('when no file can be opened nothing is lost, and it is finished later', async () => {
  const root = mkdtempSync(join(tmpdir(), 'doorstep-fds-'));
  try {
    const media = join(root, 'stream.json');
    writeFileSync(media, JSON.stringify({ init: stream.init, fragments: stream.fragments }));
    const urls = ['./spool.ts', '../index/recording-index.ts', '../../system/clock.ts'].map(
      (name) => new URL(name, import.meta.url).href,
    );
    const node = [process.execPath, '--input-type=module', '-e', WITHOUT_FILES, ...urls, media, root];
    const child = spawn('sh', ['-c', 'ulimit -n 80; exec "$0" "$@"', ...node], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(JSON.parse(await text(child.stdout))).toEqual({
      ...{ complete: 'EISDIR', files: 4, state: 'closed', segments: 4, gaps: 0 },
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
