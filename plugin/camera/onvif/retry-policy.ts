/** How long to wait before a camera is asked again. */

export interface RetryInput {
  /** Tries that failed in a row; 1 after the first. */
  failures: number;
  /** Since when it has not answered, in ms. */
  offlineMs: number;
  /** It refused user or password. */
  refused: boolean;
  /** 0 to 1, to keep many cameras from being asked in step. */
  random: number;
}

const FIRST_MS = 500;
/** While a camera may just be restarting, its bell should work seconds after it is back. */
const SOON_MS = 3_000;
const LATER_MS = 15_000;
const LATER_AFTER_MS = 5 * 60_000;
/** Many cameras lock an account for half an hour after five wrong passwords. */
const REFUSED_FIRST_MS = 30_000;
const REFUSED_LONGEST_MS = 10 * 60_000;

/** In ms; shortened by up to a quarter at random. */
export function retryMs({ failures, offlineMs, refused, random }: RetryInput): number {
  const doubled = 2 ** Math.min(16, Math.max(0, failures - 1));
  const longest = offlineMs >= LATER_AFTER_MS ? LATER_MS : SOON_MS;
  const wait = refused
    ? Math.min(REFUSED_LONGEST_MS, REFUSED_FIRST_MS * doubled)
    : Math.min(longest, FIRST_MS * doubled);
  return Math.round(wait * (1 - 0.25 * random));
}
