/** A recording's file as ffmpeg and ffprobe see it: start, merged fragments, end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeErrors, makeStream, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { childBoxes } from '../../camera/mp4-boxes.ts';
import { startChild } from '../../system/child.ts';
import { wrapOf } from './file-wrap.ts';
import { FragmentMerger, type Merged } from './fragment-merger.ts';
import { scanFragments } from './fragment-scan.ts';
import { makeRecordingInit, type RecordingInit, readRecordingInit } from './recording-init.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const TONE = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
const GROUPS = ['-g', '30', '-sc_threshold', '0', '-pix_fmt', 'yuv420p'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', ...GROUPS];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'];

let folder: string;
let h264: Stream;
let bFrames: Stream;
let hevc: Stream;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-mp4-'));
  const audio = ['-c:a', 'aac', '-b:a', '32k'];
  [h264, bFrames, hevc] = await Promise.all([
    makeStream({ input: [...PICTURE, ...TONE], seconds: 8, video: [...H264, '-bf', '0'], audio }),
    makeStream({ input: PICTURE, seconds: 8, video: [...H264, '-preset', 'veryfast', '-bf', '2'] }),
    makeStream({
      ...{ input: PICTURE, seconds: 4 },
      video: [...HEVC, 'log-level=none:keyint=30:min-keyint=30', '-tag:v', 'hev1'],
    }),
  ]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Written {
  init: RecordingInit;
  merged: Merged[];
  file: Buffer;
}

function write({ init: { data }, fragments }: Stream, audio = false): Written {
  const init = makeRecordingInit(data, { audio });
  const merger = new FragmentMerger(init);
  const merged = [...fragments.flatMap((fragment) => merger.push(fragment)), ...merger.flush()];
  const { head, tail } = wrapOf(init, merged);
  return { init, merged, file: Buffer.concat([head, ...merged.flatMap(({ parts }) => parts), tail]) };
}

const secondsOf = ({ init, merged }: Written) =>
  merged.map(({ pictures }) => ((pictures?.to ?? 0) - (pictures?.from ?? 0)) / init.video.timescale);

test.each([
  ['without sound', false],
  ['with sound', true],
])('a recording from the middle of a stream, %s, is whole', async (_, audio) => {
  const fragments = h264.fragments.filter(({ time }) => time >= 2);
  const { file } = write({ ...h264, fragments }, audio);
  expect(await decodeErrors(file)).toBe('');
  const { streams, duration, packets } = await probe(file);
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(audio ? ['h264', 'aac'] : ['h264']);
  expect(duration).toBeCloseTo(6, 1);
  const video = packets.filter(({ codec_type }) => codec_type === 'video');
  expect(video).toHaveLength(90);
  expect(video[0]).toMatchObject({ pts_time: '0.000000', flags: expect.stringContaining('K') });
  // The first sound comes within one AAC frame (64 ms) of the first picture.
  const sound = packets.filter(({ codec_type }) => codec_type === 'audio');
  if (audio) expect(Number(sound[0]?.pts_time)).toBeLessThan(0.065);
  if (audio) expect(Number(sound.at(-1)?.pts_time)).toBeGreaterThan(5.8);
});

test('pictures that are shown in another order than they came keep their times', async () => {
  const { file } = write(bFrames);
  expect(await decodeErrors(file)).toBe('');
  const { packets, duration } = await probe(file);
  expect(packets).toHaveLength(120);
  expect(new Set(packets.map(({ pts_time }) => pts_time)).size).toBe(120);
  expect(duration).toBeCloseTo(8, 0);
});

test('HEVC is called hvc1, as QuickTime wants it', async () => {
  const { file } = write(hevc);
  expect(await decodeErrors(file)).toBe('');
  expect((await probe(file)).streams[0]).toMatchObject({ codec_name: 'hevc', codec_tag_string: 'hvc1' });
});

test.each([
  ['with a keyframe every two seconds', () => h264],
  ['with pictures in another order', () => bFrames],
  ['in HEVC', () => hevc],
])('fragments last no longer than a second, and only the last is very short: %s', (_, stream) => {
  const seconds = secondsOf(write(stream()));
  expect(Math.max(...seconds)).toBeLessThanOrEqual(1);
  expect(Math.min(...seconds.slice(0, -1))).toBeGreaterThan(0.3);
});

test('no more than a second of what was taken is held back', () => {
  const init = makeRecordingInit(h264.init.data, { audio: true });
  const merger = new FragmentMerger(init);
  let given = 0;
  for (const fragment of h264.fragments) {
    for (const { pictures } of merger.push(fragment)) given = pictures?.to ?? given;
    const taken = fragment.track === init.video.id ? fragment.time + fragment.duration : 0;
    expect(taken - given / init.video.timescale).toBeLessThan(0.75);
  }
});

test.each([
  ['with sound', () => write(h264, true)],
  ['with pictures in another order', () => write(bFrames)],
])('both indexes lead to the fragments: %s', (_, make) => {
  const { merged, file, init } = make();
  const boxes = childBoxes(file, 0, file.length);
  const moofs = boxes.filter(({ type }) => type === 'moof').map(({ start }) => start);
  expect(moofs).toHaveLength(merged.length);
  const sidx = boxes.find(({ type }) => type === 'sidx');
  const at = sidx?.body ?? 0;
  expect(file.readUInt32BE(at + 8)).toBe(init.video.timescale);
  expect(file.readUInt16BE(at + 30)).toBe(merged.filter(({ pictures }) => pictures).length);
  let offset = sidx?.end ?? 0;
  let ticks = 0;
  for (let entry = at + 32; entry < (sidx?.end ?? 0); entry += 12) {
    expect(moofs).toContain(offset);
    offset += file.readUInt32BE(entry);
    ticks += file.readUInt32BE(entry + 4);
  }
  expect(boxes.find(({ type }) => type === 'mfra')?.start).toBe(offset);
  expect(ticks / init.video.timescale).toBeCloseTo(8, 5);
  const tfra = file.indexOf('tfra') + 4;
  const count = file.readUInt32BE(tfra + 12);
  expect(count).toBe(4);
  for (let entry = 0; entry < count; entry++) {
    expect(moofs).toContain(Number(file.readBigUInt64BE(tfra + 16 + entry * 19 + 8)));
  }
});

test('a player finds a picture without looking at what is before it', async () => {
  const { file, merged, init } = write(h264, true);
  const path = join(folder, 'seek.mp4');
  writeFileSync(path, file);
  const picture = ['-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const expected = await ffmpeg(['-i', path, '-vf', "select='gte(t,6.499)'", ...picture]);
  expect(expected).toHaveLength(320 * 180);
  // All but the first fragment and those from the keyframe at 6 s on is gone.
  const holed = join(folder, 'holed.mp4');
  const start = childBoxes(file, 0, file.length).find(({ type }) => type === 'moof')?.start ?? 0;
  const at = merged.findIndex(({ pictures }) => pictures?.syncTime === 6 * init.video.timescale);
  const sizes = merged.map(({ bytes }) => bytes);
  const sum = (count: number) => sizes.slice(0, count).reduce((total, bytes) => total + bytes, start);
  writeFileSync(holed, Buffer.from(file).fill(0, sum(1), sum(at)));
  expect((await ffmpeg(['-ss', '6.5', '-i', holed, ...picture])).equals(expected)).toBe(true);
});

test('a camera that sets its clock does not stretch the recording', async () => {
  const timescale = h264.init.tracks.find(({ kind }) => kind === 'video')?.timescale ?? 1;
  const fragments = h264.fragments.map((fragment) =>
    fragment.time < 4 ? fragment : { ...fragment, data: shifted(fragment.data, 3600 * timescale) },
  );
  const { file } = write({ ...h264, fragments });
  expect((await probe(file)).duration).toBeCloseTo(8, 1);
  expect(await decodeErrors(file)).toBe('');
});

test('broken fragments are left out, and so is what comes before the first keyframe', async () => {
  const fragments = h264.fragments.map((fragment, index) =>
    index % 20 === 7 ? { ...fragment, data: fragment.data.subarray(0, fragment.data.length - 40) } : fragment,
  );
  expect((await probe(write({ ...h264, fragments }).file)).duration).toBeGreaterThan(7);
  const without = h264.fragments.filter(({ keyframe }) => !keyframe);
  expect(write({ ...h264, fragments: without }).merged).toEqual([]);
});

test('what was written is read back as it was, up to the last whole fragment, wherever it was torn', async () => {
  for (const stream of [h264, bFrames, hevc]) {
    const { init, merged } = write(stream, true);
    const data = Buffer.concat(merged.flatMap(({ parts }) => parts));
    const facts = merged.map(({ parts: _, ...rest }) => rest);
    const again = readRecordingInit(init.data);
    const scan = (to: number) =>
      scanFragments((at, length) => data.subarray(at, Math.min(at + length, to)), to, again);
    expect(await scan(data.length)).toEqual(facts);
    const [first = 0, second = 0] = facts.map(({ bytes }) => bytes);
    for (const cut of [0, 5, first - 1, first, first + 8, first + second - 1, first + second]) {
      const whole = Number(cut >= first) + Number(cut >= first + second);
      expect(await scan(cut)).toEqual(facts.slice(0, whole));
    }
  }
});

async function ffmpeg(args: readonly string[]): Promise<Buffer> {
  const child = startChild('ffmpeg', ['-v', 'error', ...args]);
  const [output] = child.outputs;
  if (!output) throw new Error('ffmpeg has no output');
  const [data] = await Promise.all([buffer(output), child.exited]);
  return data;
}

/** The same fragment with its (version 1) decode time later by so many ticks. */
function shifted(data: Buffer, ticks: number): Buffer {
  const copy = Buffer.from(data);
  const at = copy.indexOf('tfdt') + 8;
  copy.writeBigUInt64BE(copy.readBigUInt64BE(at) + BigInt(ticks), at);
  return copy;
}
