import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { openSigner, type Signer } from '../keys.ts';
import { type AuditLog, type NewEntry, openAuditLog } from './audit-log.ts';
import { careDaily, RETENTION_MS } from './daily-care.ts';
import { entryOf, parseLine } from './entry.ts';
import { parseHeads } from './heads.ts';
import { logPaths, readLogFiles } from './log-files.ts';
import { verifyLog } from './verify-log.ts';

const DAY_MS = 24 * 3600_000;
let home: string;
let folder: string;
let paths: ReturnType<typeof logPaths>;
let signer: Signer;
let clock: ManualClock;
let warnings: string[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'audit-log-'));
  folder = join(home, 'log');
  paths = logPaths(folder);
  signer = openSigner(join(home, 'keys'));
  clock = new ManualClock();
  warnings = [];
});
afterEach(() => rmSync(home, { recursive: true }));

const log = { warn: (message: string) => void warnings.push(message) };
const opened = () => openAuditLog({ folder, signer, clock, log });
const revoked = (share: string): NewEntry => ({ at: clock.now(), kind: 'revoke-begun', facts: { share } });
const problem = (code: string) => expect.objectContaining({ problem: expect.objectContaining({ code }) });
async function verdict() {
  const files = await readLogFiles(folder);
  const { lines = [], heads = [], headsRest = '' } = files ?? {};
  return verifyLog(lines, heads, { headsRest, publicKeySsh: signer.publicKeySsh });
}
const kinds = (lines: readonly string[]) =>
  lines.map((text) => {
    const line = parseLine(text);
    return typeof line === 'string' ? line : (entryOf(line)?.kind ?? 'gone');
  });
async function fill(count: number): Promise<void> {
  await using auditLog = await opened();
  for (let number = 1; number <= count; number++) await auditLog.append(revoked(`share-${number}`));
}

test('it begins with its key and a head, and goes on after a restart', async () => {
  await fill(2);
  await using auditLog = await opened();
  await auditLog.append(revoked('share-3'));
  expect(kinds(await auditLog.lines())).toEqual([
    'log-begun',
    'revoke-begun',
    'revoke-begun',
    'revoke-begun',
  ]);
  expect(await verdict()).toMatchObject({ ok: true, entries: 4, underHeads: 3, key: signer.publicKeySsh });
  expect(statSync(paths.lines).mode & 0o777).toBe(0o600);
  expect(statSync(paths.heads).mode & 0o777).toBe(0o600);
});

test('entries stand in the order in which they were told, however many at once', async () => {
  await using auditLog = await opened();
  await Promise.all(Array.from({ length: 30 }, (_, number) => auditLog.append(revoked(`share-${number}`))));
  const lines = await auditLog.lines();
  expect(lines.slice(1).map((line) => /share-\d+/.exec(line)?.[0])).toEqual(
    Array.from({ length: 30 }, (_, number) => `share-${number}`),
  );
  expect((await verdict()).ok).toBe(true);
});

test('a head is signed after a release, and when one is asked for; never twice for the same', async () => {
  await using auditLog = await opened();
  await auditLog.append({ at: 1, kind: 'release-ended', facts: { share: 'one', outcome: 'delivered' } });
  expect(await verdict()).toMatchObject({ entries: 2, underHeads: 2 });
  await auditLog.append(revoked('one'));
  expect(await verdict()).toMatchObject({ entries: 3, underHeads: 2 });
  const head = await auditLog.signedHead();
  expect(await auditLog.signedHead()).toEqual(head);
  expect(parseHeads(readFileSync(paths.heads, 'utf8')).heads.map(({ size }) => size)).toEqual([1, 2, 3]);
  expect(parseHeads(`Dear owner,\r\n\r\n${head.note}\r\nbye`).heads).toEqual([head]);
});

test.each([
  ['a PIN beside the facts', 'pin-refused', { triesLeft: 4, pin: '1234' }],
  ['a name instead of an id', 'recipient-removed', { recipient: 'Mrs Miller' }],
  ['a program that switches sharing on', 'sharing-switched', { on: true, by: 'program' }],
  ['free text as a reason', 'release-ended', { share: 'one', outcome: 'failed', why: 'The man in red' }],
])('%s has no place in it', async (_, kind, facts) => {
  await using auditLog = await opened();
  await expect(auditLog.append({ at: 1, kind, facts } as NewEntry)).rejects.toThrow(TypeError);
  await auditLog.append(revoked('share-1'));
  expect(await verdict()).toMatchObject({ ok: true, entries: 2 });
});

test('a second writer is refused, and taken once the first has closed', async () => {
  const one = await opened();
  await expect(opened()).rejects.toThrow(problem('share-log-in-use'));
  await one[Symbol.asyncDispose]();
  await expect(one.append(revoked('late'))).rejects.toThrow('closed');
  await using two = await opened();
  await two.append(revoked('share-1'));
});

describe('after a crash', () => {
  test.each([
    ['half a line', '{"body":{"at":1'],
    ['a length without bytes', '\0\0\0\0'],
    ['zeros, and the end of a line', '\0\0\0\0dex":2}\n'],
  ])('%s at the end is removed and noted', async (_, rest) => {
    await fill(1);
    appendFileSync(paths.lines, rest);
    expect(await verdict()).toMatchObject({ ok: true, entries: 2 });
    await using auditLog = await opened();
    const lines = await auditLog.lines();
    expect(kinds(lines)).toEqual(['log-begun', 'revoke-begun', 'line-cut-off']);
    expect(lines[2]).toContain(`{"bytes":${rest.length}}`);
    expect(await verdict()).toMatchObject({ ok: true, entries: 3 });
  });

  test('in its very first line, it begins again', async () => {
    await fill(0);
    truncateSync(paths.lines, 20);
    rmSync(paths.heads);
    await fill(1);
    expect(await verdict()).toMatchObject({ ok: true, entries: 2 });
  });

  test('kill -9 while it writes: what was told is there, and the log verifies', async () => {
    const program = join(import.meta.dirname, '../../../test/support/append-entries.ts');
    const child = spawn(process.execPath, [program, join(home, 'keys'), folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    let told = 0;
    for await (const line of createInterface(child.stdout)) {
      told = Number(line);
      if (told === 9) child.kill('SIGKILL');
    }
    await exited;
    expect(await verdict()).toMatchObject({ ok: true });
    await using auditLog = await opened();
    expect((await auditLog.lines()).join()).toContain(`"share-${told}"`);
    await auditLog.append(revoked('after'));
    expect(await verdict()).toMatchObject({ ok: true });
  });
});

describe('a log that is not what it was', () => {
  const changes: [string, () => void][] = [
    [
      'changed',
      () => writeFileSync(paths.lines, readFileSync(paths.lines, 'utf8').replace('share-1', 'share-7')),
    ],
    ['cut off', () => truncateSync(paths.lines, readFileSync(paths.lines, 'utf8').indexOf('\n') + 1)],
    ['gone', () => rmSync(paths.lines)],
    ['without its heads', () => rmSync(paths.heads)],
    ['with something else among its heads', () => appendFileSync(paths.heads, 'x')],
  ];
  test.each(changes)('%s: it is not written to', async (_, change) => {
    await fill(3);
    await fill(0);
    change();
    await expect(opened()).rejects.toThrow(problem('share-log-wrong'));
    await expect(opened()).rejects.toThrow(problem('share-log-wrong'));
  });

  test('with another key: neither', async () => {
    await fill(1);
    signer = openSigner(join(home, 'other-keys'));
    await expect(opened()).rejects.toThrow('names a key that is not the one of this house');
  });

  test('an older copy put back, with its heads: only what left the house tells', async () => {
    await fill(2);
    const copies = [paths.lines, paths.heads].map((path) => [path, `${path}.backup`] as const);
    for (const [path, backup] of copies) copyFileSync(path, backup);
    await fill(3);
    await using auditLog = await opened();
    const mailed = await auditLog.signedHead();
    for (const [path, backup] of copies) copyFileSync(backup, path);
    expect(await verdict()).toMatchObject({ ok: true });
    const files = await readLogFiles(folder);
    const { findings } = verifyLog(files?.lines ?? [], files?.heads ?? [], { outsideHeads: [mailed] });
    expect(findings).toMatchObject([{ code: 'head-beyond' }]);
  });
});

test('a folder that others may enter is refused', async () => {
  await fill(1);
  chmodSync(folder, 0o755);
  await expect(opened()).rejects.toThrow(problem('sharing-open'));
});

test('what cannot be written is said, and the next entry finds its place', async () => {
  await using auditLog = await opened();
  await auditLog.append(revoked('share-1'));
  const text = readFileSync(paths.lines);
  // A folder in its place cannot be written to, whoever tries.
  rmSync(paths.lines);
  mkdirSync(paths.lines);
  await expect(auditLog.append(revoked('share-2'))).rejects.toThrow(problem('share-log-unwritable'));
  await expect(auditLog.signedHead()).rejects.toThrow(problem('share-log-unwritable'));
  rmdirSync(paths.lines);
  writeFileSync(paths.lines, `${text}{"body":`);
  await auditLog.append(revoked('share-3'));
  expect(kinds(await auditLog.lines())).toEqual([
    'log-begun',
    'revoke-begun',
    'line-cut-off',
    'revoke-begun',
  ]);
  expect((await verdict()).ok).toBe(true);
});

describe('texts', () => {
  test('go when their time is over; the chain and old heads hold', async () => {
    await fill(2);
    clock.advance(RETENTION_MS / 2);
    await fill(1);
    const old = parseHeads(readFileSync(paths.heads, 'utf8')).heads;
    clock.advance(RETENTION_MS / 2 + DAY_MS);
    await using auditLog = await opened();
    expect(await auditLog.dropTexts(clock.now() - RETENTION_MS)).toBe(2);
    expect(await auditLog.dropTexts(clock.now() - RETENTION_MS)).toBe(0);
    expect(kinds(await auditLog.lines())).toEqual([
      'log-begun',
      'gone',
      'gone',
      'revoke-begun',
      'texts-dropped',
    ]);
    const files = await readLogFiles(folder);
    expect(verifyLog(files?.lines ?? [], files?.heads ?? [], { outsideHeads: old })).toMatchObject({
      ...{ ok: true, dropped: 2, underHeads: 5 },
    });
    await auditLog.append(revoked('share-4'));
    expect((await verdict()).ok).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(['heads.txt', 'lock', 'log.jsonl']);
  });

  test('daily care drops them and signs a head, until it is told to stop', async () => {
    await using auditLog = await opened();
    const stop = new AbortController();
    const rounds = vi.spyOn(clock, 'after');
    const done = careDaily(auditLog, { clock, log, signal: stop.signal });
    const round = async (number: number) => vi.waitFor(() => expect(rounds).toHaveBeenCalledTimes(number));
    await round(1);
    await auditLog.append(revoked('share-1'));
    clock.advance(DAY_MS);
    await round(2);
    expect(await verdict()).toMatchObject({ ok: true, entries: 2, underHeads: 2 });
    clock.advance(RETENTION_MS);
    await round(3);
    expect(await verdict()).toMatchObject({ ok: true, entries: 3, underHeads: 3 });
    clock.advance(RETENTION_MS + DAY_MS);
    await round(4);
    expect(kinds(await auditLog.lines())).toEqual(['log-begun', 'gone', 'texts-dropped']);
    stop.abort();
    await done;
    expect(warnings).toEqual([]);
  });

  test('what fails in daily care is said, and tried again', async () => {
    const stop = new AbortController();
    const dropTexts = vi
      .fn<AuditLog['dropTexts']>()
      .mockRejectedValueOnce(new Error('no room'))
      .mockResolvedValue(0);
    const auditLog = { dropTexts, signedHead: vi.fn() } as unknown as AuditLog;
    const done = careDaily(auditLog, { clock, log, signal: stop.signal });
    await vi.waitFor(() => expect(warnings).toEqual(['The log of shares has no head of today: no room']));
    await vi.waitFor(() => {
      clock.advance(DAY_MS);
      expect(auditLog.signedHead).toHaveBeenCalled();
    });
    stop.abort();
    await done;
  });
});
