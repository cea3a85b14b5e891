import { expect, test } from 'vitest';
import { StandBack } from './stand-back.ts';

test('a file that failed is passed over for a while, longer each time, and forgotten when nobody wants it any more', () => {
  const standBack = new StandBack();
  expect(standBack.mayTry('a', 0)).toBe(true);
  standBack.failed('a', 0);
  expect([standBack.mayTry('a', 9_999), standBack.mayTry('a', 10_000)]).toEqual([false, true]);
  standBack.failed('a', 10_000);
  expect(standBack.nextAt(10_000)).toBe(30_000);
  standBack.rests('b', 10_000, 5_000);
  expect([standBack.size, standBack.nextAt(10_000)]).toEqual([2, 15_000]);
  expect(standBack.forgetPast(15_000)).toEqual(['b']);
  standBack.done('a');
  expect([standBack.size, standBack.nextAt(15_000)]).toEqual([0, undefined]);
});
