import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { GateHouse, PIN } from '../../../test/support/gate-house.ts';
import { hashTyped, isTyped } from '../../system/scrypt-hash.ts';
import { LOCK_MS, TRIES } from './lockout.ts';
import { PIN_COST } from './pin.ts';

const begin = () => new GateHouse().begin();
const wrong = { refusal: 'wrong-pin' };

test('T4: the sixth guess is not looked at, right or wrong, also after a restart', async () => {
  await using house = await begin();
  const guess = (pin: string) => house.gate.approvers.refusePin(house.owner.id, pin);
  for (let n = 0; n < TRIES; n += 1) expect(await guess(`wrong ${n}`)).toEqual(wrong);
  expect(await guess(PIN)).toEqual({ refusal: 'locked', lockedMs: LOCK_MS });
  await house.restart();
  expect(await guess(PIN)).toEqual({ refusal: 'locked', lockedMs: LOCK_MS });
  // Nor by a clock set forward.
  house.clock.step(2 * LOCK_MS);
  house.clock.advance(LOCK_MS - 1);
  expect(await guess(PIN)).toEqual({ refusal: 'locked', lockedMs: 1 });
  house.clock.advance(1);
  expect(await guess(PIN)).toBeUndefined();
  await house.gate.tick();
  const told = house.log.map(({ kind, facts }) => ('triesLeft' in facts ? facts.triesLeft : kind));
  expect(told.slice(-6)).toEqual([4, 3, 2, 1, 0, 'pin-locked']);
});

test('T4: a right one makes the wrong ones before it forgotten', async () => {
  await using house = await begin();
  const guess = (pin: string) => house.gate.approvers.refusePin(house.owner.id, pin);
  for (let round = 0; round < 3; round += 1) {
    for (let n = 1; n < TRIES; n += 1) expect(await guess('wrong one')).toEqual(wrong);
    expect(await guess(PIN)).toBeUndefined();
  }
});

test('T4: many guesses at once are no more than many in turn', async () => {
  await using house = await begin();
  const guesses = Array.from({ length: 40 }, (_, n) =>
    house.gate.approvers.refusePin(house.owner.id, `wrong ${n}`),
  );
  const answers = await Promise.all(guesses);
  expect(answers.filter((answer) => answer?.refusal === 'wrong-pin').length).toBeLessThanOrEqual(TRIES);
  expect(answers.some((answer) => answer?.refusal === 'busy')).toBe(true);
});

test('T4: a try that the gate did not live to answer counts', async () => {
  await using house = await begin();
  for (let n = 0; n < TRIES; n += 1) {
    // Counted before it is compared: the answer is not waited for.
    const guess = house.gate.approvers.refusePin(house.owner.id, 'wrong one');
    await Promise.resolve();
    expect(house.gate.store.people.approver(house.owner.id)?.guesses.wrong).toBe((n + 1) % TRIES);
    await guess;
  }
});

test('T4: whoever is not there gets the same answer after the same work', async () => {
  await using house = new GateHouse({ pinCost: { N: 2 ** 14, r: 8, p: 1 } });
  await house.begin();
  const time = async (id: string) => {
    const before = performance.now();
    expect(await house.gate.approvers.refusePin(id, 'wrong one')).toEqual(wrong);
    return performance.now() - before;
  };
  await time('nobody');
  const times = { there: [] as number[], nobody: [] as number[] };
  for (let n = 0; n < 4; n += 1) {
    times.there.push(await time(house.owner.id));
    times.nobody.push(await time('nobody'));
  }
  // A bound that a busy machine keeps: without the work it is a hundredth.
  expect(Math.min(...times.nobody)).toBeGreaterThan(Math.min(...times.there) / 4);
});

test.each([
  ['12345', 'pin-length'],
  ['', 'pin-length'],
  ['x'.repeat(257), 'pin-length'],
])('%j is no PIN', async (pin, refusal) => {
  await using house = await begin();
  expect(await house.gate.approvers.add('Second', pin)).toEqual({ refusal });
});

test.each(['', 'two\nlines', 'a\u202eb', 'x'.repeat(81)])('%j is no name', async (name) => {
  await using house = await begin();
  expect(await house.gate.approvers.add(name, PIN)).toEqual({ refusal: 'name-unusable' });
});

test('a PIN opens its own hash only, at the full cost, while others go on', async () => {
  let turns = 0;
  const beat = setInterval(() => {
    turns += 1;
  }, 5);
  const stored = await hashTyped('schöne 6', PIN_COST);
  expect(stored).toMatch(/^scrypt\$131072\$8\$1\$/);
  expect(stored).not.toContain('sch');
  expect(await isTyped('schöne 6'.normalize('NFD'), stored)).toBe(true);
  clearInterval(beat);
  expect(turns).toBeGreaterThan(0);
  const cheap = await hashTyped('123456', { N: 16, r: 8, p: 1 });
  expect(await isTyped('123457', cheap)).toBe(false);
  await expect(isTyped('x', 'plain')).rejects.toThrow('unknown form');
});
