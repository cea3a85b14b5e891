import { expect, it } from 'vitest';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { EVENT_TYPES, entityEventOf } from './entity-event.ts';

const event = (change: Partial<DoorstepEvent>): DoorstepEvent => ({
  ...{ schema: 1, id: 'e', seq: 1, kind: 'package', phase: 'removed', at: 1, detectedAt: 2, sentAt: 3 },
  ...change,
});
const gone = (verdict?: 'collected' | 'taken' | 'unknown') =>
  event({ package: { id: 'p', count: 0, ...(verdict && { verdict }) } });

it.each([
  [event({ kind: 'doorbell', phase: 'ring' }), 'doorbell', 'ring'],
  [event({ phase: 'delivered' }), 'package', 'delivered'],
  [gone('taken'), 'package', 'taken'],
  [gone('collected'), 'package', 'collected'],
  [gone('unknown'), 'package', 'removed'],
  [gone(), 'package', 'removed'],
  [event({ phase: 'corrected' }), 'package', 'corrected'],
] as const)('%j', (told, entity, word) => {
  expect(entityEventOf(told)).toEqual({ entity, payload: { ...told, event_type: word } });
  expect(EVENT_TYPES[entity]).toContain(word);
});

it.each(['motion', 'camera', 'clip', 'storage', 'share'] as const)('%s is an event of no entity', (kind) => {
  expect(entityEventOf(event({ kind }))).toBeUndefined();
});
