import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
