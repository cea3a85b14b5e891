import { expect, test, vi } from 'vitest';
import { InOrder } from './in-order.ts';

/** Lines whose jobs end when the test says so, or when they are hurried. */
function lines(most = 3) {
  const done: string[] = [];
  const begun = new Map<string, () => void>();
  const order = new InOrder<string, string>({
    most,
    work(job, signal) {
      if (signal.aborted) return Promise.resolve('hurried');
      const { promise, resolve } = Promise.withResolvers<string>();
      begun.set(job, () => resolve('done'));
      signal.addEventListener('abort', () => resolve('hurried'));
      return promise;
    },
    done: (job, result) => void done.push(`${job} ${result}`),
  });
  return { order, done, begun };
}

test('one line keeps its order', async () => {
  const { order, done, begun } = lines();
  order.add('a', 'a1');
  order.add('a', 'a2');
  expect([...begun.keys()]).toEqual(['a1']);
  begun.get('a1')?.();
  await vi.waitFor(() => expect(begun.has('a2')).toBe(true));
  begun.get('a2')?.();
  await vi.waitFor(() => expect(done).toEqual(['a1 done', 'a2 done']));
});

test('lines do not wait for each other', async () => {
  const { order, done, begun } = lines();
  order.add('a', 'a1');
  order.add('b', 'b1');
  begun.get('b1')?.();
  await vi.waitFor(() => expect(done).toEqual(['b1 done']));
});

test('too many, and the oldest are hurried; none is lost or overtaken', async () => {
  const { order, done, begun } = lines(2);
  for (const job of ['1', '2', '3', '4', '5']) order.add('a', job);
  await vi.waitFor(() => expect(done).toEqual(['1 hurried', '2 hurried', '3 hurried']));
  begun.get('4')?.();
  await vi.waitFor(() => expect(begun.has('5')).toBe(true));
  begun.get('5')?.();
  await vi.waitFor(() => expect(done.slice(3)).toEqual(['4 done', '5 done']));
});

test('a line that was worked off takes new jobs', async () => {
  const { order, done, begun } = lines();
  order.add('a', '1');
  begun.get('1')?.();
  await vi.waitFor(() => expect(done).toHaveLength(1));
  order.add('a', '2');
  begun.get('2')?.();
  await vi.waitFor(() => expect(done).toEqual(['1 done', '2 done']));
});

test('closed, nothing is done any more', async () => {
  const { order, done, begun } = lines();
  order.add('a', '1');
  order.add('a', '2');
  order.close();
  order.add('a', '3');
  begun.get('1')?.();
  await new Promise(setImmediate);
  expect(done).toEqual([]);
  expect([...begun.keys()]).toEqual(['1']);
});
