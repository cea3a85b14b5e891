import { expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

test('one after the other, however long each takes', async () => {
  const run = inTurn();
  const begun: string[] = [];
  const first = Promise.withResolvers<string>();
  const results = [
    run(() => {
      begun.push('first');
      return first.promise;
    }),
    run(async () => {
      begun.push('second');
      return 'b';
    }),
  ];
  await Promise.resolve();
  expect(begun).toEqual(['first']);
  first.resolve('a');
  expect(await Promise.all(results)).toEqual(['a', 'b']);
});

test('one that fails stops none behind it', async () => {
  const run = inTurn();
  const failing = run(() => Promise.reject(new Error('no')));
  const next = run(async () => 'well');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('well');
});
