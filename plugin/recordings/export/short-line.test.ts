import { expect, test } from 'vitest';
import { shortLine } from './short-line.ts';

test('one at a time, in order; more than may wait are turned away; what fails stops nobody', async () => {
  const run = shortLine(2);
  const first = Promise.withResolvers<string>();
  const begun: string[] = [];
  const a = run(() => {
    begun.push('a');
    return first.promise;
  });
  const b = run(async () => {
    begun.push('b');
    return 'b';
  });
  await expect(run(async () => 'c')).rejects.toMatchObject({ problem: { code: 'too-many-stills' } });
  expect(begun).toEqual(['a']);
  first.reject(new Error('no'));
  await expect(a).rejects.toThrow('no');
  expect(await b).toBe('b');
  expect(await run(async () => 'd')).toBe('d');
});
