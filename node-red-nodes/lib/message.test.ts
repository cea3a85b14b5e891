import { expect, test } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { passes, readCameras } from './event-filter.ts';
import { eventMessage, readPayload } from './message.ts';

const at = new Date(2026, 10, 22, 7, 3).getTime();
const ring: DoorstepEvent = {
  ...{
    schema: 1,
    id: 'e1',
    seq: 5,
    kind: 'doorbell',
    phase: 'ring',
    at,
    detectedAt: at + 10,
    sentAt: at + 20,
  },
  camera: { id: 'c1', name: 'Front door', slug: 'front-door' },
};
const texts = (key: string, parameters?: object) => `${key} ${JSON.stringify(parameters)}`;
const options = { receivedAt: at + 30, texts };

test('topic, title, text and event', () => {
  expect(eventMessage(ring, { payload: 'event', ...options })).toEqual({
    topic: 'front-door/doorbell/ring',
    payload: { ...ring, receivedAt: at + 30 },
    event: { ...ring, receivedAt: at + 30 },
    title: 'Front door',
    text: 'message.doorbell-ring {"time":"07:03"}',
  });
});

test('the event is a copy', () => {
  const { event } = eventMessage(ring, { payload: 'event', ...options });
  if (event.camera) event.camera.name = 'changed';
  expect(ring.camera?.name).toBe('Front door');
});

test.each([
  ['text', 'ring', 'message.doorbell-ring {"time":"07:03"}'],
  ['boolean', 'ring', true],
  ['boolean', 'start', true],
  ['boolean', 'end', false],
] as const)('payload %s at %s', (payload, phase, expected) => {
  const event: DoorstepEvent = phase === 'ring' ? ring : { ...ring, kind: 'motion', phase };
  expect(eventMessage(event, { payload, ...options }).payload).toBe(expected);
});

test.each([
  ['start', undefined, 'message.motion-start'],
  ['update', 'motion', 'message.motion-start'],
  ['update', 'person', 'message.person-start'],
  ['end', 'person', 'message.person-end'],
] as const)('motion %s of %s', (phase, label, key) => {
  const event: DoorstepEvent = { ...ring, kind: 'motion', phase, ...(label && { label }) };
  expect(eventMessage(event, { payload: 'text', ...options }).text).toContain(`${key} `);
});

test.each([
  [undefined, 'event'],
  ['nonsense', 'event'],
  ['boolean', 'boolean'],
])('stored payload %s is %s', (stored, kind) => {
  expect(readPayload(stored)).toBe(kind);
});

const all = { kind: 'doorbell', cameras: [], replay: true } as const;
test.each([
  [all, ring, true],
  [{ ...all, kind: 'motion' as const }, ring, false],
  [{ ...all, cameras: ['c1', 'c2'] }, ring, true],
  [{ ...all, cameras: ['c2'] }, ring, false],
  [{ ...all, cameras: ['c2'] }, { ...ring, camera: undefined }, false],
  [all, { ...ring, replay: true }, true],
  [{ ...all, replay: false }, { ...ring, replay: true }, false],
])('%j', (filter, event, expected) => {
  expect(passes(event as DoorstepEvent, filter)).toBe(expected);
});

test('only ids are read from what was stored', () => {
  expect(readCameras(['c1', '', 7, null])).toEqual(['c1']);
  expect(readCameras(undefined)).toEqual([]);
});
