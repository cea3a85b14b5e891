import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Ballast } from './ballast.ts';

let folder: string;
let ballast: Ballast;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ballast-'));
  ballast = new Ballast(join(folder, 'index'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('is given up when the database has no room, and is made again', async () => {
  using db = new DatabaseSync(':memory:');
  db.exec('CREATE TABLE t (a); PRAGMA max_page_count = 2');
  const fill = () => db.exec('INSERT INTO t VALUES (zeroblob(100000))');
  expect(() => ballast.use(fill)).toThrow('full');
  await ballast.make();
  expect(statSync(join(folder, 'index.ballast')).size).toBe(8 * 2 ** 20);
  ballast.use(() => {
    // The room that it leaves.
    if (readdirSync(folder).length === 0) db.exec('PRAGMA max_page_count = 1000');
    fill();
  });
  expect(readdirSync(folder)).toEqual([]);
  await ballast.make();
  expect(readdirSync(folder)).toEqual(['index.ballast']);
});

test('stays whatever else goes wrong', async () => {
  await ballast.make();
  const fail = () => {
    throw new Error('not that');
  };
  expect(() => ballast.use(fail)).toThrow('not that');
  expect(readdirSync(folder)).toEqual(['index.ballast']);
});
