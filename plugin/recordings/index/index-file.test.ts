import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { baseOf, DAY, DOOR, HASH, IndexHouse } from '../../../test/support/index-house.ts';
import { openRecordingIndex } from './recording-index.ts';

let house: IndexHouse;
beforeEach(() => {
  house = new IndexHouse();
});
afterEach(() => house[Symbol.dispose]());

test('another program reads while the hub writes, and changes nothing', () => {
  house.close('A');
  using reader = openRecordingIndex({ ...house.options, readOnly: true });
  house.store('B', { at: DAY + 60_000 });
  expect(reader.list({ limit: 9 }).map(({ id }) => id)).toEqual(['B', 'A']);
  expect(reader.damage()).toEqual([]);
  expect(() => reader.deleting(['A'])).toThrow(/readonly/);
  expect(house.index.get('A')?.state).toBe('closed');
});

describe('a file that is no good', () => {
  test('is moved aside, and an empty index begins', () => {
    house.close('A');
    house.reopen(() => {
      writeFileSync(house.path, 'this is no database, but long enough to look like one'.repeat(100));
      for (const name of readdirSync(house.folder))
        if (/-(wal|shm)$/.test(name)) rmSync(join(house.folder, name));
    });
    expect([house.index.isNew, house.said.length]).toEqual([true, 1]);
    expect(readdirSync(house.folder).some((name) => name.includes('.broken-'))).toBe(true);
  });

  test('is noticed where it is not read at opening, and moved aside at the next one', () => {
    for (let made = 0; made < 100; made++) house.close(`A${made}`, { at: DAY + made * 60_000, segments: 30 });
    house.reopen(() => {
      const pages = pagesOf(house.path, 'segment');
      const file = openSync(house.path, 'r+');
      for (const page of pages) writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, (page - 1) * 4096);
      closeSync(file);
    });
    expect(house.index.isNew).toBe(false);
    expect(house.index.problem).toBeUndefined();
    for (const id of ['A50', 'A51', 'A52']) expect(() => house.index.segments(id)).toThrow();
    expect(house.said).toEqual([expect.stringContaining('is damaged')]);
    expect(house.index.problem).toMatchObject({
      code: 'index-damaged',
      what: expect.stringContaining(house.path),
    });
    house.reopen();
    expect([house.index.isNew, house.index.problem]).toEqual([true, undefined]);
    house.reopen();
    expect(house.said).toHaveLength(2);
  });

  test('is refused where it cannot be written: in memory it would be lost', () => {
    const taken = join(house.folder, 'file');
    writeFileSync(taken, '');
    expect(() => openRecordingIndex({ ...house.options, path: join(taken, 'recordings.sqlite') })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'index-unwritable' }) }),
    );
  });
});

test('a process that is killed while it writes loses nothing that it told', { timeout: 30_000 }, async () => {
  const killed = join(house.folder, 'killed.sqlite');
  const module = new URL('./recording-index.ts', import.meta.url).href;
  const code = `
    import { openRecordingIndex } from ${JSON.stringify(module)};
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const index = openRecordingIndex({ path: ${JSON.stringify(killed)}, clock: { now: Date.now }, log });
    const camera = ${JSON.stringify(DOOR)};
    const at = ${DAY};
    index.open({ id: 'A', camera, kind: 'continuous', at, startedAt: at, eventIds: [] }, ${JSON.stringify(baseOf('A', 'continuous', DAY))});
    for (let n = 0; ; n++) {
      index.addSegment('A', { n, startedAt: at + n, endedAt: at + n + 1, bytes: n, sha256: '${HASH}', tier: 'disk' });
      fs.writeSync(1, n + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', `import fs from 'node:fs';${code}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    told += chunk;
    if (told.split('\n').length > 50) child.kill('SIGKILL');
  });
  await ended;
  const last = Number(told.split('\n').at(-2));
  using survived = openRecordingIndex({ ...house.options, path: killed });
  expect(last).toBeGreaterThan(40);
  expect(survived.segments('A').length).toBeGreaterThan(last);
  expect(survived.get('A')?.state).toBe('open');
});

test('one of an older version can be read by the hub alone', () => {
  const path = join(house.folder, 'old.sqlite');
  using old = new DatabaseSync(path);
  old.exec('PRAGMA user_version = 1');
  expect(() => openRecordingIndex({ ...house.options, path, readOnly: true })).toThrow('another version');
});

test('the file of an older version becomes an empty index', () => {
  house.reopen(() => {
    rmSync(house.path);
    using old = new DatabaseSync(house.path);
    old.exec('CREATE TABLE clip (id TEXT); CREATE TABLE snapshot (id TEXT); PRAGMA user_version = 1');
  });
  expect(house.index.isNew).toBe(true);
  house.store('A');
  expect(house.index.get('A')?.state).toBe('stored');
});

function pagesOf(file: string, table: string): number[] {
  using db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const leaves = db.prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'`).all(table);
  return leaves.map(({ pageno }) => Number(pageno));
}
