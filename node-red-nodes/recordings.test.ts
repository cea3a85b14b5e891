/** The recordings node inside Node-RED's own runtime, against the real API. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AskedNode, PATIENCE, startAskedNode } from '../test/support/asked-node.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import recordings from './doorstep-recordings.ts';
import server from './doorstep-server.ts';

const HOUR = 3_600_000;
let node: AskedNode;
beforeAll(async () => {
  node = await startAskedNode('doorstep-recordings', [server, recordings], await makeSampleMedia());
  const [door, garden] = node.hub.cameras;
  const ago = (hours: number) => ({
    startedAt: Date.now() - hours * HOUR,
    endedAt: Date.now() - hours * HOUR + 20_000,
  });
  node.hub.clips.begin(door.ref, { id: 'old', ...ago(30) });
  node.hub.clips.begin(garden.ref, { id: 'cat', kind: 'motion', ...ago(5) });
  node.hub.clips.begin(door.ref, { id: 'parcel', kind: 'package', ...ago(2) });
  node.hub.clips.begin(door.ref, { id: 'ring', ...ago(1) });
});
afterAll(() => node[Symbol.asyncDispose]());
afterEach(() => node.unload());

const ids = (clips: unknown) => (clips as { id: string }[]).map(({ id }) => id);

test.each([
  [['ring', 'parcel', 'cat'], { rangeType: 'hours', range: '24', cameraType: 'all' }, {}],
  [['ring', 'parcel'], { rangeType: 'hours', range: '24', cameraType: 'hub', camera: 'cam-1' }, {}],
  [
    ['parcel', 'cat'],
    { rangeType: 'hours', range: '9', cameraType: 'all', kinds: ['motion', 'package'] },
    {},
  ],
  [['ring'], { rangeType: 'hours', range: '48', limit: '1', cameraType: 'all' }, {}],
  [['ring', 'parcel'], { rangeType: 'msg', range: 'payload', cameraType: 'all' }, { payload: 3 }],
  [
    ['cat', 'old'],
    { rangeType: 'msg', range: 'time', cameraType: 'all' },
    { time: { from: Date.now() - 40 * HOUR, to: new Date(Date.now() - 3 * HOUR).toISOString() } },
  ],
  [[], { rangeType: 'hours', range: '24', cameraType: 'message' }, { camera: 'attic' }],
])('%o for %o', async (wanted, settings, message) => {
  await node.load(settings);
  node.receive({ topic: 'kept', ...message });
  await vi.waitFor(() => expect(node.sent[0]).toHaveLength(1), PATIENCE);
  expect(ids(node.sent[0][0]?.payload)).toEqual(wanted);
  expect(node.sent[0][0]?.topic).toBe('kept');
  const words = wanted.length === 1 ? 'status.one-clip' : 'status.clips';
  await vi.waitFor(() => expect(node.badge()).toBe(words), PATIENCE);
});

test('one message for each clip, with parts', async () => {
  await node.load({ rangeType: 'hours', range: '24', cameraType: 'all', output: 'each' });
  node.receive({ topic: 'kept' });
  await vi.waitFor(() => expect(node.sent[0]).toHaveLength(3), PATIENCE);
  expect(ids(node.sent[0].map(({ payload }) => payload))).toEqual(['ring', 'parcel', 'cat']);
  const [{ parts }] = node.sent[0] as [{ parts: { id: string } }];
  expect(node.sent[0].map((message) => message.parts)).toEqual(
    [0, 1, 2].map((index) => ({ id: parts.id, type: 'array', count: 3, len: 1, index })),
  );
  expect(node.sent[0][0]).toMatchObject({ topic: 'kept', clip: { id: 'ring' } });
  await vi.waitFor(() => expect(node.ends).toEqual(['done']), PATIENCE);
});

test.each([
  ['EINVAL', { rangeType: 'msg', range: 'payload', cameraType: 'all' }, { payload: 'soon' }],
  ['EINVAL', { rangeType: 'today', cameraType: 'message' }, {}],
])('%s for %o', async (code, settings, message) => {
  await node.load(settings);
  node.receive(message);
  await vi.waitFor(() => expect(node.ends).toEqual([code]), PATIENCE);
});
