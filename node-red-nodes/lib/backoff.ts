export interface BackoffLimits {
  firstMs: number;
  /** The most, while the hub has not been away for `soonForMs`. */
  soonMs: number;
  soonForMs: number;
  /** From then on. */
  maxMs: number;
}

/** What went before the wait. */
export interface Absence {
  /** Tries that failed in a row, less one: 0 before the first repeat. */
  attempt: number;
  awayMs: number;
}

/**
 * How long to wait before the next try, in ms: doubling from `firstMs` to `soonMs`, and `maxMs` for a hub that has been away for long.
 * Less up to 30 % by chance, so that many clients don't come back to a restarted hub in the same moment. `random` gives 0 to 1.
 */
export function backoffMs({ attempt, awayMs }: Absence, random: () => number, limits: BackoffLimits): number {
  const { firstMs, soonMs, soonForMs, maxMs } = limits;
  const full = awayMs < soonForMs ? Math.min(soonMs, firstMs * 2 ** attempt) : maxMs;
  return Math.round(full * (1 - 0.3 * random()));
}
