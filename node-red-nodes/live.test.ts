/** The live node inside Node-RED's own runtime, against the real API. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AskedNode, PATIENCE, startAskedNode } from '../test/support/asked-node.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import live from './doorstep-live.ts';
import server from './doorstep-server.ts';

let node: AskedNode;
beforeAll(async () => {
  node = await startAskedNode('doorstep-live', [server, live], await makeSampleMedia());
});
afterAll(() => node[Symbol.asyncDispose]());
afterEach(() => node.unload());

const pictures = (count: number) =>
  vi.waitFor(() => expect(node.sent[0].length).toBeGreaterThanOrEqual(count), PATIENCE);
const shows = (text: string | RegExp) => vi.waitFor(() => expect(node.badge() ?? '').toMatch(text), PATIENCE);

test('pictures come until it is stopped', async () => {
  await node.load({ cameraType: 'hub', camera: 'cam-1', fps: '5', seconds: '60' });
  node.receive({ payload: 'start' });
  await pictures(3);
  expect(node.ends).toEqual(['done']);
  const { jpeg, width, height } = node.hub.media;
  const [first] = node.sent[0];
  expect(jpeg.equals(first?.payload as Buffer)).toBe(true);
  expect(first).toMatchObject({
    ...{ topic: 'front-door/live/picture', title: 'Front door' },
    media: {
      ...{ contentType: 'image/jpeg', bytes: jpeg.length, width, height, source: 'live' },
      ...{ takenAt: expect.any(Number), ageMs: expect.any(Number) },
    },
  });
  await shows(/^\d fps · \d\d s$/);
  node.receive({ payload: 'stop' });
  await vi.waitFor(() => expect(node.ends).toEqual(['done', 'done']), PATIENCE);
  const sent = node.sent[0].length;
  await shows(/^$/);
  expect(node.sent[0].length).toBeLessThanOrEqual(sent + 1);
});

test.each([{ payload: 'OFF' }, { payload: false }, { action: 'stop', payload: 'on' }])(
  'it ends with %o, and begins with nothing of the kind',
  async (message) => {
    await node.load({ cameraType: 'hub', camera: 'cam-1', fps: '5', seconds: '60' });
    node.receive({ payload: 'on' });
    await pictures(1);
    node.receive(message);
    await shows(/^$/);
    expect(node.ends).toEqual(['done', 'done']);
  },
);

test('it stops by itself when its time is up', async () => {
  await node.load({ cameraType: 'hub', camera: 'cam-1', seconds: '5' });
  node.receive({});
  await pictures(1);
  await vi.waitFor(() => expect(node.badge()).toBeUndefined(), PATIENCE);
});

test('it comes back when the camera does, without a word', async () => {
  const [, garden] = node.hub.cameras;
  await node.load({ cameraType: 'message', fps: '5' });
  garden.offline();
  node.receive({ camera: 'garden' });
  await shows('status.no-picture');
  expect(node.ends).toEqual(['done']);
  garden.online();
  await pictures(1);
  garden.offline();
  await shows('status.no-picture');
  garden.online();
  await pictures(node.sent[0].length + 1);
  expect(node.failure()).toBeUndefined();
});

test.each([
  ['EINVAL', ['media', 'events'], {}],
  ['ENOCAM', ['media', 'events'], { camera: 'shed' }],
  ['ESCOPE', ['events'], { camera: 'garden' }],
] as const)('%s with %o', async (code, scopes, message) => {
  await node.load({ cameraType: 'message' }, { scopes: [...scopes] });
  node.receive(message);
  await vi.waitFor(() => expect(node.ends).toEqual([code]), PATIENCE);
  expect(node.sent[0]).toEqual([]);
});
