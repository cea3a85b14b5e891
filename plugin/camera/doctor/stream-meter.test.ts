import { beforeAll, describe, expect, it, test } from 'vitest';
import { makeStream, type Stream } from '../../../test/support/recorded-media.ts';
import { fillsFragments } from '../homekit-limits.ts';
import { codecProfile } from './codec-profile.ts';
import type { StreamMeasure } from './facts.ts';
import { groupLength } from './group-length.ts';
import { hasBSlice } from './picture-order.ts';
import { StreamMeter } from './stream-meter.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=10'];
const h264 = (...more: string[]) => [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-sc_threshold',
  '0',
  ...more,
];
const START = 1_790_000_000_000;

function measure({ init, fragments }: Stream, now?: number): StreamMeasure | undefined {
  const meter = new StreamMeter();
  meter.push(init, START);
  for (const fragment of fragments) meter.push(fragment, now ?? fragment.at);
  return meter.result();
}

describe('a stream with a keyframe every 2 s', () => {
  let stream: Stream;
  beforeAll(async () => {
    stream = await makeStream({
      input: PICTURE,
      seconds: 7,
      video: h264(
        '-g',
        '20',
        '-keyint_min',
        '20',
        '-bf',
        '0',
        '-coder',
        'ac',
        '-level',
        '3.1',
        '-pix_fmt',
        'yuv420p',
      ),
      startAt: START,
    });
  });

  it('is measured', () => {
    const measured = measure(stream);
    expect(measured).toMatchObject({
      ...{ pictures: 70, fps: 10, groupsMs: [2000, 2000, 2000], bFrames: false, pauses: 0 },
      ...{ profile: 'Main', plain: true, level: '3.1' },
    });
    expect(measured?.seconds).toBeCloseTo(6.9, 1);
    expect(measured?.sinceKeyframeMs).toBe(900);
    expect(measured?.latenessMs).toBeLessThan(50);
    const bytes = stream.fragments.reduce((sum, { data }) => sum + data.length, 0);
    expect((measured?.kbps ?? 0) / ((bytes * 8) / 7 / 1000)).toBeCloseTo(1, 1);
  });

  it('knows how much of the past was there at once', () => {
    expect(measure(stream, START + 7000)?.keptMs).toBe(7000);
  });

  it('shows a pause, and pictures that came late', () => {
    const paused = { ...stream, fragments: stream.fragments.filter((_, index) => index < 30 || index > 40) };
    expect(measure(paused)?.pauses).toBe(1);
    const late = stream.fragments.map((each, index) =>
      index === 50 ? { ...each, at: each.at + 1500 } : each,
    );
    expect(measure({ ...stream, fragments: late })?.latenessMs).toBeGreaterThan(1400);
  });

  it('begins anew with a new header, and is nothing without pictures', () => {
    const meter = new StreamMeter();
    for (const item of [stream.init, ...stream.fragments, stream.init]) meter.push(item, START);
    expect(meter.result()).toBeUndefined();
    expect([meter.seconds, meter.groups]).toEqual([0, 0]);
  });

  it('survives bytes that are no media', () => {
    const broken = stream.fragments.map((each) => ({ ...each, data: each.data.subarray(0, 60) }));
    expect(measure({ ...stream, fragments: broken })?.pictures).toBe(70);
    expect(
      measure({ ...stream, init: { ...stream.init, data: Buffer.from('not a header') } }),
    ).toBeUndefined();
  });
});

it('tells B-frames and a profile that phones do not play', async () => {
  const bFrames = await makeStream({
    input: PICTURE,
    seconds: 2,
    video: h264('-bf', '2', '-pix_fmt', 'yuv420p'),
  });
  expect(measure(bFrames)?.bFrames).toBe(true);
  const rich = await makeStream({
    input: PICTURE,
    seconds: 1,
    video: h264('-bf', '0', '-pix_fmt', 'yuv422p'),
  });
  expect(measure(rich)).toMatchObject({ profile: 'High 4:2:2', plain: false, bFrames: false });
});

it('reads HEVC as well', async () => {
  const encoder = [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'keyint=10:min-keyint=10:bframes=0:log-level=0',
  ];
  const stream = await makeStream({ input: PICTURE, seconds: 3, video: [...encoder, '-pix_fmt', 'yuv420p'] });
  expect(measure(stream)).toMatchObject({
    profile: 'Main',
    plain: true,
    bFrames: false,
    groupsMs: [1000, 1000],
  });
});

test.each([
  ['h264', [1, 66, 0xc0, 30], { profile: 'Constrained Baseline', level: '3.0', plain: true }],
  ['h264', [1, 66, 0, 31], { profile: 'Baseline', level: '3.1', plain: true }],
  ['h264', [1, 77, 0x10, 11], { profile: 'Main', level: '1b', plain: true }],
  ['h264', [1, 100, 0, 51], { profile: 'High', level: '5.1', plain: true }],
  ['h264', [1, 110, 0, 40], { profile: 'High 10', level: '4.0', plain: false }],
  ['h264', [1, 99, 0, 40], { profile: 'profile 99', level: '4.0', plain: false }],
  ['h264', [1, 66], undefined],
  ['hevc', [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 120], { profile: 'Main 10', level: '4.0', plain: false }],
  ['av1', [1, 2, 3, 4], undefined],
])('%s with %j is %j', (codec, config, expected) => {
  expect(codecProfile(codec, Buffer.from(config))).toEqual(expected);
});

test.each([
  // first_mb_in_slice 0 is the bit 1; slice_type 5 (P) is 00110, 6 (B) 00111, 1 (B) 010, 7 (I) 0001000.
  ['a P slice', [0, 0, 0, 2, 0x41, 0b10011000], false],
  ['a B slice', [0, 0, 0, 2, 0x01, 0b10011100], true],
  ['a B slice of the other kind', [0, 0, 0, 2, 0x01, 0b10100000], true],
  ['a B slice behind another unit', [0, 0, 0, 2, 0x06, 0xff, 0, 0, 0, 2, 0x01, 0b10100000], true],
  ['a keyframe', [0, 0, 0, 2, 0x65, 0b10001000], false],
  ['a length that is too long', [0, 0, 9, 9, 0x01, 0b10100000], false],
  ['zeros', [0, 0, 0, 12, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], false],
  ['nothing', [], false],
])('%s: %j', (_, bytes, expected) => {
  expect(hasBSlice(Buffer.from(bytes), 4)).toBe(expected);
});

test.each([
  [500, true],
  [800, true],
  [1000, true],
  [1333, true],
  [1800, true],
  [3600, true],
  [2000, true],
  [2040, true],
  [2067, false],
  [4000, true],
  [4100, true],
  [1500, false],
  [3000, false],
  [4500, false],
  [5000, false],
  [10_000, false],
])('a keyframe every %d ms fills 4 s: %s', (ms, divides) => {
  expect(fillsFragments(ms)).toBe(divides);
});

const measuredOf = (groupsMs: number[], sinceKeyframeMs = 0) =>
  ({ groupsMs, sinceKeyframeMs }) as unknown as StreamMeasure;
test.each([
  [{ measured: measuredOf([2000, 2000, 2100]) }, { ms: 2000, atLeast: false, unsteady: false }],
  [{ measured: measuredOf([1000, 4000, 8000]) }, { ms: 4000, atLeast: false, unsteady: true }],
  [{ measured: measuredOf([1700, 1000, 1000, 1000]) }, { ms: 1000, atLeast: false, unsteady: false }],
  [{ measured: measuredOf([400, 1000, 1000, 1000]) }, { ms: 1000, atLeast: false, unsteady: false }],
  [{ measured: measuredOf([2000, 2000, 5000, 5000]) }, { ms: 5000, atLeast: false, unsteady: true }],
  [{ measured: measuredOf([], 12_500) }, { ms: 12_500, atLeast: true, unsteady: false }],
  [{ measured: measuredOf([], 1000) }, undefined],
  [
    { measured: measuredOf([], 1000), video: { codec: 'h264', width: 1, height: 1, gopMs: 5000 } },
    { ms: 5000, atLeast: false, unsteady: false },
  ],
  [{}, undefined],
])('%j has groups of %j', (facts, expected) => {
  expect(groupLength(facts)).toEqual(expected);
});
