/** How long to wait before the next try. */

export interface BackoffInput {
  /** Tries that failed since the stream last ran well; 1 after the first. */
  failures: number;
  /** How long there has been no picture, in ms. */
  offlineMs: number;
  /** 0 to 1, to keep many cameras from coming back in step. */
  random: number;
  /** The camera refuses the password: many lock the account when it is tried too often. */
  refused: boolean;
}

const FIRST_MS = 500;
/** While a camera may just be restarting, its picture should be back seconds after it is. */
const SOON_MS = 3_000;
const LATER_MS = 30_000;
const LATER_AFTER_MS = 5 * 60_000;

/** In ms: doubles from half a second up to 3 s, after five minutes up to 30 s; shortened by up to a quarter at random. */
export function backoffMs({ failures, offlineMs, random, refused }: BackoffInput): number {
  const cap = offlineMs >= LATER_AFTER_MS ? LATER_MS : SOON_MS;
  const grown = Math.min(cap, FIRST_MS * 2 ** Math.min(16, Math.max(0, failures - 1)));
  return Math.round((refused ? LATER_MS : grown) * (1 - 0.25 * random));
}
