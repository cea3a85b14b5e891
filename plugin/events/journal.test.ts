import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DoorstepEvent, EVENT_SCHEMA } from '../../protocol/event.ts';
import { systemClock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { openJournal } from './journal.ts';

let folder: string;
let path: string;
let lines: string[];
const log: Log = {
  debug() {},
  info() {},
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};
const open = () => openJournal({ path, clock: systemClock, log });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'journal.sqlite');
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function event(seq: number, parts: Partial<DoorstepEvent> = {}): DoorstepEvent {
  return {
    schema: EVENT_SCHEMA,
    id: `id-${seq}`,
    seq,
    kind: 'doorbell',
    phase: 'ring',
    camera: { id: 'cam-1', name: 'Front door', slug: 'front-door' },
    at: seq * 1000,
    detectedAt: seq * 1000,
    sentAt: seq * 1000,
    ...parts,
  };
}

test('what was appended comes back whole, across a restart, under the same hub id', () => {
  const first = open();
  const events = [1, 2, 3].map((seq) => event(seq));
  for (const each of events) first.append(each);
  const { hubId } = first;
  first[Symbol.dispose]();

  using second = open();
  expect(second.hubId).toBe(hubId);
  expect(second.lastSeq).toBe(3);
  expect(second.since(0, 10)).toEqual({ events, firstKept: 1 });
  expect(second.since(1, 1)).toEqual({ events: [events[1]], firstKept: 1 });
});

test.each([
  [{ limit: 10 }, [5, 4, 3, 2, 1]],
  [{ limit: 2 }, [5, 4]],
  [{ limit: 10, before: 3 }, [2, 1]],
  [{ limit: 10, kinds: ['motion' as const] }, [4, 2]],
  [{ limit: 10, kinds: ['motion' as const, 'storage' as const] }, [5, 4, 2]],
  [{ limit: 10, camera: 'cam-1' }, [4, 3, 2, 1]],
  [{ limit: 10, camera: 'garden' }, [4]],
  [{ limit: 10, from: 2000, to: 3000 }, [3, 2]],
  [{ limit: 10, camera: "' OR 1=1 --" }, []],
])('query %j gives %j', (query, seqs) => {
  using journal = open();
  journal.append(event(1));
  journal.append(event(2, { kind: 'motion', phase: 'start' }));
  journal.append(event(3));
  journal.append(
    event(4, { kind: 'motion', phase: 'end', camera: { id: 'cam-1', name: 'Garden', slug: 'garden' } }),
  );
  const { camera: _, ...ofHub } = event(5, { kind: 'storage', phase: 'gap' });
  journal.append(ofHub);
  expect(journal.query(query).map(({ seq }) => seq)).toEqual(seqs);
});

test('pruning takes from the front only, and numbers are never given again', () => {
  {
    using journal = open();
    for (let seq = 1; seq <= 10; seq++) journal.append(event(seq));
    expect(journal.prune({ olderThan: 0, keepRows: 8 })).toBe(2);
    expect(journal.since(0, 100).firstKept).toBe(3);
    expect(journal.prune({ olderThan: 5000, keepRows: 8 })).toBe(2);
    expect(journal.since(0, 100).firstKept).toBe(5);
    expect(journal.prune({ olderThan: 1e9, keepRows: 8 })).toBe(6);
    expect(journal.since(0, 100)).toEqual({ events: [], firstKept: 11 });
  }
  using again = open();
  expect(again.lastSeq).toBe(10);
});

test('after an end that was not clean no number is given again, however often', () => {
  const crash = () => {
    const journal = open();
    const { lastSeq } = journal;
    cpSync(folder, `${folder}-crashed`, { recursive: true });
    journal[Symbol.dispose]();
    rmSync(folder, { recursive: true });
    renameSync(`${folder}-crashed`, folder);
    return lastSeq;
  };
  expect([crash(), crash(), crash()]).toEqual([0, 1000, 2000]);
  open()[Symbol.dispose]();
  expect(crash()).toBe(3000);
});

test('a number whose event could not be written is not given again', () => {
  {
    using journal = open();
    journal.append(event(1));
    expect(() => journal.append(event(2, { id: 'id-1' }))).toThrow();
  }
  using again = open();
  expect(again.lastSeq).toBeGreaterThan(2);
});

test('an event that seems old but came late does not tear a hole', () => {
  using journal = open();
  journal.append(event(1, { detectedAt: 9000 }));
  journal.append(event(2, { detectedAt: 1000 }));
  expect(journal.prune({ olderThan: 5000, keepRows: 100 })).toBe(0);
});

test.each([
  [
    'not a database at all',
    () => Buffer.from('this is not SQLite, and long enough to be read as a header'.repeat(20)),
  ],
  ['zeroes over the middle', (whole: Buffer) => Buffer.from(whole).fill(0, 4096, whole.length - 1024)],
])('a damaged file (%s) is moved aside and a new journal begins', (_, damage) => {
  const first = open();
  for (let seq = 1; seq <= 200; seq++) first.append(event(seq));
  const { hubId } = first;
  first[Symbol.dispose]();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');

  db.close();
  writeFileSync(path, damage(readFileSync(path)));

  using second = open();
  expect(second.hubId).not.toBe(hubId);
  second.append(event(1));
  expect(second.since(0, 10).events).toHaveLength(1);
  expect(readdirSync(folder).some((name) => name.startsWith('journal.sqlite.broken-'))).toBe(true);
  expect(lines).toHaveLength(1);
});

test('a folder that cannot be made leaves a journal in memory and one sentence', () => {
  writeFileSync(join(folder, 'file'), '');
  path = join(folder, 'file', 'journal.sqlite');
  using journal = open();
  journal.append(event(1));
  expect(journal.query({ limit: 10 })).toHaveLength(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('in memory');
});

test('others can read the file while the hub writes', async () => {
  using journal = open();
  const reader = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const { DatabaseSync } = require('node:sqlite');
     const db = new DatabaseSync(workerData, { readOnly: true });
     const count = db.prepare('SELECT count(*) AS n FROM event');
     let last = 0, reads = 0;
     while (last < 2000) { const { n } = count.get(); if (n < last) throw new Error('went back'); last = n; reads++; }
     db.close();
     parentPort.postMessage(reads);`,
    { eval: true, workerData: path },
  );
  const reads = new Promise<number>((resolve, reject) => {
    reader.once('message', resolve).once('error', reject);
  });
  for (let seq = 1; seq <= 2000; seq++) {
    journal.append(event(seq));
    if (seq % 100 === 0) await new Promise(setImmediate);
  }
  expect(await reads).toBeGreaterThan(0);
});
