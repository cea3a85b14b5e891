import { describe, expect, it } from 'vitest';
import { chooseVideo, decoderThreads, fittedSize, liveKbps, type SourceVideo } from './video-choice.ts';

const h264 = (width: number, height: number, more: Partial<SourceVideo> = {}): SourceVideo => ({
  ...{ codec: 'h264', width, height, ...more },
});
const hevc = (width: number, height: number, more: Partial<SourceVideo> = {}) =>
  h264(width, height, { codec: 'hevc', ...more });
const FULL_HD = h264(1920, 1080);
const HD = h264(1280, 720);
const SUB = h264(640, 360);
const PHONE = [1280, 720];
const WATCH = [320, 240];

describe('chooseVideo', () => {
  it.each([
    // One stream, at home.
    { name: 'same size', main: HD, wanted: PHONE, gets: 'main copy' },
    { name: 'smaller than asked', main: HD, wanted: [1920, 1080], gets: 'main copy' },
    { name: 'larger', main: FULL_HD, wanted: PHONE, gets: 'main copy' },
    { name: 'full HD in macroblocks', main: h264(1920, 1088), wanted: [1920, 1080], gets: 'main copy' },
    { name: 'portrait', main: h264(1200, 1600), wanted: PHONE, gets: 'main copy' },
    { name: '4 megapixels', main: h264(2560, 1440), wanted: [1920, 1080], gets: 'main transcode' },
    { name: 'HEVC', main: hevc(1280, 720), wanted: PHONE, gets: 'main transcode' },
    { name: 'B-frames', main: h264(1280, 720, { reordered: true }), wanted: PHONE, gets: 'main transcode' },
    { name: 'High profile', main: h264(1280, 720, { profile: 100 }), wanted: PHONE, gets: 'main copy' },
    {
      name: 'High 10 profile',
      main: h264(1280, 720, { profile: 110 }),
      wanted: PHONE,
      gets: 'main transcode',
    },
    { name: 'a high bit rate', main: h264(1280, 720, { kbps: 8000 }), wanted: PHONE, gets: 'main copy' },
    // One stream, for small viewers.
    { name: 'watch', main: HD, wanted: WATCH, gets: 'main transcode' },
    { name: 'watch, small camera', main: h264(320, 240), wanted: WATCH, gets: 'main copy' },
    { name: 'away, larger', main: FULL_HD, wanted: PHONE, remote: true, gets: 'main transcode' },
    { name: 'away, fitting', main: HD, wanted: PHONE, remote: true, gets: 'main copy' },
    {
      ...{ name: 'away, fitting, too many bits', main: h264(1280, 720, { kbps: 3000 }), wanted: PHONE },
      ...{ remote: true, gets: 'main transcode' },
    },
    // With a sub-stream.
    { name: 'sub as large as asked', main: FULL_HD, sub: SUB, wanted: [640, 360], gets: 'sub copy' },
    { name: 'sub smaller than asked', main: FULL_HD, sub: SUB, wanted: PHONE, gets: 'main copy' },
    { name: '4:3 sub', main: FULL_HD, sub: h264(640, 480), wanted: [640, 360], gets: 'sub copy' },
    { name: 'sub of HEVC', main: FULL_HD, sub: hevc(640, 360), wanted: [640, 360], gets: 'main copy' },
    {
      name: 'HEVC beside a small sub',
      main: hevc(1920, 1080),
      sub: SUB,
      wanted: PHONE,
      gets: 'main transcode',
    },
    { name: 'HEVC beside a large sub', main: hevc(2560, 1440), sub: HD, wanted: PHONE, gets: 'sub copy' },
    {
      name: '4K HEVC beside a sub',
      main: hevc(3840, 2160, { fps: 20 }),
      sub: SUB,
      wanted: PHONE,
      gets: 'sub copy',
    },
    { name: '4K HEVC alone', main: hevc(3840, 2160, { fps: 20 }), wanted: PHONE, gets: 'main transcode' },
    {
      ...{ name: '4K HEVC beside a tiny sub', main: hevc(3840, 2160, { fps: 20 }), sub: h264(320, 180) },
      ...{ wanted: [1920, 1080], gets: 'main transcode' },
    },
    { name: 'watch, from the sub', main: FULL_HD, sub: SUB, wanted: WATCH, gets: 'sub transcode' },
    { name: 'watch, tiny sub', main: FULL_HD, sub: h264(320, 180), wanted: WATCH, gets: 'sub copy' },
    { name: 'watch, CIF sub', main: FULL_HD, sub: h264(352, 288), wanted: WATCH, gets: 'sub copy' },
    { name: 'away, sub', main: FULL_HD, sub: SUB, wanted: PHONE, remote: true, gets: 'sub copy' },
    { name: 'away, both fit', main: HD, sub: SUB, wanted: PHONE, remote: true, gets: 'main copy' },
    {
      ...{ name: 'away, main has too many bits', main: h264(1280, 720, { kbps: 4000 }), sub: SUB },
      ...{ wanted: PHONE, remote: true, gets: 'sub copy' },
    },
    {
      ...{ name: 'away, both have too many bits', main: h264(1280, 720, { kbps: 4000 }) },
      ...{ sub: h264(640, 360, { kbps: 1500 }), wanted: [640, 360], remote: true, gets: 'sub transcode' },
    },
    {
      name: 'away, tiny sub',
      main: FULL_HD,
      sub: h264(320, 180),
      wanted: PHONE,
      remote: true,
      gets: 'main transcode',
    },
    // Without an encoder anything that can be decoded is better than nothing.
    {
      name: 'no encoder, HEVC',
      main: hevc(1920, 1080),
      sub: h264(320, 180),
      wanted: PHONE,
      can: false,
      gets: 'sub copy',
    },
    {
      name: 'no encoder, HEVC alone',
      main: hevc(1920, 1080),
      wanted: PHONE,
      can: false,
      gets: 'main transcode',
    },
  ])(
    '$name, $wanted: $gets',
    ({ main, sub, wanted: [width = 0, height = 0], remote = false, can = true, gets }) => {
      const choice = chooseVideo({ main, ...(sub && { sub }) }, { width, height, kbps: 299, remote }, can);
      expect(`${choice.stream} ${choice.how}`).toBe(gets);
      expect(choice.why).not.toBe('');
    },
  );

  it('says why', () => {
    const why = (main: SourceVideo, [width = 0, height = 0]: number[], remote = false) =>
      chooseVideo({ main }, { width, height, kbps: 299, remote }).why;
    expect(why(hevc(1280, 720), PHONE)).toBe('hevc is not H.264');
    expect(why(HD, WATCH)).toBe('a watch needs a small picture');
    expect(why(FULL_HD, PHONE, true)).toBe('the viewer is away from home');
    expect(why(h264(1280, 720, { kbps: 3000 }), PHONE, true)).toBe(
      'its bit rate is too high for this viewer',
    );
  });
});

it.each([
  { name: 'at home, what the picture needs', size: [1280, 720, 15], kbps: 299, remote: false, gets: 1244 },
  { name: 'at home, at least what was asked for', size: [640, 360, 10], kbps: 802, remote: false, gets: 802 },
  { name: 'away, what was asked for', size: [1280, 720, 15], kbps: 132, remote: true, gets: 132 },
  { name: 'on a watch, what was asked for', size: [320, 180, 15], kbps: 68, remote: false, gets: 68 },
])('the bit rate is, $name: $gets', ({ size: [width = 0, height = 0, fps = 0], kbps, remote, gets }) => {
  expect(liveKbps({ width, height, fps }, { width, height, kbps, remote })).toBe(gets);
});

it.each([
  [640, 360, 15, 1],
  [1920, 1080, 15, 1],
  [1920, 1080, 30, 2],
  [2560, 1440, 20, 3],
  [3840, 2160, 30, 4],
])('%ix%i at %i a second takes %i threads', (width, height, fps, threads) => {
  expect(decoderThreads({ codec: 'hevc', width, height, fps })).toBe(threads);
});

it.each([
  [HD, PHONE, [1280, 720]],
  [FULL_HD, PHONE, [1280, 720]],
  [SUB, PHONE, [640, 360]],
  [h264(1200, 1600), PHONE, [540, 720]],
  [h264(640, 480), WATCH, [320, 240]],
])('%o becomes, for %o, %o', (source, [width = 0, height = 0], [fittedWidth, fittedHeight]) => {
  expect(fittedSize(source, { width, height })).toEqual({ width: fittedWidth, height: fittedHeight });
});
