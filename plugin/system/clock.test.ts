import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

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
