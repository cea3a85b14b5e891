/** Keeps a stream of equal units (pictures, samples) in step with a clock, without drifting. */
export interface Pacer {
  /** How many units are due at `now` (monotonic ms) and have not been taken. */
  due(now: number): number;
  take(count: number): void;
}

/** @param rate units a second */
export function createPacer(rate: number, start: number): Pacer {
  let taken = 0;
  return {
    due: (now) => Math.max(0, Math.floor(((now - start) * rate) / 1000) + 1 - taken),
    take: (count) => {
      taken += count;
    },
  };
}
