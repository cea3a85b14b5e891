import { expect, test } from 'vitest';
import { SharedWork } from './shared-work.ts';

function slow() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const signals: AbortSignal[] = [];
  const begin = (signal: AbortSignal) => {
    signals.push(signal);
    return promise;
  };
  return { begin, resolve, signals };
}

test('it is done once for all who wait, and anew afterwards', async () => {
  const work = new SharedWork<string, string>();
  const { begin, resolve, signals } = slow();
  const { signal } = new AbortController();
  const both = [work.run('a', signal, begin), work.run('a', signal, begin)];
  resolve('done');
  expect(await Promise.all(both)).toEqual(['done', 'done']);
  expect(signals).toHaveLength(1);
  await work.run('a', signal, begin);
  expect(signals).toHaveLength(2);
});

test('who leaves ends it for nobody else; the last ends it', async () => {
  const work = new SharedWork<string, string>();
  const { begin, signals } = slow();
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = [work.run('a', first.signal, begin), work.run('a', second.signal, begin)];
  first.abort();
  await expect(waiting[0]).rejects.toThrow();
  expect(signals[0]?.aborted).toBe(false);
  second.abort();
  await expect(waiting[1]).rejects.toThrow();
  expect(signals[0]?.aborted).toBe(true);
});
