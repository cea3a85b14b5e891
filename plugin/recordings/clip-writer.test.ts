import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeErrors, makeStream, probe, type Stream } from '../../test/support/recorded-media.ts';
import { childBoxes } from '../camera/mp4-boxes.ts';
import { finishClipFile, scanClipFile } from './clip-file.ts';
import { ClipWriter } from './clip-writer.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-g',
  '30',
  '-sc_threshold',
  '0',
  '-pix_fmt',
  'yuv420p',
];
const HEVC = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'log-level=none:keyint=30:min-keyint=30',
];
const AAC = ['-c:a', 'aac', '-b:a', '32k'];

let folder: string;
let h264: Stream;
let bFrames: Stream;
let hevc: Stream;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'clips-'));
  h264 = await makeStream({
    input: [...PICTURE, ...TONE],
    seconds: 8,
    video: [...H264, '-bf', '0'],
    audio: AAC,
  });
  bFrames = await makeStream({
    input: [...PICTURE],
    seconds: 8,
    video: [...H264, '-preset', 'veryfast', '-bf', '2'],
  });
  hevc = await makeStream({ input: [...PICTURE], seconds: 4, video: [...HEVC, '-tag:v', 'hev1'] });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string, { init, fragments }: Stream, audio = false) {
  const path = join(folder, name);
  const writer = await ClipWriter.open(path, init, { audio });
  for (const fragment of fragments) await writer.write(fragment);
  return { path, file: await writer.finish() };
}

test.each([
  ['without sound', false],
  ['with sound', true],
])('a clip cut from the middle of a stream, %s, is whole', async (_, audio) => {
  const fragments = h264.fragments.filter(({ time }) => time >= 2);
  const { path, file } = await write(`cut-${audio}.mp4`, { ...h264, fragments }, audio);
  expect(await decodeErrors(path)).toBe('');
  const { streams, duration, packets } = await probe(path);
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(audio ? ['h264', 'aac'] : ['h264']);
  expect(duration).toBeCloseTo(6, 0);
  expect(file?.durationMs).toBe(6000);
  const video = packets.filter(({ codec_type }) => codec_type === 'video');
  expect(video).toHaveLength(90);
  expect(video[0]).toMatchObject({ pts_time: '0.000000', flags: expect.stringContaining('K') });
  const bytes = readFileSync(path);
  expect(file).toMatchObject({
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
});

test('sound and picture stay together', async () => {
  const fragments = h264.fragments.filter(({ time }) => time >= 2);
  const { path } = await write('sync.mp4', { ...h264, fragments }, true);
  const { packets } = await probe(path);
  const sound = packets.filter(({ codec_type }) => codec_type === 'audio');
  // The first sound of the clip comes within one AAC frame (64 ms) of its first picture.
  expect(Number(sound[0]?.pts_time)).toBeGreaterThanOrEqual(0);
  expect(Number(sound[0]?.pts_time)).toBeLessThan(0.065);
  expect(Number(sound.at(-1)?.pts_time)).toBeGreaterThan(5.8);
});

test('frames that are shown in another order than they came keep their times', async () => {
  const { path } = await write('b-frames.mp4', bFrames);
  expect(await decodeErrors(path)).toBe('');
  const { packets, duration } = await probe(path);
  expect(packets).toHaveLength(120);
  expect(new Set(packets.map(({ pts_time }) => pts_time)).size).toBe(120);
  expect(duration).toBeCloseTo(8, 0);
});

test('HEVC is called hvc1, as QuickTime wants it', async () => {
  const { path } = await write('hevc.mp4', hevc);
  expect(await decodeErrors(path)).toBe('');
  expect((await probe(path)).streams[0]).toMatchObject({ codec_name: 'hevc', codec_tag_string: 'hvc1' });
});

test('one fragment a second at most, each keyframe in the index at the end', async () => {
  const { path } = await write('boxes.mp4', h264);
  const data = readFileSync(path);
  const boxes = childBoxes(data, 0, data.length);
  const types = boxes.map(({ type }) => type);
  expect(types).toEqual([
    'ftyp',
    'moov',
    ...Array.from({ length: 8 }, () => ['moof', 'mdat']).flat(),
    'mfra',
  ]);
  const mfraBox = boxes.at(-1);
  const mfro = data.readUInt32BE(data.length - 4);
  expect(mfraBox && mfraBox.end - mfraBox.body + 8).toBe(mfro);
  const tfra = (mfraBox?.body ?? 0) + 8;
  expect(data.readUInt32BE(tfra + 12)).toBe(4);
  for (let entry = 0; entry < 4; entry++) {
    const offset = Number(data.readBigUInt64BE(tfra + 16 + entry * 19 + 8));
    expect(data.toString('latin1', offset + 4, offset + 8)).toBe('moof');
  }
});

test('a camera that sets its clock does not stretch the clip', async () => {
  const timescale = h264.init.tracks.find(({ kind }) => kind === 'video')?.timescale ?? 1;
  const fragments = h264.fragments.map((fragment) =>
    fragment.time < 4 ? fragment : { ...fragment, data: shifted(fragment.data, 3600 * timescale) },
  );
  const { path, file } = await write('clock.mp4', { ...h264, fragments });
  expect(file?.durationMs).toBe(8000);
  expect(await decodeErrors(path)).toBe('');
});

test('broken fragments are left out', async () => {
  const fragments = h264.fragments.map((fragment, index) =>
    index % 20 === 7 ? { ...fragment, data: fragment.data.subarray(0, fragment.data.length - 40) } : fragment,
  );
  const { file } = await write('broken.mp4', { ...h264, fragments });
  expect(file?.durationMs).toBeGreaterThan(7000);
});

test('without a picture there is no file', async () => {
  const writer = await ClipWriter.open(join(folder, 'none.mp4'), h264.init, { audio: false });
  for (const fragment of h264.fragments.filter(({ keyframe }) => !keyframe)) await writer.write(fragment);
  expect(await writer.finish()).toBeUndefined();
  expect(readdirSync(folder)).not.toContain('none.mp4');
});

test('a torn file is finished up to its last whole fragment, wherever it was torn', async () => {
  const { path } = await write('whole.mp4', h264);
  const whole = readFileSync(path);
  const boxes = childBoxes(whole, 0, whole.length);
  const cuts = boxes.flatMap(({ body, end }) => [body - 3, body, Math.floor((body + end) / 2), end]);
  for (const cut of cuts) {
    const torn = join(folder, `torn-${cut}.mp4`);
    const handle = await open(`${torn}.part`, 'wx+');
    await handle.write(whole.subarray(0, cut));
    const content = await scanClipFile(handle);
    const complete = boxes.filter(({ type, end }) => type === 'mdat' && end <= cut).length;
    expect(content?.duration ?? 0).toBeCloseTo(complete, 5);
    if (!content) {
      await handle.close();
      continue;
    }
    const file = await finishClipFile(handle, torn, content);
    expect(file.durationMs).toBe(complete * 1000);
    expect(file.bytes).toBe(readFileSync(torn).length);
    if (cut % 7 === 0) expect(await decodeErrors(torn)).toBe('');
  }
});

/** The same fragment with its (version 1) decode time later by so many ticks. */
function shifted(data: Buffer, ticks: number): Buffer {
  const copy = Buffer.from(data);
  const at = copy.indexOf('tfdt') + 8;
  copy.writeBigUInt64BE(copy.readBigUInt64BE(at) + BigInt(ticks), at);
  return copy;
}
