import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { makeStream, type Stream } from '../../../test/support/recorded-media.ts';
import { SELECTED } from '../../../test/support/recording-selection.ts';
import { SOFTWARE_ENCODER } from '../../camera/video-encoder.ts';
import { type Child, type StartChild, startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { samplesIn } from '../mp4-samples.ts';
import type { PlacedSample } from './gop-cutter.ts';
import { recordedVideoArgs } from './record-args.ts';
import { selectionOf } from './selection.ts';
import { type ConvertOptions, convertWay, HANGS_MS, type TrackWay } from './track-way.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15'];
const H264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
const HEVC = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error:bframes=2'];

const ways: TrackWay[] = [];

afterEach(async () => {
  await Promise.all(ways.splice(0).map((way) => way[Symbol.asyncDispose]()));
});

function convert({ init }: Stream, own: Partial<ConvertOptions> = {}): TrackWay {
  const [track] = init.tracks;
  if (!track) throw new Error('The stream has no track.');
  const way = convertWay({
    ...{ init, track, startChild, clock: systemClock, ffmpeg: 'ffmpeg', delay: 0 },
    args: recordedVideoArgs(SOFTWARE_ENCODER, selectionOf(SELECTED)),
    ...{ onSamples: () => {}, onFailure: () => {}, ...own },
  });
  ways.push(way);
  return way;
}

/** When the first picture of a stream is shown, in seconds. */
function firstShown({ init, fragments }: Stream): number {
  const [first, track] = [fragments[0], init.tracks[0]];
  const [sample] = samplesIn(first?.data ?? Buffer.alloc(0));
  if (!first || !track || !sample) throw new Error('The stream is empty.');
  return first.time + sample.offset / track.timescale;
}

describe('a converted picture', () => {
  it.each([
    ['H.264 with B-frames', [...H264, '-bf', '2', '-b_strategy', '0']],
    ['HEVC with B-frames', HEVC],
    ['H.264 without', [...H264, '-bf', '0']],
  ])('is shown when the camera showed it: %s', async (_, video) => {
    const stream = await makeStream({ input: PICTURE, seconds: 4, video });
    const pictures: PlacedSample[] = [];
    const way = convert(stream, { onSamples: (samples) => pictures.push(...samples) });
    for (const fragment of stream.fragments) await way.write(fragment);
    await expect.poll(() => pictures.length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(pictures[0]?.time).toBeCloseTo(firstShown(stream), 2);
  });
});

describe('a converter that hangs', () => {
  it('is given up, and ended', async () => {
    const clock = new ManualClock();
    const children: Child[] = [];
    const hung: StartChild = (_file, _args, options) => {
      const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], options);
      children.push(child);
      return child;
    };
    let failures = 0;
    const stream = await makeStream({ input: PICTURE, seconds: 1, video: [...H264, '-bf', '0'] });
    const way = convert(stream, {
      ...{ clock, startChild: hung },
      onFailure: () => {
        failures += 1;
      },
    });
    const [first] = stream.fragments;
    if (!first) throw new Error('The stream is empty.');
    // More than any pipe holds.
    const blocked = way.write({ ...first, data: Buffer.alloc(4_000_000) });
    clock.advance(HANGS_MS - 1);
    expect(way.failed).toBeUndefined();
    clock.advance(1);
    expect(way.failed).toEqual(['It hangs.']);
    await blocked;
    await Promise.all(children.map(({ exited }) => exited));
    expect(failures).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('is not one to which the camera gives nothing', async () => {
    const clock = new ManualClock();
    const stream = await makeStream({ input: PICTURE, seconds: 4, video: [...H264, '-bf', '0'] });
    const pictures: PlacedSample[] = [];
    const way = convert(stream, { clock, onSamples: (samples) => pictures.push(...samples) });
    clock.advance(HANGS_MS);
    for (const fragment of stream.fragments) await way.write(fragment);
    await expect.poll(() => pictures.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(() => clock.pending, { timeout: 20_000 }).toBe(0);
    clock.advance(HANGS_MS);
    expect(way.failed).toBeUndefined();
  });
});
