import { expect, it } from 'vitest';
import { statesAfter, statesNow } from './camera-states.ts';

const parcel = (count: number, deliveredAt: number) => ({
  ...{ id: `p${deliveredAt}`, count, deliveredAt, eventId: 'e', confirmed: true },
});
const empty = { online: true, packages: [] };

it('at rest nothing moves, nobody is there, and what lies there lies there', () => {
  const states = statesNow({ online: true, packages: [parcel(1, 2000), parcel(2, 1000)] });
  expect(Object.fromEntries(states.map(({ topic, payload }) => [topic, payload]))).toEqual({
    ...{ online: 'ON', motion: 'OFF', person: 'OFF' },
    packages: '{"count":3,"since":1000}',
  });
});

it.each([
  ['start', 'person', 'ON', 'ON'],
  ['update', 'motion', 'ON', 'OFF'],
  ['end', 'person', 'OFF', 'OFF'],
] as const)('after the %s of a motion (%s), motion is %s and person %s', (phase, label, motion, person) => {
  const states = statesNow(empty, { phase, label });
  expect(states).toContainEqual({ topic: 'motion', payload: motion });
  expect(states).toContainEqual({ topic: 'person', payload: person });
});

it.each([
  [
    { kind: 'motion', phase: 'start', label: 'motion' },
    { motion: 'ON', person: 'OFF' },
  ],
  [
    { kind: 'motion', phase: 'update', label: 'person' },
    { motion: 'ON', person: 'ON' },
  ],
  [
    { kind: 'motion', phase: 'end', label: 'person' },
    { motion: 'OFF', person: 'OFF' },
  ],
  [{ kind: 'package', phase: 'removed' }, { packages: '{"count":0}' }],
  [{ kind: 'camera', phase: 'online' }, { online: 'ON' }],
  [{ kind: 'doorbell', phase: 'ring' }, {}],
  [{ kind: 'clip', phase: 'ready' }, {}],
] as const)('%j', (event, states) => {
  const told = statesAfter(event, empty).map(({ topic, payload }) => [topic, payload]);
  expect(Object.fromEntries(told)).toEqual(states);
});

it('a camera that goes away leaves nobody behind', () => {
  const told = statesAfter({ kind: 'camera', phase: 'privacy-on' }, { online: false, packages: [] });
  expect(told).toContainEqual({ topic: 'motion', payload: 'OFF' });
  expect(told).toContainEqual({ topic: 'online', payload: 'OFF' });
});
