/** Guesses at a PIN, counted before they are looked at: many at once are no more than many in turn. */

/** Wrong ones, until it is locked. */
export const TRIES = 5;
/** Of the gate's running time. */
export const LOCK_MS = 15 * 60_000;

export interface Guesses {
  /** Since the last right one, or the last lock. */
  wrong: number;
  /** By `Moment.ran`; 0: not locked. */
  lockedUntil: number;
}

export const NO_GUESSES: Guesses = { wrong: 0, lockedUntil: 0 };

/** One more guess, taken for a wrong one until it proves right; or for how long, in ms, none is taken. */
export function takeGuess(
  { wrong, lockedUntil }: Guesses,
  ran: number,
): { guesses: Guesses } | { lockedMs: number } {
  if (ran < lockedUntil) return { lockedMs: lockedUntil - ran };
  if (wrong + 1 >= TRIES) return { guesses: { wrong: 0, lockedUntil: ran + LOCK_MS } };
  return { guesses: { wrong: wrong + 1, lockedUntil: 0 } };
}
