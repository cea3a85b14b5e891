import { expect, it } from 'vitest';
import { playerKey } from './player-keys.ts';

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...more,
});

it.each([
  [' ', 'BODY', 'toggle'],
  [' ', 'A', 'toggle'],
  [' ', 'BUTTON', undefined],
  [' ', 'INPUT', undefined],
  ['ArrowUp', 'A', 'later'],
  ['ArrowRight', 'BODY', 'later'],
  ['ArrowDown', 'BUTTON', 'earlier'],
  ['ArrowLeft', 'BODY', 'earlier'],
  // The slider of the player moves by itself.
  ['ArrowLeft', 'INPUT', undefined],
  ['ArrowDown', 'SELECT', undefined],
  ['Escape', 'INPUT', 'close'],
  ['x', 'BODY', undefined],
] as const)('%j on %s is %s', (key, focused, expected) => {
  expect(playerKey(press(key), focused)).toBe(expected);
});

it('leaves the browser its own shortcuts', () => {
  expect(playerKey(press('ArrowLeft', { altKey: true }), 'BODY')).toBeUndefined();
});
