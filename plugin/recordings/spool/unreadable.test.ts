import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SpoolHouse, spoolHouse } from '../../../test/support/spool-house.ts';

let house: SpoolHouse;
beforeEach(() => {
  house = spoolHouse();
});
afterEach(() => house[Symbol.dispose]());

test('what nobody understands counts, is told of, and goes when its time is over', async () => {
  mkdirSync(join(house.folder, 'strange'), { recursive: true });
  writeFileSync(join(house.folder, 'strange', '000.m4s'), 'something');
  await house.spool.recover();
  const setAsideAt = house.clock.now();
  await house.spool.settle(true);
  expect(house.spool.unreadable).toEqual({ entries: 1, bytes: 9 });
  expect(house.spool.problems).toMatchObject([{ code: 'spool-unreadable' }]);
  const folder = join(house.folder, 'unreadable');
  writeFileSync(join(folder, 'mine.txt'), 'of the owner');
  await house.spool.removeUnreadable(setAsideAt);
  expect(readdirSync(folder)).toEqual([`${setAsideAt}-strange`, 'mine.txt']);
  await house.spool.removeUnreadable(setAsideAt + 1);
  expect(readdirSync(folder)).toEqual(['mine.txt']);
  expect(house.spool.unreadable.bytes).toBe(12);
});
