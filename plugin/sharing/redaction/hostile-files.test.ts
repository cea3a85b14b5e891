/** Files that are not what they seem, and how the work ends when it does not end well. */
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { makeClip } from '../../../test/support/redaction-clips.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { fileMedia } from '../../recordings/file-media.ts';
import { type Child, type StartChild, startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { Source } from './contract.ts';
import { communityPlan } from './make-plan.ts';
import { type RenderOptions, render, renderStill } from './render.ts';
import { removeUnfinished } from './work-files.ts';

let ffmpeg: Ffmpeg;
let folder: string;
let out: string;
let clip: string;
let listener: Server;
let requests = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hostile-'));
  out = join(folder, 'out');
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  clip = makeClip(folder, '-x.mp4');
  listener = createServer((_, response) => {
    requests++;
    response.end();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await new Promise((resolve) => listener.close(resolve));
});

beforeEach(() => rmSync(out, { recursive: true, force: true }));

const PLAN = communityPlan({}, { zones: [], audioAllowed: false });

const options = (change: Partial<RenderOptions> = {}): RenderOptions => ({
  ...{ ffmpeg, startChild, clock: systemClock, folder: out, onProgress() {} },
  ...{ signal: new AbortController().signal, cut: { from: 0, to: 1000 } },
  ...change,
});

async function open(path: string): Promise<Source> {
  const source = await fileMedia(path);
  if (!source) throw new Error(`no ${path}`);
  return source;
}

async function refusal(path: string, change: Partial<RenderOptions> = {}): Promise<unknown> {
  const error: unknown = await render(PLAN, await open(path), options(change)).then(
    () => 'nothing',
    (reason: unknown) => reason,
  );
  return (error as { problem?: { code: string } }).problem?.code ?? error;
}

/** The clip with numbers of its head changed. */
function changed(name: string, change: (data: Buffer) => void): string {
  const data = readFileSync(clip);
  change(data);
  writeFileSync(join(folder, name), data);
  return join(folder, name);
}

const url = () => `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
const written = (name: string, text: string | Buffer) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const playlist = (where: string) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n${where}\n#EXT-X-ENDLIST\n`;
/** Where an MP4 says that its media are elsewhere, in place of "in this file". */
const elsewhere = (where: string) => {
  const text = Buffer.from(`${where}\0`);
  const entry = Buffer.concat([Buffer.alloc(12), text]);
  entry.writeUInt32BE(entry.length);
  entry.write('url ', 4, 'latin1');
  return entry;
};

test.each<[string, () => string]>([
  ['a playlist that reads from the network', () => written('a.mp4', playlist(`${url()}/a.ts`))],
  ['a playlist that reads files', () => written('b.mp4', playlist('file:///etc/passwd'))],
  ['a list of files', () => written('c.mp4', `ffconcat version 1.0\nfile '${url()}/a.mp4'\n`)],
  ['a description of a stream', () => written('d.mp4', `v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`)],
  [
    'a playlist behind the first box of a clip',
    () =>
      written(
        'e.mp4',
        Buffer.concat([readFileSync(clip).subarray(0, 32), Buffer.from(playlist(`${url()}/a.ts`))]),
      ),
  ],
  ['an empty file', () => written('f.mp4', '')],
  ['a file of one byte', () => written('g.mp4', 'x')],
  ['noise', () => written('h.mp4', Buffer.alloc(5000, 0x5a))],
  [
    'a clip that was cut off',
    () => {
      const path = join(folder, 'i.mp4');
      copyFileSync(clip, path);
      truncateSync(path, 3000);
      return path;
    },
  ],
  [
    'a clip whose media are gone',
    () => changed('j.mp4', (data) => data.fill(0, data.indexOf('mdat') + 4, data.indexOf('moov') - 4)),
  ],
  [
    'a clip without a track of pictures',
    () =>
      changed('k.mp4', (data) => data.write('text', data.indexOf('vide', data.indexOf('moov')), 'latin1')),
  ],
])('T11: refused: %s', async (_, make) => {
  const path = make();
  expect(await refusal(path)).toBe('redaction-source');
  expect(requests).toBe(0);
  expect(readdirSync(out)).toEqual([]);
});

test.each<[string, (data: Buffer) => void]>([
  [
    'says that it lasts for 11 hours',
    (data) => data.writeUInt32BE(11 * 3600 * 1000, data.indexOf('mvhd') + 20),
  ],
  [
    'has a track of 11 hours',
    (data) =>
      data.writeUInt32BE(11 * 3600 * data.readUInt32BE(data.indexOf('mdhd') + 16), data.indexOf('mdhd') + 20),
  ],
  [
    'says that it is 100,000 pixels wide',
    (data) => data.writeUInt32BE(0xffff_ffff, data.indexOf('tkhd') + 80),
  ],
])('T11: refused: a clip that %s', async (name, change) => {
  expect(await refusal(changed(`large ${name}.mp4`, change))).toBe('redaction-source-too-large');
});

test('T11: pictures that turn out larger than they are said to be are made small', async () => {
  const path = makeClip(folder, 'wide.mp4', { filters: 'scale=9000:64' });
  // The header says 320.
  const data = readFileSync(path);
  data.writeUInt32BE(320 << 16, data.indexOf('tkhd') + 80);
  writeFileSync(path, data);
  const still = await renderStill(PLAN, await open(path), { ...options(), at: 0 });
  // Made small enough: what it decodes to is bounded in pixels, and what is made of it in size.
  expect(still.bytes).toBeLessThan(100_000);
});

test('T11: what refers to media elsewhere reaches nobody', async () => {
  const path = changed('refers.mp4', (data) => {
    const entry = data.indexOf('url ');
    const text = elsewhere(`${url()}/a`);
    // As long as it fits: the flag "in this file" taken off is what counts.
    data.writeUInt32BE(0, entry + 4);
    text.copy(data, entry + 8, 12, 12);
  });
  await refusal(path);
  expect(requests).toBe(0);
});

test('T11: a file that grows, or is shorter than it says, is refused', async () => {
  const real = await open(clip);
  const read: Source['read'] = (_from, _to, signal) => real.read(0, real.bytes, signal);
  for (const bytes of [real.bytes - 1, real.bytes + 1])
    await expect(render(PLAN, { bytes, read }, options())).rejects.toMatchObject({
      problem: { code: 'redaction-source' },
    });
  await expect(render(PLAN, { bytes: 2 ** 40, read }, options())).rejects.toMatchObject({
    problem: { code: 'redaction-source-too-large' },
  });
  expect(readdirSync(out)).toEqual([]);
});

test('T11: an ffmpeg that no longer goes on is ended', async () => {
  const clock = new ManualClock();
  let stuck: Child | undefined;
  const stalling: StartChild = (_file, _args, pipes) => {
    stuck = startChild(
      process.execPath,
      ['-e', 'process.on("SIGTERM",()=>{});console.error("up");setInterval(()=>{},1000)'],
      {
        ...pipes,
        graceMs: 50,
      },
    );
    return stuck;
  };
  const ended = render(PLAN, await open(clip), options({ clock, startChild: stalling })).catch(
    (error: unknown) => error,
  );
  await vi.waitFor(() => expect(stuck).toBeDefined());
  clock.advance(61_000);
  expect(await ended).toMatchObject({ problem: { code: 'redaction-failed' } });
  expect(await stuck?.exited).toMatchObject({ code: null });
  expect(clock.pending).toBe(0);
  expect(readdirSync(out)).toEqual([]);
});

test('6.4 test 7: nothing unhidden is left after it worked, failed, was ended, or was killed', async () => {
  const good = await render(PLAN, await open(clip), options());
  expect(readdirSync(out).map((name) => join(out, name))).toEqual([good.path]);
  rmSync(good.path);

  const without = { ...ffmpeg, encoders: new Set<string>() };
  expect(await refusal(clip, { ffmpeg: without })).toBe('export-no-ffmpeg');
  expect(await refusal(clip, { ffmpeg: { ...ffmpeg, path: '/does/not/exist' } })).toBe('redaction-failed');
  expect(await refusal(clip, { cut: { from: 3000, to: 9000 } })).toBe('redaction-cut');
  expect(await refusal(clip, { cut: { from: 2, to: 1 } })).toBe('redaction-plan');
  expect(readdirSync(out)).toEqual([]);

  const stop = new AbortController();
  const children: Child[] = [];
  const watched: StartChild = (...args) => {
    const child = startChild(...args);
    children.push(child);
    return child;
  };
  const reason = new Error('no longer wanted');
  const onProgress = () => stop.abort(reason);
  expect(await refusal(clip, { signal: stop.signal, onProgress, startChild: watched })).toBe(reason);
  expect(children.length).toBeGreaterThan(1);
  for (const child of children) await child.exited;
  expect(readdirSync(out)).toEqual([]);

  const id = 'ab'.repeat(16);
  mkdirSync(out, { recursive: true });
  for (const name of [`${id}.source`, `${id}.part`, `${id}.mp4`, 'notes.txt'])
    writeFileSync(join(out, name), '');
  expect(await removeUnfinished(out)).toBe(2);
  expect(readdirSync(out).sort()).toEqual([`${id}.mp4`, 'notes.txt']);
  expect(await removeUnfinished(join(folder, 'no such folder'))).toBe(0);
});
