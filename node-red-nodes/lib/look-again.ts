/** The pace at which the hub is asked for a picture that it is making; no event tells that it is there. */
import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MS = 100;
const LONGEST_MS = 1000;

/** How long to wait after so many looks, at least 1, in ms: most pictures are there at once, so later looks are rarer. */
export function lookAgainMs(looks: number): number {
  return Math.min(LONGEST_MS, Math.round(FIRST_MS * 1.5 ** (looks - 1)));
}

/** Waits for the next look, but not beyond `until`, epoch ms. Resolves early, without an error, when the signal aborts. */
export async function pauseBeforeLook(looks: number, until: number, signal: AbortSignal): Promise<void> {
  const ms = Math.max(0, Math.min(lookAgainMs(looks), until - Date.now()));
  await wait(ms, undefined, { signal }).catch(() => {});
}
