import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { FakeWatcher } from '../../test/support/fake-watcher.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { grayFrame } from '../../test/support/small-frame.ts';
import type { Camera, SmallFrame, Still } from '../camera/contract.ts';
import type { DetectionConfig } from '../config.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import type { Log } from '../system/log.ts';
import type { DecisionPictures, NewDecision } from './decisions.ts';
import { openHousehold } from './household.ts';
import { createParcels, type Parcels } from './parcels.ts';
import { type CameraMemory, openCameraMemory } from './sight-memory.ts';
import { type CameraWatch, watchCamera } from './watch-camera.ts';
import type { WatcherNews } from './watcher/contract.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const ALL: DetectionConfig = { motionBy: 'both', smallest: 10, shortest: 0.6, people: true, packages: true };
const AS_SHIPPED = {
  zones: { doorstep: [], motion: [], ignore: [] },
  leanings: { motion: 0, person: 0, package: 0 },
};
const PICTURE = { width: 1, height: 1, png: Uint8Array.of(1) };
const BOX = { left: 0.4, top: 0.2, right: 0.6, bottom: 0.9 };
const still: Still = { jpeg: Buffer.from('best'), width: 9, height: 9, takenAt: 0, source: 'decoded' };

let folder: string;
let clock: ManualClock;
let journal: Journal;
let bus: EventBus;
let events: DoorstepEvent[];
let decided: (NewDecision & { pictures: DecisionPictures })[];
let lines: string[];
let disk: Map<string, string>;
let listeners: Set<(frame: SmallFrame) => void>;
let watcher: FakeWatcher;
let stop: AbortController;
let parcels: Parcels;
let memory: CameraMemory;
const log: Log = { debug() {}, info: (line) => lines.push(line), warn() {}, error() {} };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  clock = new ManualClock();
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  bus = new EventBus({ journal, clock, log });
  events = [];
  bus.subscribe((event) => events.push(event));
  decided = [];
  lines = [];
  disk = new Map();
  listeners = new Set();
  watcher = new FakeWatcher();
});
afterEach(() => {
  close();
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

function start(config: Partial<DetectionConfig> = {}): CameraWatch {
  stop = new AbortController();
  const openFile = (path: string) => ({
    read: () => disk.get(path),
    write: (text: string) => void disk.set(path, text),
  });
  memory = openCameraMemory(folder, REF.id, { openFile, clock, log });
  const home = openHousehold(openFile('household'), { clock, log });
  parcels = createParcels({ ref: REF, events: bus, home, memory, clock, log });
  const camera: Pick<Camera, 'ref' | 'onSmallFrame' | 'snapshot'> = {
    ref: REF,
    onSmallFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: async () => ({ ...still, takenAt: clock.now() }),
  };
  return watchCamera(
    {
      ...{
        camera,
        config: { ...ALL, ...config },
        eyes: AS_SHIPPED,
        watcher,
        parcels,
        memory,
        bus,
        clock,
        log,
      },
      decisions: { add: (decision, pictures) => void decided.push({ ...decision, pictures }) },
    },
    stop.signal,
  );
}

function close(): void {
  stop.abort();
  parcels[Symbol.dispose]();
  memory[Symbol.dispose]();
}

const tell = (news: WatcherNews) => watcher.of(REF.id).tell(news);
const moves = (score = 0.2) =>
  tell({
    type: 'motion',
    at: clock.now(),
    score,
    box: BOX,
    scores: { size: 0.3 },
    zone: 'motion',
    picture: PICTURE,
  });
const somebody = (score = 0.5) =>
  tell({
    type: 'person',
    at: clock.now(),
    score,
    box: BOX,
    scores: { looks: 2 },
    zone: 'doorstep',
    picture: PICTURE,
  });
const left = () => tell({ type: 'left', at: clock.now() });
const parcel = (
  phase: 'delivered' | 'removed' | 'corrected',
  decisionId: string,
  more: { supersedes?: string } = {},
) =>
  tell({
    ...{ type: 'package', phase, at: clock.now() - 3000, decidedAt: clock.now(), packageId: 'p', decisionId },
    ...{ count: 1, score: 0.9, box: BOX, rule: 'new-after-visit', scores: { edges: 1 } },
    ...{ before: PICTURE, after: PICTURE, ...more },
  });
const picture = () => {
  const frame = grayFrame({ width: 2, height: 2, at: clock.now(), luma: new Uint8Array(4) });
  for (const listener of listeners) listener(frame);
};
const story = () => events.map(({ kind, phase, label }) => `${label ?? kind} ${phase}`);

test('motion is one start and one end, with where, how sure, and why', () => {
  start();
  for (let index = 0; index < 5; index++) {
    moves();
    clock.advance(200);
  }
  clock.advance(10_000);
  expect(story()).toEqual(['motion start', 'motion end']);
  expect(events[0]).toMatchObject({ camera: REF, zone: 'motion', score: 0.2 });
  expect(decided).toMatchObject([
    {
      ...{ camera: REF, kind: 'motion', phase: 'start', rule: 'moved', eventId: events[0]?.id },
      ...{ score: 0.2, scores: { size: 0.3 }, box: BOX, pictures: { after: PICTURE.png } },
    },
  ]);
});

test('a visit is one episode, decided on once, however still they stand', () => {
  start();
  moves();
  clock.advance(1000);
  somebody();
  somebody(0.6);
  clock.advance(60_000);
  left();
  clock.advance(8_000);
  expect(story()).toEqual(['motion start', 'person update', 'person end']);
  expect(events[1]).toMatchObject({ zone: 'doorstep', score: 0.5 });
  expect(decided.map(({ kind, eventId }) => [kind, eventId])).toEqual([
    ['motion', events[0]?.id],
    ['person', events[1]?.id],
  ]);
  somebody();
  expect(decided.at(-1)).toMatchObject({ kind: 'person', eventId: events.at(-1)?.id });
});

test('a package comes and goes: events, pictures, and a line in the log', () => {
  const watch = start();
  expect(watch.certain).toBe(true);
  parcel('delivered', 'd1');
  clock.advance(2 * 3_600_000);
  parcel('removed', 'd2');
  expect(events).toMatchObject([
    { kind: 'package', phase: 'delivered', zone: 'doorstep', score: 0.9, package: { id: 'p', count: 1 } },
    { phase: 'removed', package: { count: 0, presentForMs: 2 * 3_600_000, verdict: 'unknown' } },
  ]);
  expect(decided).toMatchObject([
    {
      id: 'd1',
      kind: 'package',
      phase: 'delivered',
      eventId: events[0]?.id,
      pictures: { before: PICTURE.png },
    },
    { id: 'd2', phase: 'removed', eventId: events[1]?.id },
  ]);
  expect(lines).toEqual(['A package came.', 'The package is gone (it lay there for 2 h).']);
  parcel('corrected', 'd3', { supersedes: 'd2' });
  expect(events[2]).toMatchObject({ phase: 'corrected', supersedes: events[1]?.id, package: { count: 1 } });
  expect(decided[2]).toMatchObject({ id: 'd3', supersedes: 'd2', eventId: events[2]?.id });
  expect(parcels.here()).toMatchObject([{ id: 'p', eventId: events[0]?.id }]);
});

test('who hears of a package finds it there, with the event that told of it', () => {
  start();
  const found: unknown[] = [];
  bus.subscribe(({ id }) => found.push([id, parcels.here().map(({ eventId }) => eventId)]));
  parcel('delivered', 'd1');
  expect(found).toEqual([[events[0]?.id, [events[0]?.id]]]);
});

test('a restart keeps what lies there, what the eyes remember, and what can be corrected', () => {
  start();
  tell({ type: 'memory', text: 'the empty porch' });
  parcel('delivered', 'd1');
  tell({ type: 'memory', text: 'a box on it' });
  close();
  start();
  expect(watcher.of(REF.id).options[0]?.memory).toBe('a box on it');
  expect(parcels.here()).toMatchObject([{ id: 'p', count: 1 }]);
  parcel('corrected', 'd2', { supersedes: 'd1' });
  expect(events.at(-1)).toMatchObject({ phase: 'corrected', supersedes: events[0]?.id });
  expect(parcels.here()).toEqual([]);
});

test('without its files, a restart still knows what was told, and the eyes may call it something new', () => {
  start();
  parcel('delivered', 'd1');
  close();
  disk.clear();
  start();
  expect(parcels.here()).toMatchObject([{ id: 'p' }]);
  tell({
    ...{ type: 'package', phase: 'removed', at: clock.now(), decidedAt: clock.now(), packageId: 'q' },
    ...{ decisionId: 'd2', count: 0, score: 0.9, box: BOX, rule: 'gone-after-visit', scores: {} },
    ...{ before: PICTURE, after: PICTURE },
  });
  expect(events.at(-1)).toMatchObject({ phase: 'removed', package: { id: 'p' } });
});

test('disarmed, what is under way ends, no picture is handed over, and nothing is told', () => {
  const watch = start();
  picture();
  moves();
  watch.arm(false);
  watch.arm(false);
  expect(story()).toEqual(['motion start', 'motion end']);
  picture();
  for (const say of [moves, somebody, left, () => parcel('delivered', 'd1')]) say();
  expect(watcher.of(REF.id).frames).toHaveLength(1);
  expect(events).toHaveLength(2);
  expect(watch.certain).toBe(false);
  expect(clock.pending).toBe(0);
  watch.arm(true);
  picture();
  expect(watcher.of(REF.id).frames).toHaveLength(2);
});

test('where the camera tells of motion, the picture tells only of people and packages', () => {
  const watch = start({ motionBy: 'camera' });
  moves();
  expect(events).toEqual([]);
  somebody();
  parcel('delivered', 'd1');
  expect(story()).toEqual(['person start', 'package delivered']);
  expect(watch.report(clock.now(), { test: false })).toBe(events[0]?.id);
});

test('nobody looks where nothing is wanted of the picture; packages need people', async () => {
  const watch = start({ motionBy: 'camera', people: false });
  picture();
  expect(watcher.cameraIds).toEqual([]);
  expect(await watch.info()).toBeUndefined();
  expect(watch.report(clock.now(), { test: true })).toBe(events[0]?.id);
});

test('a report gives the id of the episode that it made or extended', () => {
  const watch = start();
  const first = watch.report(clock.now(), { test: true });
  expect(events).toMatchObject([{ id: first, phase: 'start', label: 'motion', test: true }]);
  clock.advance(20_000);
  expect(watch.report(clock.now(), { test: false })).toBe(first);
  clock.advance(29_000);
  expect(events).toHaveLength(1);
  clock.advance(2000);
  expect(events[1]?.phase).toBe('end');
  expect(watch.report(clock.now(), { test: false })).not.toBe(first);
});

test('options, zones and leanings reach the eyes', () => {
  const watch = start({ smallest: 20, shortest: 1.5, packages: false });
  const { options } = watcher.of(REF.id);
  expect(options).toEqual([
    { ...AS_SHIPPED, people: true, packages: false, smallest: 0.2, shortestMs: 1500 },
  ]);
  const leanings = { motion: -0.5, person: 0, package: 0 };
  watch.look({ ...AS_SHIPPED, leanings });
  expect(options[1]).toMatchObject({ leanings });
});

test('without people no package is looked for', () => {
  start({ people: false });
  expect(watcher.of(REF.id).options).toMatchObject([{ people: false, packages: false }]);
});

test('the best picture of a visit is there until the household hides what was seen', async () => {
  const watch = start();
  expect(watch.bestStill()).toBeUndefined();
  somebody();
  await vi.waitFor(() => expect(watch.bestStill()?.jpeg.toString()).toBe('best'));
  left();
  expect(watch.bestStill()).toBeDefined();
  watch.look(AS_SHIPPED);
  expect(watch.bestStill()).toBeUndefined();
});

test('in the dark packages are known and cannot be seen', () => {
  const watch = start();
  tell({ type: 'certainty', at: clock.now(), confirmed: false });
  expect(watch.certain).toBe(false);
});

test('after the end nothing is left', () => {
  const watch = start();
  watch.report(clock.now(), { test: false });
  close();
  moves();
  clock.advance(60_000);
  expect(listeners.size).toBe(0);
  expect(watcher.of(REF.id).closed).toBe(true);
  expect(events).toHaveLength(1);
  expect(clock.pending).toBe(0);
});
