import type { Clock } from '../../system/clock.ts';

/** Asks rarely: who asks at the same time shares the question, and its answer is believed for `ms`. An error is not. */
export function keepFor<T>(
  clock: Pick<Clock, 'monotonic'>,
  ms: number,
  ask: () => Promise<T>,
): () => Promise<T> {
  let last: { answer: Promise<T>; at: number } | undefined;
  return () => {
    if (last && clock.monotonic() - last.at < ms) return last.answer;
    const mine = { answer: ask(), at: clock.monotonic() };
    last = mine;
    mine.answer.catch(() => {
      if (last === mine) last = undefined;
    });
    return mine.answer;
  };
}
