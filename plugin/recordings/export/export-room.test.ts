import { expect, test } from 'vitest';
import { hasExportRoom } from './export-room.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

test.each([
  ['a large disk', 1000 * GIB, 2 * GIB + 512 * MIB],
  ['a small one', 8 * GIB, 0.15 * 8 * GIB],
])('on %s an export ends while there is room for what waits', (_name, totalBytes, least) => {
  expect(hasExportRoom({ totalBytes, freeBytes: Math.ceil(least) })).toBe(true);
  expect(hasExportRoom({ totalBytes, freeBytes: Math.floor(least) - 1 })).toBe(false);
});
