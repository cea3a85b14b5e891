import { expect, it } from 'vitest';
import { DEADLINES, deadlineOf, replyMs, restMs } from './deadline.ts';
import type { Request } from './messages.ts';

it.each<[Request, number]>([
  [{ method: 'open' }, DEADLINES.open],
  [{ method: 'setUp', id: 'id', sure: false }, DEADLINES.open],
  [{ method: 'put', session: 1, path: 'a', pieces: [] }, DEADLINES.copy],
  [{ method: 'stat', session: 1, path: 'a', hash: true }, DEADLINES.copy],
  [{ method: 'stat', session: 1, path: 'a', hash: false }, DEADLINES.small],
  [{ method: 'read', session: 1, path: 'a', from: 0, to: 1 }, DEADLINES.small],
  [{ method: 'close', session: 1 }, DEADLINES.small],
])('%j has so long to show progress', (request, ms) => {
  expect(deadlineOf(request, DEADLINES)).toBe(ms);
});

it.each([
  [0, 20_000],
  [2 ** 20, 21_000],
  [300 * 2 ** 20, 320_000],
  [2 ** 40, 600_000],
])('a server that has %i bytes may take %i ms to answer', (bytes, ms) => {
  expect(replyMs(bytes)).toBe(ms);
});

it.each([
  [0, 0],
  [1, 0],
  [2, 1000],
  [4, 5000],
  [6, 30_000],
  [100, 30_000],
])('after %i failures in a row a keeper rests %i ms', (failures, ms) => {
  expect(restMs(failures)).toBe(ms);
});
