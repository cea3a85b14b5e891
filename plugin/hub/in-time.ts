import type { Clock } from '../system/clock.ts';

/** What a promise resolves to; `otherwise` when it rejects, or takes longer than `ms`. Never rejects. */
export function inTime<T>(asked: Promise<T>, otherwise: T, ms: number, clock: Clock): Promise<T> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(otherwise));
    asked.then(resolve, () => resolve(otherwise)).finally(cancel);
  });
}
