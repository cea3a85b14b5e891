import type { Log } from './log.ts';
import { reason } from './problem.ts';

/** Who wants to hear of something. */
export interface Listeners<T> {
  /** The returned function ends it. */
  add(listener: (value: T) => void): () => void;
  /** Tells all; one that throws keeps it from no other. */
  tell(value: T): void;
  clear(): void;
}

export function createListeners<T>(log: Log): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      // The same function may listen twice.
      const own = (value: T) => listener(value);
      all.add(own);
      return () => void all.delete(own);
    },
    tell: (value) => {
      for (const listener of all) {
        try {
          listener(value);
        } catch (error) {
          log.error(`A listener failed: ${reason(error)}`);
        }
      }
    },
    clear: () => all.clear(),
  };
}
