import { expect, it } from 'vitest';
import type { StorageInfo } from '../../protocol/api.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { ToldStorage } from '../../test/support/told-storage.ts';
import { followStorage, LOOK_MS } from './follow-storage.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const settled = () => new Promise((resolve) => setImmediate(resolve));

function follow(storage: ToldStorage) {
  const clock = new ManualClock();
  const seen: string[] = [];
  const stop = followStorage(storage, { clock, log: quiet }, ({ target }, why) => {
    seen.push(`${target.state} ${why}`);
  });
  return { clock, seen, stop };
}

it('looks at once, after news, and each minute without', async () => {
  const storage = new ToldStorage();
  const { clock, seen, stop } = follow(storage);
  await settled();
  storage.become({ target: { state: 'missing' } });
  await settled();
  clock.advance(LOOK_MS);
  await settled();
  expect(seen).toEqual(['ready news', 'missing news', 'missing minute']);
  stop();
  storage.become({ target: { state: 'ready' } });
  await settled();
  expect([seen.length, clock.pending, storage.listening]).toEqual([3, 0, 0]);
});

it('looks once more, and only once, for all news that come while it looks', async () => {
  const storage = new ToldStorage();
  const answer = Promise.withResolvers<StorageInfo>();
  const { storage: really } = storage;
  storage.storage = () => {
    storage.storage = really;
    return answer.promise;
  };
  const { seen, stop } = follow(storage);
  const before = storage.info;
  for (let n = 0; n < 9; n++) storage.become({ target: { state: 'missing', since: n } });
  answer.resolve(before);
  await settled();
  expect(seen).toEqual(['ready news', 'missing news']);
  stop();
});

it('goes on after a look that failed, and says nothing of one that ends after it', async () => {
  const storage = new ToldStorage();
  const { storage: really } = storage;
  storage.storage = () => Promise.reject(new Error('the index is closed'));
  const { clock, seen, stop } = follow(storage);
  await settled();
  storage.storage = really;
  clock.advance(LOOK_MS);
  await settled();
  expect(seen).toEqual(['ready minute']);
  storage.become({});
  stop();
  await settled();
  expect(seen).toHaveLength(1);
});
