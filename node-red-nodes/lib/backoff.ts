export interface BackoffLimits {
  firstMs: number;
  maxMs: number;
}

/**
 * How long to wait before attempt number `attempt` (0 is the first repeat), in ms: doubling from `firstMs` to `maxMs`, less up to 30 %
 * by chance, so that many clients don't come back to a restarted hub in the same moment. `random` gives 0 to 1.
 */
export function backoffMs(attempt: number, random: () => number, { firstMs, maxMs }: BackoffLimits): number {
  const full = Math.min(maxMs, firstMs * 2 ** attempt);
  return Math.round(full * (1 - 0.3 * random()));
}
