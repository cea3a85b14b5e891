/** Old events leave the journal; clips go earlier, by their own rule. */
import type { Journal } from '../events/journal.ts';
import { SteadyClock } from '../recordings/retention/steady-clock.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';

const JOURNAL_DAYS = 90;
const JOURNAL_ROWS = 1_000_000;
const DAY_MS = 86_400_000;

/** Prunes now and every day, until the returned function is called. */
export function keepJournalShort(journal: Journal, clock: Clock, log: Log): () => void {
  const steady = new SteadyClock(clock);
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(DAY_MS, next);
    prune(journal, steady.check() ? clock.now() : 0, log);
  };
  next();
  return () => cancel();
}

/** `now` is 0 while the time of day may be wrong: then only the number of events counts. */
function prune(journal: Journal, now: number, log: Log): void {
  try {
    journal.prune({ olderThan: now - JOURNAL_DAYS * DAY_MS, keepRows: JOURNAL_ROWS });
  } catch (error) {
    log.warn(`Old events could not be removed; tried again in a day: ${reason(error)}`);
  }
}
