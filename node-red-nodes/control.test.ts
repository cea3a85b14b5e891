/** The control node inside Node-RED's own runtime, against the real API. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CameraInfo } from '../protocol/api.ts';
import { type FakeHub, startFakeHub } from '../test/support/fake-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import control from './doorstep-control.ts';
import server from './doorstep-server.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const TEXTS = /@homebridge-doorstep\/node-red\/doorstep-(server|control):/;
const media = makeSampleMedia();

let hub: FakeHub;
beforeEach(async () => {
  await new Promise<void>((resolve) => helper.startServer(resolve));
  hub = await startFakeHub({ media: await media });
});
afterEach(async () => {
  await helper.unload();
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  await hub[Symbol.asyncDispose]();
});

async function load(node: object, scopes: readonly ('events' | 'control')[] = ['control']) {
  const { token } = hub.auth.createToken({ name: 'test', scopes: [...scopes] });
  await helper.load(
    [server, control],
    [
      {
        id: 'hub',
        type: 'doorstep-server',
        host: '127.0.0.1',
        port: String(new URL(hub.api.url).port),
        tls: false,
      },
      { id: 'control', type: 'doorstep-control', server: 'hub', wires: [['out']], ...node },
      { id: 'out', type: 'helper' },
    ],
    { hub: { token } },
  );
  const answers: Record<string, unknown>[] = [];
  helper.getNode('out').on('input', (message) => answers.push(message));
  return { node: helper.getNode('control'), answers };
}
const badge = () => helper.getNode('control').status.args.at(-1)?.[0].text?.replace(TEXTS, '');
/** What a catch node would get. */
const failure = () => helper.getNode('control').error.args.at(-1)?.[0];

test('rings, and passes the message on with the answer', async () => {
  const { node, answers } = await load({ action: 'ring', camera: 'cam-1' });
  node.receive({ topic: 'button', payload: 'x' });
  await vi.waitFor(() => expect(answers).toHaveLength(1), PATIENCE);
  expect(hub.triggers).toEqual([{ cameraId: 'cam-1', kind: 'ring', test: false }]);
  expect(answers[0]).toMatchObject({ topic: 'button', payload: { eventId: expect.any(String) } });
  await vi.waitFor(() => expect(badge()).toBe('status.did-ring'), PATIENCE);
});

test('switches privacy of the camera that an event is about', async () => {
  const { node, answers } = await load({ action: 'msg' });
  node.receive({ action: 'privacy-on', event: { camera: hub.cameras[1].ref } });
  await vi.waitFor(() => expect(answers).toHaveLength(1), PATIENCE);
  expect(answers[0]?.payload).toMatchObject({ slug: 'garden', privacy: true });
  expect(hub.cameras[0].state.privacy).toBe(false);
});

test('lets detection rest for the minutes that the message says', async () => {
  const { node, answers } = await load({
    ...{ action: 'snooze', camera: 'cam-1', cameraType: 'hub', duration: 'minutes', durationType: 'msg' },
    version: 2,
  });
  const before = Date.now();
  node.receive({ minutes: 5 });
  await vi.waitFor(() => expect(answers).toHaveLength(1), PATIENCE);
  const camera = answers[0]?.payload as CameraInfo;
  expect(camera).toMatchObject({ slug: 'front-door', armed: false });
  expect(camera.snoozedUntil).toBeGreaterThanOrEqual(before + 5 * 60_000);
  node.receive({ minutes: 'a while' });
  await vi.waitFor(() => expect(String(failure())).toContain('fault.no-minutes'), PATIENCE);
});

test('an expression that fails is said, and nothing is done', async () => {
  const duration = { duration: '$number(minutes)', durationType: 'jsonata' };
  const { node, answers } = await load({ action: 'msg', camera: 'cam-1', ...duration, version: 2 });
  node.receive({ action: 'snooze', minutes: 'a while' });
  await vi.waitFor(() => expect(String(failure())).toContain('fault.typed-input'), PATIENCE);
  expect(answers).toEqual([]);
});

test('what comes in one moment is done in its order', async () => {
  const { node, answers } = await load({ action: 'msg', camera: 'cam-1' });
  const wanted = Array.from({ length: 30 }, (_, turn) => (turn % 2 === 0 ? 'privacy-on' : 'privacy-off'));
  for (const [turn, action] of wanted.entries()) node.receive({ action, turn });
  await vi.waitFor(() => expect(answers).toHaveLength(wanted.length), PATIENCE);
  expect(answers.map(({ turn }) => turn)).toEqual([...wanted.keys()]);
  expect(answers.map(({ payload }) => (payload as CameraInfo).privacy)).toEqual(
    wanted.map((action) => action === 'privacy-on'),
  );
});

test('keeps the recording of an event', async () => {
  const clip = await hub.clips.add(hub.cameras[0].ref, hub.media);
  const { node, answers } = await load({ action: 'pin' });
  node.receive({ event: { media: { clip: { id: clip.id, ready: true } } } });
  await vi.waitFor(() => expect(answers).toHaveLength(1), PATIENCE);
  expect(answers[0]?.payload).toMatchObject({ id: clip.id, keep: 'pinned' });
  node.receive({});
  await vi.waitFor(() => expect(String(failure())).toContain('fault.no-clip'), PATIENCE);
});

test('tells that nobody is home, without a camera', async () => {
  const { node, answers } = await load({ action: 'away' });
  node.receive({});
  await vi.waitFor(() => expect(answers).toHaveLength(1), PATIENCE);
  expect(answers[0]?.payload).toMatchObject({ home: 'away' });
  expect(hub.detection.household().home).toBe('away');
});

test.each([
  ['an unknown action', { action: 'msg', camera: 'cam-1' }, { payload: 'unlock' }, 'fault.no-action'],
  ['no camera', { action: 'ring' }, {}, 'fault.no-camera'],
  ['an unknown camera', { action: 'ring', camera: 'shed' }, {}, 'fault.no-camera-there'],
  ['a token without the scope', { action: 'ring', camera: 'cam-1' }, {}, 'fault.no-control'],
])('%s fails with the reason, and sends nothing', async (what, settings, message, words) => {
  const { node, answers } = await load(settings, what.includes('scope') ? ['events'] : ['control']);
  node.receive(message);
  await vi.waitFor(() => expect(String(failure())).toContain(words), PATIENCE);
  expect(answers).toEqual([]);
  expect(hub.triggers).toEqual([]);
});

test('a hub that is away is an error, not a crash', async () => {
  const { node } = await load({ action: 'ring', camera: 'cam-1' });
  await hub.api[Symbol.asyncDispose]();
  node.receive({});
  await vi.waitFor(() => expect(String(failure())).toContain('fault.refused'), PATIENCE);
  await vi.waitFor(() => expect(badge()).toBe('status.retry'), PATIENCE);
});

test('without a hub it says so', async () => {
  const { node } = await load({ action: 'ring', camera: 'cam-1', server: 'none' });
  await vi.waitFor(() => expect(badge()).toBe('status.no-server'), PATIENCE);
  node.receive({});
  await vi.waitFor(() => expect(String(failure())).toContain('fault.no-server'), PATIENCE);
});
