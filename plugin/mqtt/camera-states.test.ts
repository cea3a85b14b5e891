import { expect, it } from 'vitest';
import { endsMotion, statesNow } from './camera-states.ts';

const parcel = (count: number, deliveredAt: number) => ({
  ...{ id: `p${deliveredAt}`, count, deliveredAt, eventId: 'e', confirmed: true },
});
const empty = { online: true, packages: [], armed: true, privacy: false };
const read = (...args: Parameters<typeof statesNow>) =>
  Object.fromEntries(statesNow(...args).map(({ name, payload }) => [name, payload]));

it('at rest nothing moves, nobody is there, and what lies there lies there', () => {
  expect(read({ ...empty, packages: [parcel(1, 2000), parcel(2, 1000)] })).toEqual({
    ...{ online: 'ON', motion: 'OFF', person: 'OFF', armed: 'ON', privacy: 'OFF', snooze: '{}' },
    packages: '{"count":3,"since":1000}',
  });
});

it('says what is switched, and that nothing lies there', () => {
  expect(read({ online: false, packages: [], armed: false, privacy: true })).toMatchObject({
    ...{ online: 'OFF', armed: 'OFF', privacy: 'ON', packages: '{"count":0}' },
  });
});

it('says until when detection rests', () => {
  expect(read({ ...empty, armed: false, snoozedUntil: 7000 })).toMatchObject({
    ...{ armed: 'OFF', snooze: '{"until":7000}' },
  });
});

it.each([
  ['start', 'person', 'ON', 'ON'],
  ['update', 'motion', 'ON', 'OFF'],
  ['end', 'person', 'OFF', 'OFF'],
] as const)('after the %s of a motion (%s), motion is %s and person %s', (phase, label, motion, person) => {
  expect(read(empty, { phase, label })).toMatchObject({ motion, person });
});

it.each([
  ['camera', 'offline', true],
  ['camera', 'privacy-on', true],
  ['camera', 'online', false],
  ['camera', 'privacy-off', false],
  ['motion', 'end', false],
] as const)('%s %s: nobody can say any more what moves: %s', (kind, phase, ends) => {
  expect(endsMotion({ kind, phase })).toBe(ends);
});
