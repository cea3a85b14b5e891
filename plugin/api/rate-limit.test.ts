import { expect, test } from 'vitest';
import { createRateLimit, networkOf } from './rate-limit.ts';

function limited() {
  let now = 1000;
  const clock = { now: () => now, monotonic: () => now, after: () => () => {} };
  const limit = createRateLimit({ clock, limit: 3, windowMs: 10_000 });
  return { limit, pass: (ms: number) => (now += ms) };
}

test('the fourth attempt within the window waits until the first is out of it', () => {
  const { limit, pass } = limited();
  for (let i = 0; i < 3; i++) {
    expect(limit.waitMs('10.0.0.1')).toBe(0);
    limit.count('10.0.0.1');
    pass(1000);
  }
  expect(limit.waitMs('10.0.0.1')).toBe(7000);
  expect(limit.waitMs('10.0.0.2')).toBe(0);
  pass(7000);
  expect(limit.waitMs('10.0.0.1')).toBe(0);
});

test('who has shown who he is starts anew', () => {
  const { limit } = limited();
  for (let i = 0; i < 3; i++) limit.count('10.0.0.1');
  limit.forgive('10.0.0.1');
  expect(limit.waitMs('10.0.0.1')).toBe(0);
});

test('a flood of addresses is forgotten from its oldest end', () => {
  const { limit } = limited();
  for (let i = 0; i < 3; i++) limit.count('10.0.0.1');
  for (let i = 0; i < 4096; i++)
    limit.count(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`);
  expect(limit.waitMs('10.0.0.1')).toBe(0);
});

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:DB8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
