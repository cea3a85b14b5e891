import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LivePace } from './live-pace.ts';

let sent: number[];
let pace: LivePace<number>;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  pace = new LivePace(2, (picture) => void sent.push(picture));
});
afterEach(() => {
  vi.useRealTimers();
});

test('no faster than wanted, and the newest each time', () => {
  for (let picture = 0; picture < 20; picture++) {
    pace.offer(picture);
    vi.advanceTimersByTime(100);
  }
  expect(sent).toEqual([0, 4, 9, 14, 19]);
  expect(Math.round(pace.fps)).toBe(2);
});

test('while Node-RED was busy, only the last of many goes out', () => {
  pace.offer(1);
  vi.advanceTimersByTime(600);
  // They come at once, before any timer.
  for (const picture of [2, 3, 4, 5]) pace.offer(picture);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([1, 5]);
});

test('what is stopped sends nothing more', () => {
  pace.offer(1);
  pace.stop();
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([]);
  expect(pace.fps).toBe(0);
});
