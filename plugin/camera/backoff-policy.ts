/** How long to wait before the next try. */

export interface BackoffInput {
  /** Tries that failed since the stream last ran well; 1 after the first. */
  failures: number;
  /** How long there has been no picture, in ms. */
  offlineMs: number;
  /** 0 to 1, to keep many cameras from coming back in step. */
  random: number;
  /** Who can help: the camera by itself, or the owner alone. */
  cause: Cause;
  /** Whether this stream has ever given a picture since the hub started. */
  seen: boolean;
}

export type Cause = 'camera' | 'owner';

const FIRST_MS = 500;
/** While a camera may just be restarting, its picture should be back seconds after it is. */
const SOON_MS = 2_000;
/** A camera that takes connections and does not serve them, for long. */
const STEADY_MS = 3_000;
const LATER_MS = 30_000;
const LONG_MS = 5 * 60_000;

/**
 * In ms: nothing after a stream that ran well, then from half a second doubled up to 2 s, after five minutes up to 3 s; 30 s where only
 * the owner can help, as far as that is known. Shortened by up to a quarter at random.
 */
export function backoffMs({ failures, offlineMs, random, cause, seen }: BackoffInput): number {
  if (failures <= 1 && seen && cause === 'camera') return 0;
  const long = offlineMs >= LONG_MS;
  const grown = Math.min(long ? STEADY_MS : SOON_MS, FIRST_MS * 2 ** Math.min(16, Math.max(0, failures - 1)));
  const mustWait = cause === 'owner' && long && !seen;
  return Math.round((mustWait ? LATER_MS : grown) * (1 - 0.25 * random));
}

const OWNER_CODES: ReadonlySet<string> = new Set([
  'access-forbidden',
  'no-such-stream',
  'no-stream-address',
  'transport-refused',
  'unsupported-codec',
  'no-video',
  'no-encoder',
]);

/** Who can help with a problem of this code. */
export function causeOf(code: string): Cause {
  return OWNER_CODES.has(code) ? 'owner' : 'camera';
}

/** Many cameras lock an account after five wrong passwords in some minutes. One that is starting may refuse the right one, too. */
const REFUSALS_TRIED_SOON = 2;
const LONGEST_REFUSED_MS = 10 * 60_000;

/**
 * How long not to try a login again that was refused, in ms: from half a minute doubled up to ten. One that was right before is first
 * tried twice soon. Shortened by up to a quarter at random.
 *
 * @param refusals in a row, from 1
 */
export function refusedMs({
  refusals,
  accepted,
  random,
}: {
  refusals: number;
  /** Whether the camera has taken this login before. */
  accepted: boolean;
  /** 0 to 1. */
  random: number;
}): number {
  const soon = accepted ? REFUSALS_TRIED_SOON : 0;
  const ms =
    refusals <= soon
      ? FIRST_MS * 2 ** (refusals - 1)
      : Math.min(LONGEST_REFUSED_MS, LATER_MS * 2 ** Math.min(16, refusals - soon - 1));
  return Math.round(ms * (1 - 0.25 * random));
}
