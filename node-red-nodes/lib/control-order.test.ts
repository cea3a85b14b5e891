import { describe, expect, it } from 'vitest';
import { CONTROL_ACTIONS, type ControlAction, clipOf, controlAction, controlOrder } from './control-order.ts';

const SUBJECT = { camera: 'cam-1', minutes: 30, clip: 'clip-1' };

it('there is no siren, no door opener, and no way out for footage', () => {
  expect(CONTROL_ACTIONS).toEqual([
    ...['ring', 'motion', 'privacy-on', 'privacy-off', 'arm', 'disarm', 'snooze'],
    ...['packages-collected', 'door-opened', 'removal-explained', 'home', 'away', 'pin'],
  ]);
});

it.each<[ControlAction, string, string, object]>([
  ['ring', 'POST', '/cameras/cam-1/trigger', { kind: 'ring' }],
  ['motion', 'POST', '/cameras/cam-1/trigger', { kind: 'motion' }],
  ['privacy-on', 'POST', '/cameras/cam-1/actions', { action: 'privacy-on' }],
  ['disarm', 'POST', '/cameras/cam-1/actions', { action: 'disarm' }],
  ['packages-collected', 'POST', '/cameras/cam-1/actions', { action: 'packages-collected' }],
  ['snooze', 'POST', '/cameras/cam-1/actions', { action: 'snooze', minutes: 30 }],
  // Of the whole household, whatever camera is chosen.
  ['home', 'PUT', '/household', { home: 'home' }],
  ['away', 'PUT', '/household', { home: 'away' }],
  ['pin', 'POST', '/clips/clip-1/pin', { pinned: true }],
])('%s', (action, method, path, body) => {
  expect(controlOrder(action, SUBJECT)).toEqual({ method, path, body });
});

it('no name leads to another route', () => {
  const nasty = { ...SUBJECT, camera: '../tokens', clip: '../../tokens' };
  expect(controlOrder('ring', nasty)).toMatchObject({ path: '/cameras/..%2Ftokens/trigger' });
  expect(controlOrder('pin', nasty)).toMatchObject({ path: '/clips/..%2F..%2Ftokens/pin' });
});

it.each<[ControlAction, object, string]>([
  ['ring', { camera: undefined }, 'no-camera'],
  ['snooze', { camera: undefined }, 'no-camera'],
  ['pin', { clip: undefined }, 'no-clip'],
])('%s with %j misses something', (action, without, missing) => {
  expect(controlOrder(action, { ...SUBJECT, ...without })).toEqual({ missing });
});

it.each<[unknown, number | undefined]>([
  [1, 1],
  ['45', 45],
  [2.6, 3],
  [1440, 1440],
  [0, undefined],
  [1441, undefined],
  ['', undefined],
  ['a while', undefined],
  [null, undefined],
  [true, undefined],
  [undefined, undefined],
])('a snooze of %j minutes', (minutes, whole) => {
  const order = controlOrder('snooze', { ...SUBJECT, minutes });
  if (whole === undefined) expect(order).toEqual({ missing: 'no-minutes' });
  else expect(order).toMatchObject({ body: { minutes: whole } });
});

describe('which action', () => {
  it.each<[unknown, object, ControlAction | undefined]>([
    ['ring', { payload: 'arm' }, 'ring'],
    ['msg', { payload: 'ring' }, 'ring'],
    ['msg', { action: 'arm', payload: 'ring' }, 'arm'],
    ['msg', { payload: 'open-the-door' }, undefined],
    ['msg', {}, undefined],
    [undefined, { payload: 'ring' }, undefined],
    ['siren', {}, undefined],
  ])('%j with %j', (chosen, message, action) => {
    expect(controlAction(chosen, { ...message })).toBe(action);
  });
});

it.each<[object, string | undefined]>([
  [{ clip: 'clip-1' }, 'clip-1'],
  [{ clip: { id: 'clip-2' } }, 'clip-2'],
  [{ event: { media: { clip: { id: 'clip-3', ready: true } } } }, 'clip-3'],
  [{ clip: ' ', event: { media: {} } }, undefined],
  [{ clip: 7, event: null }, undefined],
])('the recording of %j', (message, clip) => {
  expect(clipOf({ ...message })).toBe(clip);
});
