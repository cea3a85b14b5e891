import { expect, test } from 'vitest';
import { lookAgainMs, pauseBeforeLook } from './look-again.ts';

test('quick at first, then rarer, and never rarer than once a second', () => {
  expect([1, 2, 3, 4, 6, 7, 30].map(lookAgainMs)).toEqual([100, 150, 225, 338, 759, 1000, 1000]);
});

test('half a minute takes few looks', () => {
  let looks = 0;
  for (let passed = 0; passed < 30_000; passed += lookAgainMs(looks)) looks += 1;
  expect(looks).toBeLessThan(40);
});

test('no pause beyond the end, nor for what is given up', async () => {
  await pauseBeforeLook(9, Date.now() - 1, new AbortController().signal);
  await pauseBeforeLook(9, Date.now() + 60_000, AbortSignal.abort());
  expect.assertions(0);
});
