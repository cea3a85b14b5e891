import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Stream } from '../../test/support/recorded-media.ts';
import { makeSpoolStream, spoolOpening, spoolRecording } from '../../test/support/spool-house.ts';
import { type StorageFolder, storageFolder } from '../hub/storage-folder.ts';
import { forwardRecording, writeDay } from '../recordings/forward/forward-steps.ts';
import { openRecordingIndex } from '../recordings/index/recording-index.ts';
import { createFolderTarget } from '../recordings/keeper/folder-target.ts';
import { createSpool } from '../recordings/spool/spool.ts';
import { systemClock } from '../system/clock.ts';
import { type CheckResult, checkRecordings } from './check.ts';

let stream: Stream;
let storage: string;
let folder: StorageFolder;
let printed: string[];
let noted: string[];
beforeAll(async () => {
  stream = await makeSpoolStream(3);
}, 60_000);
beforeEach(() => {
  storage = mkdtempSync(join(tmpdir(), 'check-cli-'));
  folder = storageFolder(storage);
  printed = [];
  noted = [];
  writeFileSync(join(storage, 'config.json'), '{"platforms":[{"platform":"Doorstep","cameras":[]}]}');
});
afterEach(() => rmSync(storage, { recursive: true }));

const log = { debug() {}, info() {}, warn() {}, error() {} };
const terminal = {
  print: (text: string) => void printed.push(text),
  note: (text: string) => void noted.push(text),
  colour: false,
  width: 80,
};
const run = (...flags: ('json' | 'hashes' | 'repair' | 'rebuild')[]) => {
  const on = (flag: (typeof flags)[number]) => flags.includes(flag);
  const all = { json: on('json'), hashes: on('hashes'), repair: on('repair'), rebuild: on('rebuild') };
  return checkRecordings(storage, all, terminal, new AbortController().signal);
};
const result = () => JSON.parse(printed.at(-1) ?? '') as CheckResult;

/** One recording in the embedded target, one in the spool. */
async function fill(): Promise<string> {
  using index = openRecordingIndex({ path: folder.recordingIndex, clock: systemClock, log });
  await using spool = createSpool({ folder: folder.spool, index, clock: systemClock, log });
  const place = { kind: 'embedded' as const, path: folder.recordings, storage, allowOutside: false };
  await using target = createFolderTarget(place, { clock: systemClock });
  const facts = await target.setUp({ id: randomUUID(), sure: true });
  const { id, fileSystem, mounted } = facts;
  index.setTarget({ id, fileSystem, mounted, kind: 'embedded', where: folder.recordings, since: 1 });
  await using session = await target.open(facts);
  const { signal } = new AbortController();
  const recording = await spoolRecording({ spool }, stream, spoolOpening('one'));
  await forwardRecording(recording, { index, spool, session, signal });
  for (const day of index.staleDays(9)) await writeDay(day, { index, spool, session, signal });
  await spoolRecording({ spool }, stream, spoolOpening('two'));
  return join(folder.recordings, `${recording.base}.mp4`);
}

const hubRuns = (running: boolean) =>
  writeFileSync(folder.runFile, JSON.stringify({ running, pid: process.pid, problems: [] }));

describe('with recordings', { timeout: 60_000 }, () => {
  test('all is well, also while the hub runs', async () => {
    await fill();
    expect(await run('hashes')).toBe(0);
    expect(printed.join('\n')).toContain('  ✓ 10 A stored recording is at the target');
    expect(printed.join('\n')).toMatch(
      /2 recordings, 2 segments, 0 pictures, 0 gaps; 0.00 GiB, 6 s of footage\./,
    );
    expect(printed.join('\n')).toContain('Nothing is wrong.');
    hubRuns(true);
    expect(await run('json')).toBe(0);
    expect(result()).toMatchObject({ findings: [], unproven: [], totals: { recordings: 2 } });
  });

  test('what is wrong is named, and mended while nobody else is at it', async () => {
    rmSync(await fill());
    hubRuns(true);
    expect(await run()).toBe(1);
    expect(printed.at(-1)).toContain('  ✗ 10 ');
    expect(printed.at(-1)).toMatch(/not at the target;\s+its footage is lost[^"]+"--repair"/);
    expect(await run('repair')).toBe(2);
    expect(noted.at(-1)).toContain('Stop Homebridge');
    hubRuns(false);
    expect(await run('json', 'repair')).toBe(0);
    expect(result().findings).toMatchObject([{ invariant: 10, repaired: true }]);
    expect(await run('json')).toBe(0);
    expect(result().totals).toMatchObject({ recordings: 1, gaps: 1 });
  });

  test('only the owner of the files may change them', async () => {
    await fill();
    const { uid } = statSync(folder.root);
    const user = vi.spyOn(process, 'getuid').mockReturnValue(uid + 54_321);
    try {
      for (const flag of ['repair', 'rebuild'] as const) {
        expect(await run(flag)).toBe(2);
        expect(noted.at(-1)).toMatch(/belongs to .+ sudo -u /);
      }
      expect(await run()).toBe(0);
    } finally {
      user.mockRestore();
    }
  });

  test('where the target is not the place that it was, half of it is not proven', async () => {
    await fill();
    writeFileSync(join(folder.recordings, '.doorstep.json'), JSON.stringify({ id: randomUUID() }));
    expect(await run()).toBe(2);
    expect(printed.at(-1)).toContain('  ? 10 ');
    expect(await run('rebuild', 'json')).toBe(2);
    expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({ error: { code: expect.any(String) } });
  });

  test('a lost index is made again, and nothing else is changed', async () => {
    await fill();
    for (const end of ['', '-wal', '-shm']) rmSync(folder.recordingIndex + end, { force: true });
    const before = readdirSync(folder.recordings, { recursive: true });
    expect(await run()).toBe(2);
    expect(noted.at(-1)).toContain('doorstep check --rebuild');
    expect(await run('rebuild', 'json', 'hashes')).toBe(0);
    expect(result()).toMatchObject({ rebuilt: { recordings: 1 }, totals: { recordings: 2 }, findings: [] });
    expect(readdirSync(folder.recordings, { recursive: true })).toEqual(before);
  });
});

test('without Homebridge there is nothing to look at', async () => {
  rmSync(join(storage, 'config.json'));
  expect(await run('json')).toBe(2);
  expect(JSON.parse(printed.at(-1) ?? '')).toMatchObject({ error: { code: 'not-homebridge' } });
});
