import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type FolderPlace, makeFolderPlace } from '../../../test/support/folder-place.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import type { Stream } from '../../../test/support/recorded-media.ts';
import {
  makeSpoolStream,
  type SpoolHouse,
  spoolHouse,
  spoolOpening,
  spoolRecording,
} from '../../../test/support/spool-house.ts';
import { systemClock } from '../../system/clock.ts';
import { type Target, TargetError, type TargetFault, type TargetSession } from '../keeper/contract.ts';
import { createFolderTarget } from '../keeper/folder-target.ts';
import type { NewGap } from '../recording.ts';
import { TargetWatch } from '../target-status.ts';
import { Forwarder } from './forwarder.ts';
import type { TakeStock } from './stock-taking.ts';
import { TargetLink } from './target-link.ts';

let stream: Stream;
let house: SpoolHouse;
let place: FolderPlace;
let clock: ManualClock;
let forwarder: Forwarder;
let watch: TargetWatch;
let gaps: NewGap[];
let full: number;
/** Sessions so far, and calls that failed. */
let opened: number;
let calls: string[];
let takeStock: TakeStock;
/** Faults of calls whose method and path have this in them. */
let faults: Map<string, TargetFault>;

beforeAll(async () => {
  stream = await makeSpoolStream(4);
}, 60_000);
beforeEach(async () => {
  house = spoolHouse();
  place = await makeFolderPlace('embedded');
  clock = new ManualClock();
  gaps = [];
  full = 0;
  opened = 0;
  calls = [];
  takeStock = async () => {};
  faults = new Map();
  const { path: where } = place.config;
  const shared = { index: house.index, spool: house.spool, clock, log: house.log };
  const link = new TargetLink({ ...shared, target: failing(), place: { kind: 'embedded', where } });
  watch = new TargetWatch(clock, () => {});
  forwarder = new Forwarder({
    ...{ ...shared, link, watch, place: { kind: 'embedded', where } },
    noteGap: (gap) => {
      gaps.push(gap);
      house.index.addGap(gap);
    },
    takeStock: (...given) => takeStock(...given),
    onFull: () => {
      full += 1;
    },
    onNews: () => {},
  });
});
afterEach(async () => {
  await forwarder[Symbol.asyncDispose]();
  expect(clock.pending).toBe(0);
  await place[Symbol.asyncDispose]();
  house[Symbol.dispose]();
});

/** The real folder, but for the calls that shall fail. */
function failing(): Target {
  const folder = createFolderTarget(place.config, { clock: systemClock });
  return {
    async open(known, signal) {
      opened += 1;
      return withFaults(await folder.open(known, signal));
    },
    setUp: (options, signal) => folder.setUp(options, signal),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function withFaults(session: TargetSession): TargetSession {
  return new Proxy(session, {
    get(target, name: keyof TargetSession) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      return (...rest: unknown[]) => {
        const call = `${String(name)} ${rest[0]}`;
        const [, fault] = [...faults].find(([part]) => call.includes(part)) ?? [];
        if (fault) calls.push(call);
        if (fault) return Promise.reject(new TargetError(fault, `${call}: no.`));
        return Reflect.apply(value, target, rest);
      };
    },
  });
}

const add = (id: string) => spoolRecording(house, stream, spoolOpening(id));
const state = (id: string) => house.index.get(id)?.state;
const waitFor = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });
const settled = (...ids: string[]) => waitFor(() => expect(ids.map(state)).toEqual(ids.map(() => 'stored')));
const atTarget = (name: string) => place.raw.all().then((all) => all.filter((each) => each.includes(name)));

test('one recording that fails stands back, and the others arrive', async () => {
  for (const id of ['one', 'two', 'three']) await add(id);
  faults.set('-two', 'failed');
  forwarder.start();
  await settled('one', 'three');
  await waitFor(() => expect(forwarder.problems).toMatchObject([{ code: 'recordings-held-up' }]));
  expect([state('two'), watch.status.state]).toEqual(['forwarding', 'ready']);
  faults.clear();
  clock.advance(60_000);
  await settled('two');
  await waitFor(() => expect(forwarder.problems).toEqual([]));
});

test('a target that takes nothing is at fault itself, is asked to make room, and is tried again', async () => {
  faults.set('.mp4', 'full');
  await add('one');
  forwarder.start();
  await waitFor(() =>
    expect(watch.status).toMatchObject({ state: 'refused', problem: { code: 'disk-full' } }),
  );
  expect(full).toBe(1);
  clock.advance(1000);
  await waitFor(() => expect(full).toBe(2));
  expect(watch.status.state).toBe('refused');
  faults.clear();
  clock.advance(2000);
  await settled('one');
  await waitFor(() => expect(watch.status).toMatchObject({ state: 'ready' }));
});

test('whoever sees that the target is back does not have to wait for it to be tried', async () => {
  faults.set('.mp4', 'denied');
  await add('one');
  forwarder.start();
  await waitFor(() => expect(watch.status.state).toBe('refused'));
  await waitFor(() => expect(clock.pending).toBeGreaterThan(0));
  faults.clear();
  forwarder.tryNow();
  await settled('one');
});

test('a damaged index is a problem', () => {
  const problem = { code: 'index-damaged', what: 'It is damaged.', cure: 'Restart.' };
  const damaged = vi.spyOn(house.index, 'problem', 'get').mockReturnValue(problem);
  expect(forwarder.problems).toEqual([problem]);
  damaged.mockRestore();
  expect(forwarder.problems).toEqual([]);
});

test('several files in a row that fail mean the target', async () => {
  faults.set('.mp4', 'corrupt');
  for (const id of ['one', 'two', 'three', 'four']) await add(id);
  forwarder.start();
  await waitFor(() => expect(watch.status.state).toBe('refused'));
  expect(house.index.list({ states: ['forwarding'], limit: 9 })).toHaveLength(3);
  faults.clear();
  clock.advance(60_000);
  await settled('one', 'two', 'three', 'four');
});

test('what is damaged in the spool stays there, with a gap for what is lost, and the others arrive', async () => {
  await add('one');
  await add('two');
  const segment = join(house.folder, 'one', '001.m4s');
  const bytes = readFileSync(segment);
  bytes.writeUInt8(bytes.readUInt8(100) ^ 0xff, 100);
  writeFileSync(segment, bytes);
  forwarder.start();
  await settled('two');
  await waitFor(() => expect(forwarder.problems).toMatchObject([{ code: 'recording-damaged' }]));
  expect(house.index.get('one')).toMatchObject({ state: 'forwarding', spooled: true });
  const { startedAt: from, endedAt: to } = house.index.segments('one')[1] ?? {};
  await waitFor(() => expect(gaps).toMatchObject([{ from, to, reason: 'damaged' }]));
  clock.advance(3_600_000);
  await add('three');
  forwarder.news();
  await settled('three');
  expect(gaps).toHaveLength(1);
  expect(await atTarget('-one.mp4')).toEqual([]);
});

test('a removal takes file and sidecar, then the row, and a day that is empty goes', async () => {
  await add('one');
  forwarder.start();
  await settled('one');
  await waitFor(() => expect(house.index.staleDays(9)).toEqual([]));
  expect(await atTarget('index.jsonl')).toHaveLength(1);
  house.index.deleting(['one']);
  forwarder.news();
  await waitFor(() => expect(house.index.get('one')).toBeUndefined());
  clock.advance(120_000);
  await waitFor(() => expect(house.index.staleDays(9)).toEqual([]));
  await vi.waitFor(async () => expect(await place.raw.all()).toEqual(['.doorstep.json']));
});

test('a day is written at most every two minutes, and at the end', async () => {
  await add('one');
  forwarder.start();
  await settled('one');
  await waitFor(() => expect(house.index.staleDays(9)).toEqual([]));
  await add('two');
  forwarder.news();
  await settled('two');
  expect(house.index.staleDays(9)).toHaveLength(1);
  await forwarder[Symbol.asyncDispose]();
  expect(house.index.staleDays(9)).toEqual([]);
  const [day = ''] = await atTarget('index.jsonl');
  expect(
    String(await place.raw.read(day))
      .trim()
      .split('\n'),
  ).toHaveLength(2);
});

test('what a crash left between the target and the spool is finished', async () => {
  const target = createFolderTarget(place.config, { clock: systemClock });
  const facts = await target.setUp({ id: randomUUID(), sure: false });
  house.index.setTarget({ ...facts, kind: 'embedded', where: place.config.path, since: 1 });
  const { bytes } = await add('one');
  house.index.forwarding('one');
  house.index.stored('one', { bytes, sha256: '0'.repeat(64) });
  await add('two');
  house.index.deleting(['two']);
  forwarder.start();
  await waitFor(() => expect(house.index.get('one')).toMatchObject({ state: 'stored', spooled: false }));
  await waitFor(() => expect(house.index.get('two')).toBeUndefined());
});

test.each<TargetFault>(['denied', 'missing', 'failed'])(
  'old files that cannot be removed (%s) keep no new footage from leaving',
  async (fault) => {
    const old = ['one', 'two', 'three', 'four'];
    for (const id of old) await add(id);
    forwarder.start();
    await settled(...old);
    faults.set('remove front-door', fault);
    house.index.deleting(old);
    await add('new');
    const away: string[] = [];
    const spy = vi.spyOn(watch, 'away').mockImplementation((to) => void away.push(to));
    forwarder.news();
    await settled('new');
    await waitFor(() => expect(forwarder.problems).toMatchObject([{ code: 'recordings-held-up' }]));
    expect([watch.status.state, away]).toEqual(['ready', []]);
    spy.mockRestore();
    faults.clear();
    // One that was on its way meanwhile stands back from a later moment on.
    await waitFor(() => {
      clock.advance(60_000);
      expect(old.map((id) => house.index.get(id))).toEqual(old.map(() => undefined));
    });
  },
);

test('a sidecar and a day that cannot be written keep no new footage from leaving', async () => {
  await add('one');
  forwarder.start();
  await settled('one');
  await waitFor(() => expect(house.index.staleDays(9)).toEqual([]));
  faults.set('readText', 'missing');
  faults.set('index.jsonl', 'denied');
  house.index.setKeep('one', 'pinned');
  clock.advance(130_000);
  await add('two');
  forwarder.news();
  await settled('two');
  await waitFor(() => expect(forwarder.problems).toMatchObject([{ code: 'recordings-held-up' }]));
  expect(watch.status.state).toBe('ready');
});

test('a recording on which the target hangs twice lets the others go first', async () => {
  for (const id of ['one', 'two', 'three']) await add(id);
  faults.set('-one', 'stuck');
  forwarder.start();
  await waitFor(() => expect(watch.status.state).toBe('missing'));
  await waitFor(() => expect(clock.pending).toBeGreaterThan(0));
  expect(state('two')).toBe('closed');
  clock.advance(1_000);
  await settled('two', 'three');
  await waitFor(() => expect(watch.status.state).toBe('ready'));
  expect(calls).toHaveLength(2);
  expect(forwarder.problems).toMatchObject([{ code: 'recordings-held-up' }]);
  faults.clear();
  clock.advance(60_000);
  await settled('one');
});

test('what cannot be looked through is a problem until it can, and nothing goes meanwhile', async () => {
  takeStock = () => Promise.reject(new TargetError('denied', 'backup: no.'));
  await add('one');
  forwarder.start();
  await settled('one');
  await waitFor(() => expect(forwarder.problems).toMatchObject([{ code: 'target-unread' }]));
  expect(forwarder.problems[0]?.what).toContain('backup: no.');
  expect(forwarder.rebuilding).toBeDefined();
  await waitFor(() => expect(clock.pending).toBeGreaterThan(0));
  const before = opened;
  clock.advance(119_000);
  await waitFor(() => expect(opened).toBeGreaterThan(before));
  takeStock = async () => {};
  clock.advance(60_000);
  await waitFor(() => expect(forwarder.problems).toEqual([]));
  expect(forwarder.rebuilding).toBeUndefined();
});

test('a target that hangs holds up the end for a moment only', async () => {
  await add('one');
  let hangs = false;
  takeStock = () => {
    hangs = true;
    return new Promise(() => {});
  };
  forwarder.start();
  await waitFor(() => expect(hangs).toBe(true));
  await settled('one');
  const started = clock.monotonic();
  let closed = false;
  void forwarder[Symbol.asyncDispose]().then(() => {
    closed = true;
  });
  await vi.waitFor(() => {
    if (!closed) clock.advance(100);
    expect(closed).toBe(true);
  }, 10_000);
  expect(clock.monotonic() - started).toBeLessThan(5_000);
});
