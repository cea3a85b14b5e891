import { tooManyStills } from './problems.ts';

/** Does one work at a time; up to `most` may be under way, those that wait among them. Rejects with `too-many-stills`, or as the work does. */
export function shortLine(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let underWay = 0;
  return async (work) => {
    if (underWay >= most) throw tooManyStills();
    underWay += 1;
    const result = last.then(work);
    last = result.catch(() => {});
    try {
      return await result;
    } finally {
      underWay -= 1;
    }
  };
}
