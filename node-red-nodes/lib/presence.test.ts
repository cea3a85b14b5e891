import { expect, it } from 'vitest';
import { isHome } from './presence.ts';

it.each<[unknown, boolean | undefined]>([
  [true, true],
  [false, false],
  ['home', true],
  ['Home ', true],
  ['ON', true],
  ['away', false],
  ['not_home', false],
  ['off', false],
  [2, true],
  [0, false],
  ['unknown', undefined],
  ['', undefined],
  [Number.NaN, undefined],
  [undefined, undefined],
  [null, undefined],
  [{ home: true }, undefined],
])('%j', (value, home) => {
  expect(isHome(value)).toBe(home);
});
