import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Log } from '../system/log.ts';
import { openSqliteFile } from './sqlite-file.ts';

const log: Log = { debug() {}, info() {}, warn() {}, error() {} };

// Numbers of https://www.sqlite.org/pragma.html#pragma_synchronous
test.each([
  [{}, 1],
  [{ durability: 'normal' as const }, 1],
  [{ durability: 'full' as const }, 2],
])('%j is synchronous = %d', (options, synchronous) => {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-'));
  const path = join(folder, 'x.sqlite');
  const db = openSqliteFile({
    path,
    what: 'list',
    migrations: [],
    clock: new ManualClock(),
    log,
    ...options,
  });
  expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous });
  db.close();
  rmSync(folder, { recursive: true });
});
