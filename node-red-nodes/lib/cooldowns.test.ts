import { expect, test } from 'vitest';
import { Cooldowns } from './cooldowns.ts';

test('remembers when a line passed, until that matters no more', () => {
  const cooldowns = new Cooldowns(1000);
  cooldowns.pass('a', 0);
  cooldowns.pass('b', 600);
  expect([cooldowns.passedAt('a'), cooldowns.passedAt('b')]).toEqual([0, 600]);
  cooldowns.pass('c', 1000);
  expect([cooldowns.passedAt('a'), cooldowns.passedAt('b')]).toEqual([undefined, 600]);
});

test('a line that passes again is the newest', () => {
  const cooldowns = new Cooldowns(1000);
  cooldowns.pass('a', 0);
  cooldowns.pass('b', 100);
  cooldowns.pass('a', 500);
  cooldowns.pass('c', 1100);
  expect([cooldowns.passedAt('a'), cooldowns.passedAt('b')]).toEqual([500, undefined]);
});

test('topics without number take no room without end, and no time', () => {
  const cooldowns = new Cooldowns(3_600_000);
  for (let topic = 0; topic < 20_000; topic += 1) cooldowns.pass(`topic ${topic}`, topic);
  expect(cooldowns.size).toBe(5000);
  expect(cooldowns.passedAt('topic 19999')).toBe(19_999);
});

test('without a cooldown nothing is remembered; cleared, all begins anew', () => {
  const none = new Cooldowns(0);
  none.pass('a', 0);
  expect(none.size).toBe(0);
  const some = new Cooldowns(1000);
  some.pass('a', 0);
  some.clear();
  expect(some.passedAt('a')).toBeUndefined();
});
