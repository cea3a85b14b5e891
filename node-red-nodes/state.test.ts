/** The state node inside Node-RED's own runtime, against the real API. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type AskedNode, PATIENCE, startAskedNode } from '../test/support/asked-node.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import server from './doorstep-server.ts';
import state from './doorstep-state.ts';

let node: AskedNode;
beforeAll(async () => {
  node = await startAskedNode('doorstep-state', [server, state], await makeSampleMedia());
});
afterAll(() => node[Symbol.asyncDispose]());
afterEach(async () => {
  await node.unload();
  node.hub.packages.clear();
});

const parcel = (count = 1) => ({
  ...{ id: 'p', count, deliveredAt: Date.now() - 2 * 3_600_000, eventId: 'e', confirmed: true },
});
const happens = (kind: 'package' | 'camera' = 'package') =>
  node.hub.events.publish({
    ...(kind === 'package' ? { kind, phase: 'delivered' } : { kind, phase: 'offline' }),
    ...{ camera: node.hub.cameras[0].ref, at: Date.now() },
  });
async function answered(): Promise<'yes' | 'no'> {
  await vi.waitFor(() => expect(node.ends).toEqual(['done']), PATIENCE);
  await vi.waitFor(() => expect(node.sent.flat()).toHaveLength(1), PATIENCE);
  return node.sent[0].length === 1 ? 'yes' : 'no';
}

test.each([
  ['yes', { question: 'package', cameraType: 'all' }, {}],
  ['yes', { question: 'package', cameraType: 'hub', camera: 'cam-1' }, {}],
  ['no', { question: 'package', cameraType: 'hub', camera: 'cam-2' }, {}],
  ['no', { question: 'package', cameraType: 'message' }, { event: { camera: { id: 'cam-2' } } }],
  ['yes', { question: 'package', cameraType: 'msg', camera: 'where.at' }, { where: { at: 'front-door' } }],
  ['yes', { question: 'count', atLeast: '2', cameraType: 'all' }, {}],
  ['no', { question: 'count', atLeast: '3', cameraType: 'all' }, {}],
  ['yes', { question: 'online', cameraType: 'all' }, {}],
  ['yes', { question: 'armed', cameraType: 'hub', camera: 'garden' }, {}],
  ['no', { question: 'privacy', cameraType: 'all' }, {}],
  ['no', { question: 'home' }, {}],
  ['yes', { question: 'storage' }, {}],
] as const)('%s to %o', async (wanted, settings, message) => {
  node.hub.packages.set('cam-1', [parcel(2)]);
  await node.load(settings);
  node.receive({ payload: 'kept', ...message });
  expect(await answered()).toBe(wanted);
  const [answer] = node.sent.flat();
  expect(answer).toMatchObject({
    payload: 'kept',
    state: { question: settings.question, is: wanted === 'yes' },
  });
  await vi.waitFor(() => expect(node.badge()).toBe(`status.${settings.question}-${wanted}`), PATIENCE);
});

test.each([
  ['EINVAL', {}],
  ['ENOCAM', { camera: 'shed' }],
])('%s where there is no such camera', async (code, message) => {
  await node.load({ question: 'online', cameraType: 'message' });
  node.receive(message);
  await vi.waitFor(() => expect(node.ends).toEqual([code]), PATIENCE);
  expect(node.sent).toEqual([[], []]);
});

test('by itself it sends each change once', async () => {
  await node.load({ question: 'package', cameraType: 'hub', camera: 'cam-1', sends: 'changes' });
  await vi.waitFor(() => expect(node.badge()).toBe('status.package-no'), PATIENCE);
  node.hub.packages.set('cam-1', [parcel()]);
  happens();
  happens();
  await vi.waitFor(() => expect(node.sent[0]).toHaveLength(1), PATIENCE);
  expect(node.sent[0][0]).toMatchObject({
    ...{ topic: 'front-door/state/package', title: 'Front door', payload: true },
    state: { is: true, count: 1, since: expect.any(Number) },
  });
  node.hub.packages.clear();
  happens();
  await vi.waitFor(() => expect(node.sent[1]).toHaveLength(1), PATIENCE);
  expect(node.sent[0]).toHaveLength(1);
});

test('what it sends by itself is named after its camera, wherever that stands', async () => {
  vi.stubEnv('DOORSTEP_PORCH', 'cam-1');
  const where = { cameraType: 'env', camera: 'DOORSTEP_PORCH' };
  await node.load({ question: 'package', sends: 'start', ...where });
  await vi.waitFor(() => expect(node.sent[1]).toHaveLength(1), PATIENCE);
  expect(node.sent[1][0]).toMatchObject({ topic: 'front-door/state/package', title: 'Front door' });
  vi.unstubAllEnvs();
});

test('if wanted, the first answer is sent as well', async () => {
  await node.load({ question: 'storage', sends: 'start' });
  await vi.waitFor(() => expect(node.sent[0]).toHaveLength(1), PATIENCE);
  expect(node.sent[0][0]).toMatchObject({ topic: 'hub/state/storage', payload: true });
});

test('what cannot be asked without a message shows in the badge', async () => {
  await node.load({ question: 'package', cameraType: 'message', sends: 'changes' });
  await vi.waitFor(() => expect(node.badge()).toBe('status.failed'), PATIENCE);
  expect(node.sent).toEqual([[], []]);
});
