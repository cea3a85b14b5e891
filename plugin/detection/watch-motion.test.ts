import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { grayFrame } from '../../test/support/small-frame.ts';
import type { Camera, SmallFrame } from '../camera/contract.ts';
import { EventBus } from '../events/bus.ts';
import { type Journal, openJournal } from '../events/journal.ts';
import type { Log } from '../system/log.ts';
import { watchMotion } from './watch-motion.ts';

const REF = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
let folder: string;
let clock: ManualClock;
let journal: Journal;
let events: DoorstepEvent[];
let listeners: Set<(frame: SmallFrame) => void>;
let stop: AbortController;
let watch: ReturnType<typeof watchMotion>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'motion-'));
  clock = new ManualClock();
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  events = [];
  listeners = new Set();
  stop = new AbortController();
  const bus = new EventBus({ journal, clock, log });
  bus.subscribe((event) => events.push(event));
  // Only what the watcher uses of a camera.
  const camera: Pick<Camera, 'ref' | 'onSmallFrame'> = {
    ref: REF,
    onSmallFrame(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  watch = watchMotion({ camera, bus, clock, log }, stop.signal);
});
afterEach(() => {
  stop.abort();
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** So many seconds of a wall, with a dark block that moves by `speed` pixels a picture. */
function play(seconds: number, speed = 0): void {
  for (let index = 0; index < seconds * 5; index++) {
    const luma = new Uint8Array(160 * 90).fill(120);
    for (let y = 30; y < 70 && speed > 0; y++) {
      for (let x = 0; x < 16; x++) luma[y * 160 + ((index * speed + x) % 160)] = 40;
    }
    for (const listener of listeners) listener(grayFrame({ width: 160, height: 90, at: clock.now(), luma }));
    clock.advance(200);
  }
}

test('a visit is one start and one end, dated to the last motion', () => {
  play(5);
  play(6, 8);
  const lastMotion = clock.now();
  play(12);
  expect(events.map(({ kind, phase }) => `${kind} ${phase}`)).toEqual(['motion start', 'motion end']);
  expect(events[0]).toMatchObject({ camera: REF, label: 'motion', score: expect.any(Number) });
  expect(Math.abs((events[1]?.at ?? 0) - lastMotion)).toBeLessThan(1500);
});

test('a report gives the id of the episode that it made or extended', () => {
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

test('disarmed, what is under way ends at once, and nothing that moves is told', () => {
  play(5);
  play(3, 8);
  expect(events.map(({ phase }) => phase)).toEqual(['start']);
  watch.arm(false);
  expect(events.map(({ phase }) => phase)).toEqual(['start', 'end']);
  play(10, 8);
  watch.arm(false);
  expect(events).toHaveLength(2);
  expect(clock.pending).toBe(0);
});

test('armed again, it tells of what moves then, not of what changed meanwhile', () => {
  play(5);
  watch.arm(false);
  watch.arm(true);
  // The same wall with something new that stands still.
  const luma = new Uint8Array(160 * 90).fill(120);
  luma.fill(30, 0, 160 * 45);
  for (let index = 0; index < 25; index++) {
    for (const listener of listeners) listener(grayFrame({ width: 160, height: 90, at: clock.now(), luma }));
    clock.advance(200);
  }
  expect(events).toEqual([]);
  play(6, 8);
  expect(events.map(({ phase }) => phase)).toContain('start');
});

test('after the abort nothing is left', () => {
  watch.report(clock.now(), { test: false });
  stop.abort();
  clock.advance(60_000);
  expect(listeners.size).toBe(0);
  expect(events).toHaveLength(1);
});
