import { expect, test } from 'vitest';
import { sizeText, spanText } from './amounts.ts';

test.each([
  [0, '0 KB'],
  [311_700, '312 KB'],
  [4_230_000, '4.2 MB'],
  [41_900_000, '42 MB'],
])('%i bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test.each([
  [-5, '0 s'],
  [400, '0.4 s'],
  [9_960, '10 s'],
  [59_900, '1 min'],
  [7_100_000, '2 h'],
  [47 * 3_600_000, '47 h'],
  [3 * 86_400_000, '3 d'],
])('%i ms are %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
