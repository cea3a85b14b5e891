/** How long to wait before a camera is asked again. */

export interface RetryInput {
  /** Tries that failed in a row; 1 after the first. */
  failures: number;
  /** It refused user or password, or what they may do. */
  refused: boolean;
  /** 0 to 1, to keep many cameras from being asked in step. */
  random: number;
}

const FIRST_MS = 500;
/** However long a camera was away, its bell should work seconds after it is back. */
const LONGEST_MS = 3_000;
/** Many cameras lock an account for half an hour after five wrong passwords. */
const REFUSED_FIRST_MS = 30_000;
const REFUSED_LONGEST_MS = 10 * 60_000;

/** In ms; shortened by up to a quarter at random. */
export function retryMs({ failures, refused, random }: RetryInput): number {
  const doubled = 2 ** Math.min(16, Math.max(0, failures - 1));
  const wait = refused
    ? Math.min(REFUSED_LONGEST_MS, REFUSED_FIRST_MS * doubled)
    : Math.min(LONGEST_MS, FIRST_MS * doubled);
  return Math.round(wait * (1 - 0.25 * random));
}
