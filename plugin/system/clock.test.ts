import { afterEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { atMost, systemClock } from './clock.ts';

afterEach(() => void vi.useRealTimers());

test.each([2 ** 31, 4_294_968_000_000, Number.POSITIVE_INFINITY])(
  'a timer of %d ms, which is more than timers know, does not run at once',
  (ms) => {
    vi.useFakeTimers();
    const run = vi.fn();
    const cancel = systemClock.after(ms, run);
    vi.advanceTimersByTime(24 * 3_600_000);
    expect(run).not.toHaveBeenCalled();
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  },
);

describe('atMost', () => {
  const clock = new ManualClock();
  const never = new Promise<string>(() => {});

  test('gives what comes in time, and leaves no timer', async () => {
    vi.useFakeTimers();
    expect(await atMost(systemClock, 1000, Promise.resolve('here'))).toBe('here');
    await expect(atMost(systemClock, 1000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('gives nothing when the time is over', async () => {
    const waited = atMost(clock, 1000, never);
    clock.advance(1000);
    expect(await waited).toBeUndefined();
  });

  test('or when the signal aborts, before or meanwhile', async () => {
    expect(await atMost(clock, 1000, never, AbortSignal.abort())).toBeUndefined();
    const over = new AbortController();
    const waited = atMost(clock, 1000, never, over.signal);
    over.abort();
    expect(await waited).toBeUndefined();
  });
});
