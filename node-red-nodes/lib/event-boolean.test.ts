import { expect, test } from 'vitest';
import type { DoorstepEvent, EventKind, EventPhase } from '../../protocol/event.ts';
import { eventBoolean } from './event-boolean.ts';

const of = (kind: EventKind, phase: EventPhase, count?: number) =>
  eventBoolean({
    ...{ schema: 1, id: 'e1', seq: 1, kind, phase, at: 1, detectedAt: 1, sentAt: 1 },
    ...(count !== undefined && { package: { id: 'p', count } }),
  } satisfies DoorstepEvent);

test.each<[EventKind, EventPhase, boolean]>([
  ['doorbell', 'ring', true],
  ['motion', 'start', true],
  ['motion', 'update', true],
  ['motion', 'end', false],
  ['clip', 'ready', true],
  ['camera', 'online', true],
  ['camera', 'offline', false],
  ['camera', 'privacy-on', false],
  ['camera', 'privacy-off', true],
  ['storage', 'nas-missing', true],
  ['storage', 'gap', true],
  ['storage', 'nas-back', false],
  ['share', 'waiting', true],
  ['share', 'sent', true],
  ['share', 'declined', false],
  ['share', 'failed', false],
])('%s %s is %s', (kind, phase, expected) => {
  expect(of(kind, phase)).toBe(expected);
});

test.each<[EventPhase, number | undefined, boolean]>([
  ['delivered', 1, true],
  ['delivered', undefined, true],
  ['removed', 0, false],
  ['removed', 2, true],
  ['removed', undefined, false],
  ['corrected', 1, true],
  ['corrected', 0, false],
])('a package is %s and %s lie there: %s', (phase, count, expected) => {
  expect(of('package', phase, count)).toBe(expected);
});
