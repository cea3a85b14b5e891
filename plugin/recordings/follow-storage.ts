/** For those who show how storage is: looks at once, after each news, and every minute, one look at a time. */
import type { StorageInfo } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { Recordings } from './contract.ts';

export type StorageSource = Pick<Recordings, 'storage' | 'onStorage'>;

export interface FollowStorageDeps {
  clock: Clock;
  log: Log;
}

/** What waits and how much room there is changes without news. */
export const LOOK_MS = 60_000;

/** `why`: `minute` when nothing but time has passed. The returned function ends it. Never throws. */
export function followStorage(
  source: StorageSource,
  { clock, log }: FollowStorageDeps,
  onStorage: (storage: StorageInfo, why: 'news' | 'minute') => void,
): () => void {
  let ended = false;
  let looking = false;
  let newsMeanwhile = false;
  let cancel = () => {};

  const look = async (why: 'news' | 'minute') => {
    if (looking) {
      newsMeanwhile ||= why === 'news';
      return;
    }
    looking = true;
    cancel();
    try {
      const storage = await source.storage();
      if (!ended) onStorage(storage, why);
    } catch (error) {
      log.debug(`How storage is cannot be told: ${reason(error)}`);
    }
    looking = false;
    if (ended) return;
    cancel = clock.after(LOOK_MS, () => void look('minute'));
    if (!newsMeanwhile) return;
    newsMeanwhile = false;
    void look('news');
  };
  const stopListening = source.onStorage(() => void look('news'));
  void look('news');
  return () => {
    ended = true;
    cancel();
    stopListening();
  };
}
