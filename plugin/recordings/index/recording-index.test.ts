import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GapReason } from '../../../protocol/event.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Log } from '../../system/log.ts';
import { recordingBase } from '../layout.ts';
import type { Recording, RecordingKind, Segment } from '../recording.ts';
import type { RecordingIndex } from './contract.ts';
import { openRecordingIndex } from './recording-index.ts';

const DOOR = { id: 'c1', name: 'Front door', slug: 'front-door' };
const HASH = 'ab'.repeat(32);
const HEAD = { bytes: 100, sha256: '01'.repeat(32) };
const TAIL = { bytes: 10, sha256: '02'.repeat(32) };
const DAY = Date.UTC(2026, 10, 22, 12);

let folder: string;
let path: string;
let index: RecordingIndex;
const said: string[] = [];
const say = (message: string) => void said.push(message);
const log: Log = { debug: say, info: say, warn: say, error: say };
const clock = new ManualClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'index-'));
  path = join(folder, 'recordings.sqlite');
  said.length = 0;
  index = reopen();
});
afterEach(() => {
  index[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const reopen = () => openRecordingIndex({ path, clock, log });
const segment = (n: number, startedAt: number, facts: Partial<Segment> = {}): Segment => ({
  ...{ n, startedAt, endedAt: startedAt + 10_000, bytes: 1000, sha256: HASH, tier: 'disk' },
  ...facts,
});
const baseOf = (id: string, kind: RecordingKind, at: number, camera = DOOR) =>
  recordingBase(camera.slug, kind, id, at);

interface Made {
  kind?: RecordingKind;
  at?: number;
  camera?: typeof DOOR;
  segments?: number;
}

function open(id: string, { kind = 'doorbell', at = DAY, camera = DOOR }: Made = {}): void {
  index.open({ id, camera, kind, at, startedAt: at, eventIds: [id] }, baseOf(id, kind, at, camera));
}

function close(id: string, made: Made = {}): void {
  const { at = DAY, segments = 2 } = made;
  open(id, made);
  for (let n = 0; n < segments; n++) index.addSegment(id, segment(n, at + n * 10_000));
  index.close(id, { wrap: { head: HEAD, tail: TAIL }, eventIds: [id] });
}

function store(id: string, made: Made = {}): void {
  close(id, made);
  index.forwarding(id);
  index.stored(id, { bytes: index.get(id)?.bytes ?? 0, sha256: HASH });
}

/** Brings a recording named A there. */
const REACH: Record<string, () => void> = {
  none: () => {},
  open: () => open('A'),
  closed: () => close('A'),
  forwarding: () => {
    close('A');
    index.forwarding('A');
  },
  stored: () => store('A'),
  deleting: () => {
    store('A');
    index.deleting(['A']);
  },
};

const STEPS: Record<string, { run: () => void; from: string[] }> = {
  open: { run: () => open('A'), from: ['none'] },
  'add a segment': {
    run: () => index.addSegment('A', segment(index.segments('A').length, DAY)),
    from: ['open'],
  },
  close: {
    run: () => {
      if (index.get('A')?.state === 'open') index.addSegment('A', segment(0, DAY));
      index.close('A', { wrap: { head: HEAD, tail: TAIL }, eventIds: [] });
    },
    from: ['open'],
  },
  forget: { run: () => index.forget('A'), from: ['open'] },
  forwarding: { run: () => index.forwarding('A'), from: ['closed', 'forwarding'] },
  stored: {
    run: () => index.stored('A', { bytes: index.get('A')?.bytes ?? 0, sha256: HASH }),
    from: ['forwarding'],
  },
  unstored: { run: () => index.unstored('A'), from: ['stored'] },
  unspooled: { run: () => index.unspooled('A'), from: ['stored', 'deleting'] },
  deleting: { run: () => index.deleting(['A']), from: ['closed', 'forwarding', 'stored', 'deleting'] },
  remove: { run: () => index.remove('A'), from: ['deleting'] },
  pin: { run: () => index.setKeep('A', 'pinned'), from: ['open', 'closed', 'forwarding', 'stored'] },
};

describe('the life of a row', () => {
  test.each(
    Object.entries(STEPS).flatMap(([step, { from }]) =>
      Object.keys(REACH).map((state) => [step, state, from.includes(state)] as const),
    ),
  )('%s of one that is %s: %j', (step, state, allowed) => {
    REACH[state]?.();
    const before = index.get('A');
    if (allowed) return STEPS[step]?.run();
    expect(() => STEPS[step]?.run()).toThrow(/\bA\b/);
    expect(index.get('A')).toEqual(before);
  });

  test('from its first picture to its removal', () => {
    open('A');
    expect(index.get('A')).toEqual({
      ...{ id: 'A', camera: DOOR, kind: 'doorbell', eventIds: ['A'], startedAt: DAY, endedAt: DAY, bytes: 0 },
      ...{ state: 'open', base: baseOf('A', 'doorbell', DAY), spooled: true },
    } satisfies Recording);
    index.addSegment('A', segment(0, DAY, { tier: 'rolling' }));
    index.addSegment('A', segment(1, DAY + 10_000));
    expect(index.get('A')?.endedAt).toBe(DAY + 20_000);
    expect(index.totals()).toMatchObject({ clips: 1, spooledBytes: 2000, bufferedMs: 20_000 });
    index.moveSegment('A', 0, 'disk');
    expect(index.segments('A')).toEqual([segment(0, DAY), segment(1, DAY + 10_000)]);
    index.close('A', { wrap: { head: HEAD, tail: TAIL }, eventIds: ['A', 'B'] });
    expect(index.get('A')).toMatchObject({
      ...{ state: 'closed', bytes: 2110, eventIds: ['A', 'B'], wrap: { head: HEAD, tail: TAIL } },
    });
    index.forwarding('A');
    index.stored('A', { bytes: 2110, sha256: HASH });
    expect(index.storedAndSpooled(9).map(({ id }) => id)).toEqual(['A']);
    index.unspooled('A');
    expect(index.get('A')).toMatchObject({ state: 'stored', sha256: HASH, spooled: false });
    expect(index.totals()).toEqual({
      clips: 1,
      continuous: 0,
      bytes: 2110,
      oldestAt: DAY,
      spooledBytes: 0,
      bufferedMs: 0,
    });
    index.deleting(['A']);
    expect(index.toDelete(9).map(({ id }) => id)).toEqual(['A']);
    expect(index.list({ limit: 9 })).toEqual([]);
    index.remove('A');
    expect([index.get('A'), index.segments('A')]).toEqual([undefined, []]);
  });

  test('what is written survives reopening', () => {
    close('A');
    index[Symbol.dispose]();
    index = reopen();
    expect(index.isNew).toBe(false);
    expect(index.get('A')).toMatchObject({ state: 'closed' });
    expect(said).toEqual([]);
  });
});

describe('footage of a stretch of time', () => {
  const MIN = 60_000;
  const spans = (from: number, to: number, camera = 'front-door') =>
    index.spans(camera, DAY + from, DAY + to).map(({ from, to, kind }) => [from - DAY, to - DAY, kind]);

  test('is cut to the stretch, joined where nothing is missing, and each kind for itself', () => {
    store('C1', { kind: 'continuous', segments: 6 });
    close('C2', { kind: 'continuous', at: DAY + MIN + 1000, segments: 6 });
    close('E', { at: DAY + 30_000 });
    open('O', { kind: 'motion', at: DAY + 10 * MIN });
    expect(spans(-MIN, 20 * MIN)).toEqual([
      [0, 2 * MIN + 1000, 'continuous'],
      [30_000, 50_000, 'event'],
    ]);
    expect(spans(35_000, 40_000)).toEqual([
      [35_000, 40_000, 'continuous'],
      [35_000, 40_000, 'event'],
    ]);
    expect(spans(20 * MIN, 30 * MIN)).toEqual([]);
    expect(spans(0, MIN, 'c1')).toEqual(spans(0, MIN));
    expect(spans(0, MIN, 'yard')).toEqual([]);
  });

  test.each([
    [
      'a pause within a recording',
      [0, 10_000, 25_000],
      [
        [0, 20_000],
        [25_000, 35_000],
      ],
    ],
    ['a picture that was late', [0, 11_400], [[0, 21_400]]],
    ['a clock that was set back a little', [0, 10_000, 5000], [[0, 20_000]]],
  ] as const)('%s', (_, starts, wanted) => {
    open('A', { kind: 'continuous' });
    for (const [n, at] of starts.entries()) index.addSegment('A', segment(n, DAY + at));
    expect(spans(-MIN, MIN)).toEqual(wanted.map((span) => [...span, 'continuous']));
    const again = { ...index.get('A'), id: 'B', base: baseOf('B', 'continuous', DAY) } as Recording;
    index.forget('A');
    index.restore(
      again,
      starts.map((at, n) => segment(n, DAY + at)),
    );
    expect(spans(-MIN, MIN)).toEqual(wanted.map((span) => [...span, 'continuous']));
  });

  test('what is very long is found from its end as well, and what is being deleted is not', () => {
    open('L');
    for (let n = 0; n < 200; n++) index.addSegment('L', segment(n, DAY + n * 10_000));
    expect(spans(33 * MIN, 40 * MIN)).toEqual([[33 * MIN, 2_000_000, 'event']]);
    index.close('L', { wrap: { head: HEAD, tail: TAIL }, eventIds: ['L'] });
    expect(index.list({ from: DAY + 33 * MIN, limit: 9 }).map(({ id }) => id)).toEqual(['L']);
    index.deleting(['L']);
    expect(spans(0, 40 * MIN)).toEqual([]);
  });
});

test('lists by time, kind, state and camera, a renamed one too', () => {
  const yard = { id: 'c2', name: 'Yard', slug: 'yard' };
  store('A', { at: DAY });
  close('B', { at: DAY + 60_000, kind: 'continuous' });
  open('C', { at: DAY + 120_000, camera: yard });
  const ids = (query: Parameters<RecordingIndex['list']>[0]) => index.list(query).map(({ id }) => id);
  expect(ids({ limit: 9 })).toEqual(['C', 'B', 'A']);
  expect(ids({ limit: 2, order: 'oldest' })).toEqual(['A', 'B']);
  expect(ids({ limit: 9, kind: 'clips' })).toEqual(['C', 'A']);
  expect(ids({ limit: 9, kind: 'continuous' })).toEqual(['B']);
  expect(ids({ limit: 9, states: ['stored', 'open'] })).toEqual(['C', 'A']);
  expect(ids({ limit: 9, camera: 'yard' })).toEqual(['C']);
  expect(ids({ limit: 9, from: DAY + 15_000, to: DAY + 60_000 })).toEqual(['B', 'A']);
  open('D', { at: DAY + 180_000, camera: { ...yard, name: 'Garden', slug: 'garden' } });
  expect(ids({ limit: 9, camera: 'garden' })).toEqual(['D', 'C']);
  expect(index.get('C')).toMatchObject({
    camera: { name: 'Garden' },
    base: expect.stringContaining('yard/'),
  });
  expect([index.lastContinuousEnd('c1'), index.lastContinuousEnd('c2')]).toEqual([DAY + 80_000, undefined]);
});

test('what goes out goes clips first, and what may be removed is known by its place', () => {
  close('K', { kind: 'continuous', at: DAY - 60_000 });
  close('B', { at: DAY + 1000 });
  close('A', { at: DAY });
  index.forwarding('A');
  store('S', { at: DAY - 120_000 });
  index.setKeep('S', 'pinned');
  expect(index.toForward(9).map(({ id }) => id)).toEqual(['A', 'B', 'K']);
  expect(index.kept('spooled').map(({ id, kind }) => [id, kind])).toEqual(
    expect.arrayContaining([
      ['A', 'clip'],
      ['B', 'clip'],
      ['K', 'continuous'],
    ]),
  );
  expect(index.kept('stored')).toEqual([
    { id: 'S', kind: 'clip', endedAt: DAY - 100_000, bytes: 2110, keep: true },
  ]);
  index.deleting(['S', 'B']);
  expect(index.toDelete(9).map(({ id }) => id)).toEqual(['B']);
});

describe('what has to be written again at the target', () => {
  test('a day, until it was written as it is now', () => {
    store('A');
    const day = 'front-door/2026/11/22';
    expect(index.staleDays(9)).toEqual([day]);
    expect(index.ofDay(day).map(({ id }) => id)).toEqual(['A']);
    store('B', { at: DAY + 60_000 });
    index.dayWritten(day);
    expect(index.staleDays(9)).toEqual([day]);
    expect(index.ofDay(day).map(({ id }) => id)).toEqual(['A', 'B']);
    index.dayWritten(day);
    expect(index.staleDays(9)).toEqual([]);
    index.deleting(['A']);
    expect(index.staleDays(9)).toEqual([day]);
  });

  test('a sidecar, until it was written as it is now', () => {
    store('A');
    close('B');
    for (const id of ['A', 'B']) index.setKeep(id, 'pinned');
    expect(index.staleSidecars(9).map(({ id }) => id)).toEqual(['A']);
    index.setKeep('A', undefined);
    index.sidecarWritten('A');
    expect(index.staleSidecars(9).map(({ id, keep }) => [id, keep])).toEqual([['A', undefined]]);
    index.sidecarWritten('A');
    expect(index.staleSidecars(9)).toEqual([]);
  });
});

test('gaps of one reason that touch are one, and what was given up is counted', () => {
  const gap = (from: number, to: number, reason: GapReason = 'camera-offline') => ({
    camera: DOOR,
    from,
    to,
    reason,
  });
  index.addGap(gap(0, 1000));
  index.addGap(gap(1000, 3000));
  index.addGap(gap(5000, 6000));
  index.addGap(gap(2000, 2500, 'privacy'));
  expect(index.gaps({ from: 0, to: 9000 })).toEqual([
    gap(0, 3000),
    gap(2000, 2500, 'privacy'),
    gap(5000, 6000),
  ]);
  expect(index.gaps({ camera: 'front-door', from: 4000, to: 9000 })).toEqual([gap(5000, 6000)]);
  const now = clock.now();
  expect(index.droppedSince(0)).toEqual({ recordings: 0, bytes: 0 });
  index.addGap(gap(100, 200, 'spool-full'), { bytes: 70 });
  index.addGap(gap(200, 300, 'spool-full'), { bytes: 30 });
  expect(index.droppedSince(now)).toEqual({ recordings: 2, bytes: 100, last: gap(200, 300, 'spool-full') });
  expect(index.droppedSince(now + 1)).toEqual({ recordings: 0, bytes: 0 });
  index.removeGapsBefore(3001);
  expect(index.gaps({ from: 0, to: 9000 })).toEqual([gap(5000, 6000)]);
  expect(() => index.addGap(gap(2, 1))).toThrow('before it begins');
});

test('snapshots go to the target and away', () => {
  const picture = {
    ...{ id: 'A', camera: DOOR, at: DAY, base: baseOf('A', 'doorbell', DAY), state: 'closed' as const },
    ...{ bytes: 5, sha256: HASH },
  };
  index.putSnapshot(picture);
  open('A');
  expect(index.get('A')?.snapshotId).toBe('A');
  expect(index.snapshotsToForward(9)).toEqual([picture]);
  index.putSnapshot({ ...picture, state: 'stored' });
  expect([index.snapshotsToForward(9), index.snapshotsBefore(DAY)]).toEqual([[], []]);
  expect(index.snapshotsBefore(DAY + 1)).toEqual([{ ...picture, state: 'stored' }]);
  index.putSnapshot({ ...picture, state: 'deleting' });
  expect(() => index.putSnapshot(picture)).toThrow('cannot become closed');
  index.removeSnapshot('A');
  expect(index.getSnapshot('A')).toBeUndefined();
  expect(() => index.putSnapshot({ ...picture, base: '../A' })).toThrow('no place');
});

test('what was found is taken in once, and nothing that is known changes', () => {
  store('A');
  const known = index.get('A') as Recording;
  const parts = index.segments('A');
  expect(index.restore({ ...known, bytes: 1 }, [])).toBe(false);
  expect(index.restore({ ...known, id: 'B', base: baseOf('B', 'doorbell', DAY), keep: 'held' }, parts)).toBe(
    true,
  );
  expect(index.get('A')).toEqual(known);
  expect(index.get('B')).toEqual({ ...known, id: 'B', base: baseOf('B', 'doorbell', DAY), keep: 'held' });
  expect(index.segments('B')).toEqual(parts);
  expect(() => index.restore({ ...known, id: 'C' }, [])).toThrow('no place');
  expect(() =>
    index.restore({ ...known, id: 'C', base: baseOf('C', 'doorbell', DAY) }, [segment(1, DAY)]),
  ).toThrow('holes');
});

test('another target has nothing yet', () => {
  close('W');
  close('F');
  index.forwarding('F');
  store('S');
  store('G');
  index.unspooled('G');
  index.leaveTarget();
  const states = ['W', 'F', 'S', 'G'].map((id) => index.get(id)?.state);
  expect(states).toEqual(['closed', 'closed', 'closed', undefined]);
  expect(index.get('S')?.sha256).toBeUndefined();
  expect(index.staleDays(9)).toEqual([]);
});

test('what is at the target and no good goes there again, as long as it is in the spool', () => {
  store('A');
  index.unstored('A');
  expect(index.get('A')).toMatchObject({ state: 'closed', spooled: true });
  expect(index.get('A')?.sha256).toBeUndefined();
  index.forwarding('A');
  index.stored('A', { bytes: 2110, sha256: HASH });
  index.unspooled('A');
  expect(() => index.unstored('A')).toThrow('left the spool');
});

test('another program reads while the hub writes, and changes nothing', () => {
  close('A');
  using reader = openRecordingIndex({ path, clock, log, readOnly: true });
  store('B', { at: DAY + 60_000 });
  expect(reader.list({ limit: 9 }).map(({ id }) => id)).toEqual(['B', 'A']);
  expect(reader.damage()).toEqual([]);
  expect(() => reader.deleting(['A'])).toThrow(/readonly/);
  expect(index.get('A')?.state).toBe('closed');
});

test('the marker of the target is known again', () => {
  expect([index.isNew, index.target()]).toEqual([true, undefined]);
  const known = { id: 'u', kind: 'folder', where: '/mnt/nas', fileSystem: 'nfs4', mounted: true, since: 1 };
  index.setTarget({ ...known, since: 0 });
  index.setTarget(known);
  index[Symbol.dispose]();
  index = reopen();
  expect([index.isNew, index.target()]).toEqual([false, known]);
});

describe('a file that is no good', () => {
  test('is moved aside, and an empty index begins', () => {
    close('A');
    index[Symbol.dispose]();
    writeFileSync(path, 'this is no database, but long enough to look like one'.repeat(100));
    for (const name of readdirSync(folder)) if (/-(wal|shm)$/.test(name)) rmSync(join(folder, name));
    index = reopen();
    expect([index.isNew, said.length]).toEqual([true, 1]);
    expect(readdirSync(folder).some((name) => name.includes('.broken-'))).toBe(true);
  });

  test('is noticed where it is not read at opening, and moved aside at the next one', () => {
    for (let made = 0; made < 100; made++) close(`A${made}`, { at: DAY + made * 60_000, segments: 30 });
    index[Symbol.dispose]();
    const pages = pagesOf(path, 'segment');
    const file = openSync(path, 'r+');
    for (const page of pages) writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, (page - 1) * 4096);
    closeSync(file);
    index = reopen();
    expect(index.isNew).toBe(false);
    expect(() => index.segments('A50')).toThrow();
    expect(said).toEqual([expect.stringContaining('is damaged')]);
    index[Symbol.dispose]();
    index = reopen();
    expect(index.isNew).toBe(true);
    index[Symbol.dispose]();
    index = reopen();
    expect(said).toHaveLength(2);
  });

  test('is refused where it cannot be written: in memory it would be lost', () => {
    index[Symbol.dispose]();
    const taken = join(folder, 'file');
    writeFileSync(taken, '');
    expect(() => openRecordingIndex({ path: join(taken, 'recordings.sqlite'), clock, log })).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'index-unwritable' }) }),
    );
    index = reopen();
  });
});

test('a process that is killed while it writes loses nothing that it told', { timeout: 30_000 }, async () => {
  const killed = join(folder, 'killed.sqlite');
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
  using survived = openRecordingIndex({ path: killed, clock, log });
  expect(last).toBeGreaterThan(40);
  expect(survived.segments('A').length).toBeGreaterThan(last);
  expect(survived.get('A')?.state).toBe('open');
});

function pagesOf(file: string, table: string): number[] {
  using db = new DatabaseSync(file);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const leaves = db.prepare(`SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'`).all(table);
  return leaves.map(({ pageno }) => Number(pageno));
}

test('the file of an older version becomes an empty index', () => {
  index[Symbol.dispose]();
  rmSync(folder, { recursive: true });
  folder = mkdtempSync(join(tmpdir(), 'index-'));
  path = join(folder, 'recordings.sqlite');
  const old = new DatabaseSync(path);
  old.exec('CREATE TABLE clip (id TEXT); CREATE TABLE snapshot (id TEXT); PRAGMA user_version = 1');
  old.close();
  index = reopen();
  expect(index.isNew).toBe(true);
  store('A');
  expect(index.get('A')?.state).toBe('stored');
});
