import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTime } from 'ulid';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { EventBus } from './bus.ts';
import { type Journal, openJournal } from './journal.ts';

const NOW = 1_790_000_000_000;
const clock: Clock = { now: () => NOW, monotonic: () => 0, after: () => () => {} };
let folder: string;
let lines: string[];
let journal: Journal;
let bus: EventBus;
const log: Log = {
  debug() {},
  info: (line) => lines.push(line),
  warn: (line) => lines.push(line),
  error: (line) => lines.push(line),
};
const ring: EventDraft = {
  kind: 'doorbell',
  phase: 'ring',
  at: NOW - 5,
  camera: { id: 'cam-1', name: 'Front door', slug: 'front-door' },
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bus-'));
  lines = [];
  journal = openJournal({ path: join(folder, 'journal.sqlite'), clock, log });
  bus = new EventBus({ journal, clock, log });
});
afterEach(() => {
  journal[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

test('a draft becomes a numbered event: the same for caller, listener and journal', () => {
  const seen: DoorstepEvent[] = [];
  bus.subscribe((event) => seen.push(event));
  const first = bus.publish(ring);
  const second = bus.publish({ ...ring, id: 'given', detectedAt: NOW - 1 });
  expect(first).toMatchObject({ ...ring, schema: 1, seq: 1, detectedAt: NOW, sentAt: NOW });
  expect(decodeTime(first.id)).toBe(NOW);
  expect(second).toMatchObject({ id: 'given', seq: 2, detectedAt: NOW - 1 });
  expect(seen).toEqual([first, second]);
  expect(bus.since(0, 10).events).toEqual([first, second]);
  expect(bus.lastSeq).toBe(2);
});

test('an enricher adds media before anyone sees the event; one that throws does not stop it', () => {
  bus.addEnricher(() => {
    throw new Error('no');
  });
  const remove = bus.addEnricher((draft) => ({
    ...draft,
    media: { snapshot: { id: draft.id, ready: false } },
  }));
  const event = bus.publish(ring);
  expect(event.media?.snapshot).toEqual({ id: event.id, ready: false });
  expect(lines).toHaveLength(1);
  remove();
  expect(bus.publish(ring).media).toBeUndefined();
});

test('a listener that throws is logged and does not stop the others', () => {
  const seen: string[] = [];
  bus.subscribe(() => {
    throw new Error('broken listener');
  });
  const stop = bus.subscribe((event) => seen.push(event.id));
  const { id } = bus.publish(ring);
  stop();
  bus.publish(ring);
  expect(seen).toEqual([id]);
  expect(lines[0]).toContain('broken listener');
});

test('an event published by a listener reaches everyone after the one that caused it', () => {
  bus.subscribe((event) => {
    if (event.kind === 'doorbell') bus.publish({ ...ring, kind: 'motion', phase: 'start' });
  });
  const seen: string[] = [];
  bus.subscribe((event) => seen.push(`${event.seq} ${event.kind}`));
  bus.publish(ring);
  expect(seen).toEqual(['1 doorbell', '2 motion']);
});

test.each([
  [{ ...ring, phase: 'start' }, 'unknown-event'],
  [{ ...ring, kind: 'toString' }, 'unknown-event'],
  [{ ...ring, zone: 'é'.repeat(1000) }, 'event-too-large'],
])('refuses a bad draft', (draft, code) => {
  expect(() => bus.publish(draft as EventDraft)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code }) }),
  );
  expect(bus.lastSeq).toBe(0);
});

test('a journal that cannot write stops no event, and says so once', () => {
  let full = true;
  const failing: Journal = {
    ...journal,
    append: (event) => {
      if (full) throw new Error('database or disk is full');
      journal.append(event);
    },
  };
  const limping = new EventBus({ journal: failing, clock, log });
  const seen: number[] = [];
  limping.subscribe((event) => seen.push(event.seq));
  limping.publish(ring);
  limping.publish(ring);
  full = false;
  limping.publish(ring);
  expect(seen).toEqual([1, 2, 3]);
  expect(journal.since(0, 10).events.map(({ seq }) => seq)).toEqual([3]);
  expect(lines).toEqual([expect.stringContaining('disk is full'), 'The event journal can be written again.']);
});
