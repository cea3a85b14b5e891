import { describe, expect, it } from 'vitest';
import { CLOSE } from '../../../protocol/api.ts';
import { afterClose, liveStep, retryDelay, TARGET, targetAfterStall, wayFor } from './live-decisions.ts';

describe('staying at the live edge', () => {
  const target = TARGET.first;

  it.each([
    [
      'before anything played, it jumps to the edge',
      { currentTime: 0, bufferedStart: 100, bufferedEnd: 104 },
      { seekTo: 103.7, playbackRate: 1 },
    ],
    [
      'a first fragment shorter than the target starts at its beginning',
      { currentTime: 0, bufferedStart: 100, bufferedEnd: 100.04 },
      { seekTo: 100, playbackRate: 1 },
    ],
    [
      'close to the edge it just plays',
      { currentTime: 103.7, bufferedStart: 100, bufferedEnd: 104 },
      { playbackRate: 1 },
    ],
    [
      'a little behind it hurries unseen',
      { currentTime: 103.2, bufferedStart: 100, bufferedEnd: 104 },
      { playbackRate: 1.08 },
    ],
    [
      'far behind it jumps',
      { currentTime: 101, bufferedStart: 100, bufferedEnd: 104 },
      { seekTo: 103.7, playbackRate: 1 },
    ],
    [
      'ahead of everything it comes back',
      { currentTime: 110, bufferedStart: 100, bufferedEnd: 104 },
      { seekTo: 103.7, playbackRate: 1 },
    ],
    [
      'a long buffer loses its old end',
      { currentTime: 129.75, bufferedStart: 100, bufferedEnd: 130 },
      { playbackRate: 1, trimBefore: 123.75 },
    ],
    [
      'a jump never trims what it jumps to',
      { currentTime: 95, bufferedStart: 100, bufferedEnd: 130 },
      { seekTo: 129.7, playbackRate: 1 },
    ],
  ])('%s', (_name, view, expected) => {
    expect(liveStep({ ...view, target })).toEqual(expected);
  });

  it('gives more room after each stall, up to a bound', () => {
    expect(targetAfterStall(0.3)).toBeCloseTo(0.6);
    expect(targetAfterStall(1.4)).toBe(TARGET.most);
  });
});

it.each([
  [CLOSE.unauthorized, 'sign-in'],
  [CLOSE.forbidden, 'stop'],
  [CLOSE.notFound, 'stop'],
  [CLOSE.tooSlow, 'at-once'],
  [CLOSE.offline, 'slowly'],
  [1006, 'back-off'],
  [1000, 'back-off'],
])('close code %i means "%s"', (code, expected) => {
  expect(afterClose(code)).toBe(expected);
});

it('backs off by doubling, bounded and spread', () => {
  expect([0, 1, 2, 3, 9, 5000].map((attempt) => retryDelay(attempt, 0.5))).toEqual([
    500, 1000, 2000, 4000, 15_000, 15_000,
  ]);
  expect(retryDelay(0, 0)).toBe(375);
  expect(retryDelay(0, 0.999)).toBe(625);
});

it('asks for still pictures where the browser cannot decode the stream', () => {
  const onlyH264 = { isTypeSupported: (type: string) => type.includes('avc1') };
  expect(wayFor('video/mp4; codecs="avc1.4d401f"', onlyH264)).toBe('media-source');
  expect(wayFor('video/mp4; codecs="hvc1.1.6.L93.B0"', onlyH264)).toBe('stills');
  expect(wayFor('video/mp4; codecs="avc1.4d401f"', undefined)).toBe('stills');
});
