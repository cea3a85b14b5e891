import { expect, it } from 'vitest';
import { controlOrder } from './control-order.ts';

const event = { camera: { id: 'cam-2', name: 'Garden', slug: 'garden' } };

it.each([
  [{ action: 'ring', camera: 'cam-1' }, {}, '/cameras/cam-1/trigger', { kind: 'ring' }],
  [{ action: 'motion', camera: 'cam-1' }, {}, '/cameras/cam-1/trigger', { kind: 'motion' }],
  [{ action: 'privacy-on', camera: 'cam-1' }, {}, '/cameras/cam-1/actions', { action: 'privacy-on' }],
  [
    { action: 'disarm', camera: '' },
    { camera: 'front-door' },
    '/cameras/front-door/actions',
    { action: 'disarm' },
  ],
  [{ action: 'arm' }, { event }, '/cameras/cam-2/actions', { action: 'arm' }],
  [{ action: 'arm' }, { camera: event.camera }, '/cameras/cam-2/actions', { action: 'arm' }],
  [{ action: 'msg', camera: 'cam-1' }, { payload: 'ring' }, '/cameras/cam-1/trigger', { kind: 'ring' }],
  [
    { action: 'msg', camera: 'cam-1' },
    { action: 'arm', payload: 'x' },
    '/cameras/cam-1/actions',
    { action: 'arm' },
  ],
  [{ action: 'ring', camera: 'cam-1' }, { payload: 'arm' }, '/cameras/cam-1/trigger', { kind: 'ring' }],
  [
    { action: 'packages-collected', camera: 'cam-1' },
    {},
    '/cameras/cam-1/actions',
    { action: 'packages-collected' },
  ],
  // Of the whole household, whatever camera is chosen.
  [{ action: 'home', camera: '' }, {}, '/household', { home: 'home' }],
  [{ action: 'msg', camera: 'cam-1' }, { payload: 'away' }, '/household', { home: 'away' }],
  [{ action: 'ring', camera: '../tokens' }, {}, '/cameras/..%2Ftokens/trigger', { kind: 'ring' }],
])('%j with %j', (settings, message, path, body) => {
  expect(controlOrder(settings, message)).toMatchObject({ path, body });
});

it.each([
  [{ action: 'msg', camera: 'cam-1' }, { payload: 'open-the-door' }, 'no-action'],
  [{ action: 'msg', camera: 'cam-1' }, {}, 'no-action'],
  [{ camera: 'cam-1' }, { payload: 'ring' }, 'no-action'],
  [{ action: 'ring' }, {}, 'no-camera'],
  [{ action: 'ring', camera: '  ' }, { camera: 7, event: null }, 'no-camera'],
])('%j with %j misses something', (settings, message, missing) => {
  expect(controlOrder(settings, message)).toEqual({ missing });
});
