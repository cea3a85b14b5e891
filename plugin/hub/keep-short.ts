/** What is old leaves the databases of the hub: events, decisions. Clips go earlier, by their own rule. */
import { SteadyClock } from '../recordings/retention/steady-clock.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';

export interface KeptShort {
  /** For the log: `events`. */
  what: string;
  days: number;
  /** Removes what is older than this, epoch ms; below 0 while the time of day may be wrong, when nothing is too old. */
  prune(olderThan: number): unknown;
}

const DAY_MS = 86_400_000;

/** Prunes now and every day, until the returned function is called. */
export function keepShort({ what, days, prune }: KeptShort, clock: Clock, log: Log): () => void {
  const steady = new SteadyClock(clock);
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(DAY_MS, next);
    try {
      prune((steady.check() ? clock.now() : 0) - days * DAY_MS);
    } catch (error) {
      log.warn(`Old ${what} could not be removed; tried again in a day: ${reason(error)}`);
    }
  };
  next();
  return () => cancel();
}
