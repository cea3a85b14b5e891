import type { Readable } from 'node:stream';
import { atMost, type Clock } from '../../system/clock.ts';
import { zipUnderWay } from './problems.ts';

/** Whoever tries whether a file can be had leaves before asking for it, and that takes a moment to be heard of. */
const LEAVES_MS = 2000;

/**
 * Lets one stream live at a time: the next begins when the one before is closed. Rejects with `too-many-exports` when that takes longer than a
 * moment, or as the making does.
 */
export function oneAtATime(
  clock: Clock,
): <T extends { stream: Readable }>(make: () => Promise<T>) => Promise<T> {
  let last: Promise<true> | undefined;
  return async (make) => {
    const until = clock.monotonic() + LEAVES_MS;
    while (last) {
      const left = until - clock.monotonic();
      if (left <= 0 || !(await atMost(clock, left, last))) throw zipUnderWay();
    }
    let close = () => {};
    const closed = new Promise<true>((resolve) => {
      close = () => {
        last = undefined;
        resolve(true);
      };
    });
    last = closed;
    try {
      const made = await make();
      if (made.stream.closed) close();
      else made.stream.once('close', close);
      return made;
    } catch (error) {
      close();
      throw error;
    }
  };
}
