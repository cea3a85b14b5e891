/** Time, handed in so that tests can hold it still. */
export interface Clock {
  /** Epoch milliseconds; may step when the system clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never steps. */
  monotonic(): number;
  /**
   * Runs `fn` once after `ms`, of which no more than 24 days count; the returned function cancels it. The timer never keeps the
   * process alive.
   */
  after(ms: number, fn: () => void): () => void;
}

/** Timers that are set for longer run at once. */
const LONGEST_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, Math.min(ms, LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Waits `ms`; resolves early, without error, when the signal aborts. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * What `work` gives, or undefined once `ms` have passed or the signal aborts; then nobody waits for it any more. Rejects when `work`
 * does so in time.
 */
export async function atMost<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T | undefined> {
  const over = new AbortController();
  const late = sleep(clock, ms, signal ? AbortSignal.any([signal, over.signal]) : over.signal);
  try {
    return await Promise.race([work, late.then(() => undefined)]);
  } finally {
    over.abort();
  }
}
