import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { type EventFilter, passes, readCameras } from './event-filter.ts';

const ring: DoorstepEvent = {
  ...{ schema: 1, id: 'e1', seq: 5, kind: 'doorbell', phase: 'ring', at: 1, detectedAt: 2, sentAt: 3 },
  camera: { id: 'c1', name: 'Front door', slug: 'front-door' },
};
const all: EventFilter = { subjects: [], cameras: [], replay: true };

test.each<[Partial<EventFilter>, Partial<DoorstepEvent>, boolean]>([
  [{}, {}, true],
  [{ subjects: ['doorbell'] }, {}, true],
  [{ subjects: ['doorbell/ring', 'motion'] }, {}, true],
  [{ subjects: ['motion'] }, {}, false],
  [{ subjects: ['motion/end'] }, { kind: 'motion', phase: 'start' }, false],
  [{ subjects: ['something-of-later'] }, {}, false],
  [{ cameras: ['c1', 'c2'] }, {}, true],
  [{ cameras: ['c2'] }, {}, false],
  [{}, { replay: true }, true],
  [{ replay: false }, { replay: true }, false],
  [{ replay: false }, {}, true],
  [{}, { test: true }, true],
  [{ tests: false }, { test: true }, false],
  [{ tests: false }, {}, true],
])('%j of %j: %s', (filter, event, expected) => {
  expect(passes({ ...ring, ...event }, { ...all, ...filter })).toBe(expected);
});

test('what is of no camera passes where all cameras are meant', () => {
  const { camera: _, ...ofHub } = ring;
  expect(passes(ofHub, all)).toBe(true);
  expect(passes(ofHub, { ...all, cameras: ['c1'] })).toBe(false);
});

test('only ids are read from what was stored', () => {
  expect(readCameras(['c1', '', 7, null])).toEqual(['c1']);
  expect(readCameras(undefined)).toEqual([]);
});
