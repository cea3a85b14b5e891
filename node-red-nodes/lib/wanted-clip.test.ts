import { expect, test } from 'vitest';
import { storedPicture } from './event-snapshot.ts';
import { clipOfMessage } from './wanted-clip.ts';

const EVENT = {
  ...{ kind: 'doorbell', phase: 'ring', id: 'E', at: 1000, camera: { slug: 'door' } },
  media: { clip: { id: 'C', ready: false }, snapshot: { id: 'S', ready: false } },
};

test.each([
  [{ event: EVENT }, { clip: 'C', at: 1000 }],
  [{ event: { ...EVENT, receivedAt: 1500 } }, { clip: 'C', at: 1500 }],
  [{ event: { ...EVENT, media: {} } }, { event: 'E', at: 1000 }],
  [{ event: EVENT, clip: 'D' }, { clip: 'D' }],
  [{ event: EVENT, clip: { id: 'D', kind: 'motion' } }, { clip: 'D' }],
  [
    { event: EVENT, clip: EVENT },
    { clip: 'C', at: 1000 },
  ],
])('%o is about %o', (message, wanted) => {
  expect(clipOfMessage(message)).toEqual(wanted);
});

test.each([{}, { clip: ' ' }, { clip: 7 }, { event: { phase: 'ring' } }, { clip: { id: 'x'.repeat(65) } }])(
  '%o is about none',
  (message) => {
    expect(clipOfMessage(message)).toBeUndefined();
  },
);

test.each([
  [{ event: EVENT }, { id: 'S', at: 1000, camera: 'door', mayComeUntil: 7000 }],
  [{ event: { ...EVENT, receivedAt: -90_000 } }, { id: 'S', at: 1000, camera: 'door', mayComeUntil: 2000 }],
  [{ clip: { snapshotId: 'T', startedAt: 5 } }, { id: 'T', at: 5, camera: '', mayComeUntil: 2000 }],
])('the picture of %o', (message, picture) => {
  expect(storedPicture(message, 2000)).toEqual(picture);
});

test.each([{}, { event: { media: { snapshot: {} } } }, { event: null, clip: { snapshotId: '' } }])(
  'no picture in %o',
  (message) => {
    expect(storedPicture(message, 2000)).toBeUndefined();
  },
);
