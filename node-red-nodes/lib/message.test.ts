import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DoorstepEvent, type EventKind, type EventPhase, PHASES } from '../../protocol/event.ts';
import type { PictureFacts } from './event-picture.ts';
import { eventMessage, readPayload, readPlainPayload, withPicture } from './message.ts';

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

test('what a flow changes in the payload, the event keeps', () => {
  const { payload, event } = eventMessage(ring, { payload: 'event', ...options });
  Object.assign((payload as DoorstepEvent).camera ?? {}, { name: 'changed' });
  expect(event.camera?.name).toBe('Front door');
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
  ['removed', 'taken', 'message.package-taken'],
  ['removed', 'collected', 'message.package-collected'],
  ['removed', 'unknown', 'message.package-removed'],
  ['removed', undefined, 'message.package-removed'],
  ['delivered', undefined, 'message.package-delivered'],
  ['corrected', undefined, 'message.package-corrected'],
  ['corrected', 'collected', 'message.package-explained'],
] as const)('package %s, %s', (phase, verdict, key) => {
  const facts = { id: 'p1', count: 0, ...(verdict && { verdict }) };
  const event: DoorstepEvent = { ...ring, kind: 'package', phase, package: facts };
  expect(eventMessage(event, { payload: 'text', ...options }).text).toContain(`${key} `);
});

test('every event has its sentence in every language', () => {
  const folder = join(import.meta.dirname, '../locales');
  for (const language of readdirSync(folder)) {
    const catalog = JSON.parse(readFileSync(join(folder, language, 'doorstep-server.json'), 'utf8')) as {
      message: Record<string, string>;
    };
    const sentence = (key: string) => catalog.message[key.replace('message.', '')] ?? `no ${key}`;
    for (const [kind, phases] of Object.entries(PHASES) as [EventKind, readonly EventPhase[]][])
      for (const phase of phases)
        expect(
          eventMessage({ ...ring, kind, phase }, { payload: 'text', receivedAt: at, texts: sentence }).text,
        ).not.toMatch(/^no /);
  }
});

test('a picture is the payload, or the reason why there is none', () => {
  const message = eventMessage(ring, { payload: 'picture', ...options });
  expect(message.payload).toBe(null);
  const buffer = Buffer.from('jpeg');
  const facts: PictureFacts = {
    ...{ ready: true, source: 'event' },
    ...{ contentType: 'image/jpeg', bytes: 4, takenAt: at, ageMs: 5, id: 'e1' },
  };
  expect(withPicture(message, { buffer, facts })).toMatchObject({
    payload: buffer,
    media: facts,
    title: 'Front door',
  });
  expect(withPicture(message, { ready: false, why: 'not-ready', id: 'e1' })).toMatchObject({
    payload: null,
    media: { ready: false, why: 'not-ready', id: 'e1' },
  });
});

test.each([
  [undefined, 'event'],
  ['nonsense', 'event'],
  ['boolean', 'boolean'],
  ['picture', 'picture'],
])('stored payload %s is %s', (stored, kind) => {
  expect(readPayload(stored)).toBe(kind);
});

test('where there are no pictures, a stored one is the event', () => {
  expect(readPlainPayload('picture')).toBe('event');
  expect(readPlainPayload('text')).toBe('text');
});
