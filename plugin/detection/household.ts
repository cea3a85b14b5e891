/** Whether somebody of the household is home, as was said last; kept over restarts. */
import { HOME_STATES, type HomeState, type HouseholdInfo } from '../../protocol/detection.ts';
import type { Clock } from '../system/clock.ts';
import { createListeners } from '../system/listeners.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';

export interface Household {
  readonly info: HouseholdInfo;
  /** Takes effect at once, also when it cannot be kept. What was said before is no news. */
  setHome(home: HomeState): HouseholdInfo;
  /** Calls back on each change, with what was before; the returned function ends it. */
  onHome(listener: (before: HomeState) => void): () => void;
}

const NOBODY_SAID: HouseholdInfo = { home: 'unknown', since: 0 };

/** Never throws: what cannot be read is unknown, and what cannot be kept is said in the log. */
export function openHousehold(file: TextFile, { clock, log }: { clock: Clock; log: Log }): Household {
  let info = read(file, log);
  /** Whether the file says what was said last. */
  let kept = true;
  const listeners = createListeners<HomeState>(log);
  return {
    get info() {
      return info;
    },
    setHome(home) {
      const before = info.home;
      if (home === before && kept) return info;
      if (home !== before) {
        info = { home, since: clock.now() };
        listeners.tell(before);
      }
      try {
        file.write(`${JSON.stringify(info)}\n`);
        kept = true;
      } catch (error) {
        kept = false;
        log.warn(`Whether somebody is home cannot be kept over a restart: ${reason(error)}`);
      }
      return info;
    },
    onHome: listeners.add,
  };
}

function read(file: TextFile, log: Log): HouseholdInfo {
  try {
    const text = file.read();
    if (text === undefined) return NOBODY_SAID;
    const { home, since } = (JSON.parse(text) ?? {}) as Partial<Record<keyof HouseholdInfo, unknown>>;
    const known = HOME_STATES.find((state) => state === home);
    if (known && typeof since === 'number') return { home: known, since };
    throw new Error('it says something else');
  } catch (error) {
    log.warn(`Whether somebody is home is not known until it is said again: ${reason(error)}`);
    return NOBODY_SAID;
  }
}
