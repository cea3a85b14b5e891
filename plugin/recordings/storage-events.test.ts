import { beforeEach, expect, test } from 'vitest';
import type { EventDraft, GapReason } from '../../protocol/event.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { StorageEvents } from './storage-events.ts';
import type { TargetStatus } from './target-status.ts';

const CAMERA = { id: 'c', name: 'Front door', slug: 'front-door' };
const problem = { code: 'target-missing', what: 'It is away.', cure: 'Mount it.' };
let clock: ManualClock;
let published: EventDraft[];
let crashed: boolean;
let events: StorageEvents;

beforeEach(() => {
  clock = new ManualClock();
  published = [];
  crashed = false;
  events = new StorageEvents({
    clock,
    publish: (draft) => published.push(draft),
    waiting: () => ({ bufferedMs: 5000, hoursLeft: 2 }),
    crashed: () => crashed,
  });
});

const target = (state: TargetStatus['state']) =>
  events.target({ state, since: clock.now(), ...(state !== 'ready' && { problem }) });

test('a target that is away for half a minute is told, once, and so is its return', () => {
  const from = clock.now();
  target('missing');
  clock.advance(20_000);
  target('refused');
  expect(published).toEqual([]);
  clock.advance(10_000);
  expect(published).toEqual([
    {
      ...{ kind: 'storage', phase: 'nas-missing', at: from + 30_000 },
      storage: { reason: 'It is away.', from, bufferedMs: 5000, hoursLeft: 2 },
    },
  ]);
  clock.advance(60_000);
  target('missing');
  target('ready');
  expect(published).toHaveLength(2);
  expect(published[1]).toMatchObject({ phase: 'nas-back', storage: { from, to: clock.now() } });
  expect(clock.pending).toBe(0);
});

test('a short absence is not told', () => {
  target('starting');
  target('missing');
  clock.advance(29_000);
  target('ready');
  clock.advance(100_000);
  expect(published).toEqual([]);
});

const gap = (from: number, to: number, reason: GapReason = 'spool-full') =>
  events.gap({ camera: CAMERA, from, to, reason });

test('what is given up within a minute is one event', () => {
  gap(100, 200);
  gap(50, 120);
  gap(150, 900);
  gap(1, 2, 'disk-full');
  clock.advance(60_000);
  expect(published).toMatchObject([
    { phase: 'gap', camera: CAMERA, storage: { reason: 'spool-full', from: 50, to: 900 } },
    { phase: 'gap', camera: CAMERA, storage: { reason: 'disk-full', from: 1, to: 2 } },
  ]);
});

test('what goes on for a week is told each hour, with the whole stretch, and anew once it was over', () => {
  const week = 7 * 24 * 60;
  for (let minute = 0; minute < week; minute++) {
    gap(minute, minute + 1);
    clock.advance(60_000);
  }
  expect(published.length).toBeLessThanOrEqual(7 * 24 + 1);
  expect(published.slice(0, 2)).toMatchObject([
    { storage: { from: 0, to: 1 } },
    { storage: { from: 0, to: 61 } },
  ]);
  clock.advance(2 * 3_600_000);
  expect(clock.pending).toBe(0);
  published = [];
  gap(20_000, 20_001);
  clock.advance(60_000);
  expect(published).toMatchObject([{ storage: { from: 20_000, to: 20_001 } }]);
});

test('what was not told yet is told at the end', () => {
  gap(1, 2, 'disk-full');
  clock.advance(60_000);
  published = [];
  gap(100, 200);
  target('missing');
  events[Symbol.dispose]();
  expect(published).toHaveLength(1);
  expect(clock.pending).toBe(0);
});

test.each<[GapReason, number, boolean, number]>([
  ['camera-offline', 60_000, false, 0],
  ['privacy', 60_000, false, 0],
  ['clock-stepped', 60_000, false, 0],
  ['hub-stopped', 60_000, false, 0],
  ['hub-stopped', 9_000, true, 0],
  ['hub-stopped', 60_000, true, 1],
  ['damaged', 10, false, 1],
])('%s of %s ms, after a crash %s: %s events', (reason, length, after, count) => {
  crashed = after;
  gap(0, length, reason);
  clock.advance(60_000);
  expect(published).toHaveLength(count);
});
