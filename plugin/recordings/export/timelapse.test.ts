import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  makeNumberedStream,
  makeRecording,
  memoryFootage,
  numberOf,
} from '../../../test/support/recorded-footage.ts';
import { lumas, makeStream, probe, type Stream } from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { chooseFootage } from './choose-footage.ts';
import { makeTimelapse } from './timelapse.ts';

const AT = new Date(2026, 10, 22, 7, 0).getTime();
const HOUR = 3_600_000;
let ffmpeg: Ffmpeg;
let stream: Stream;
let wide: Stream;
let hevc: Stream;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'timelapse-'));
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeNumberedStream({ bFrames: 2 });
  wide = await makeNumberedStream({ size: '128x64', seconds: 3 });
  hevc = await makeStream({
    input: ['-f', 'lavfi', '-i', 'nullsrc=size=128x96:rate=10,geq=lum=20+2*N:cb=128:cr=128'],
    seconds: 4,
    // Open groups of pictures: keyframes at which others go on.
    video: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
      ...['-x265-params', 'log-level=error:keyint=10:min-keyint=10:scenecut=0:open-gop=1:bframes=2:qp=8'],
    ],
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function timelapse(made: Parameters<typeof memoryFootage>[0], name: string) {
  const footage = memoryFootage(made);
  const span = { from: AT, to: AT + 12 * HOUR };
  const chosen = chooseFootage(footage.recordings({ camera: 'cam-1', ...span }), span.from, span.to);
  const path = join(folder, `${name}.mp4`);
  const shares: number[] = [];
  await makeTimelapse(
    {
      ...{ chosen, ...span, path, signal: new AbortController().signal },
      open: (id) => footage.open(id),
      onProgress: (share) => shares.push(share),
    },
    { ffmpeg, startChild },
  );
  return { path, shares, film: await probe(path) };
}

test('each keyframe of a short day once, in order, thirty a second', async () => {
  const made = [
    makeRecording(stream, { id: 'a', startedAt: AT + HOUR, to: 4 }),
    makeRecording(stream, { id: 'b', startedAt: AT + 5 * HOUR, from: 4 }),
  ];
  const { path, film, shares } = await timelapse(made, 'short');
  expect((await lumas(path)).map(numberOf)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(film.duration).toBeCloseTo(10 / 30, 2);
  expect(film.streams.map(({ codec_name }) => codec_name)).toEqual(['h264']);
  expect(shares.at(-1)).toBeGreaterThan(0.9);
});

test('a camera whose picture grew keeps the size of the first, with a border', async () => {
  const made = [
    makeRecording(stream, { id: 'a', startedAt: AT + HOUR, to: 4 }),
    makeRecording(wide, { id: 'b', startedAt: AT + 5 * HOUR }),
    makeRecording(stream, { id: 'c', startedAt: AT + 6 * HOUR, from: 4, to: 6 }),
  ];
  const { path, film } = await timelapse(made, 'grown');
  expect(film.streams[0]).toMatchObject({ width: 64, height: 64, nb_read_packets: '9' });
  expect((await lumas(path)).map(numberOf).filter((_, n) => n < 4 || n > 6)).toEqual([0, 10, 20, 30, 40, 50]);
});

test('HEVC, whose keyframes others go on at', async () => {
  const made = [makeRecording(hevc, { id: 'a', startedAt: AT + HOUR, audio: false })];
  const { path } = await timelapse(made, 'hevc');
  expect((await lumas(path)).map(numberOf)).toEqual([0, 10, 20, 30]);
});

test('a day without anything', async () => {
  await expect(timelapse([], 'empty')).rejects.toMatchObject({ problem: { code: 'no-footage' } });
});
