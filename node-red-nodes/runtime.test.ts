/** The nodes inside Node-RED's own runtime, against the real API. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventDraft } from '../protocol/event.ts';
import { type EventHub, FRONT_DOOR, GARDEN, startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import doorbell from './doorstep-doorbell.ts';
import motion from './doorstep-motion.ts';
import server from './doorstep-server.ts';
import type { EventMessage } from './lib/message.ts';

const NODES = [server, doorbell, motion];
const PATIENCE = { timeout: 20_000, interval: 5 };
/** The helper has no catalogs: texts are their keys. */
const TEXTS = '@homebridge-doorstep/node-red/doorstep-server:';

let hub: EventHub;
let token: string;
beforeEach(async () => {
  await new Promise<void>((resolve) => helper.startServer(resolve));
  hub = await startEventHub();
  token = hub.auth.createToken({ name: 'test', scopes: ['events'] }).token;
});
afterEach(async () => {
  await helper.unload();
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  await hub[Symbol.asyncDispose]();
});

const flow = (...nodes: object[]) => [
  { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port), tls: false },
  ...nodes,
];
const load = (nodes: object[], credentials: object = { hub: { token } }) =>
  helper.load(NODES, nodes, credentials);

/** The newest badge of a node, as text key. */
const badge = (id: string) => helper.getNode(id).status.args.at(-1)?.[0].text?.replace(TEXTS, '');
const shows = (id: string, text: string) => vi.waitFor(() => expect(badge(id)).toBe(text), PATIENCE);

/** What arrives at a helper node. */
function inbox(id: string): EventMessage[] {
  const messages: EventMessage[] = [];
  helper.getNode<EventMessage>(id).on('input', (message) => messages.push(message));
  return messages;
}

const ring = (over: Partial<EventDraft> = {}) =>
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now(), ...over });
const moves = (phase: 'start' | 'update' | 'end', over: Partial<EventDraft> = {}) =>
  hub.events.publish({ kind: 'motion', phase, camera: FRONT_DOOR, at: Date.now(), ...over });

test('a ring becomes a message', async () => {
  await load(
    flow(
      { id: 'bell', type: 'doorstep-doorbell', server: 'hub', payload: 'text', wires: [['out']] },
      { id: 'out', type: 'helper' },
    ),
  );
  const messages = inbox('out');
  await shows('bell', 'status.connected');
  const event = ring({ test: true });
  await vi.waitFor(() => expect(messages).toHaveLength(1), PATIENCE);
  expect(messages[0]).toMatchObject({
    topic: 'front-door/doorbell/ring',
    payload: `${TEXTS}message.doorbell-ring`,
    title: 'Front door',
    event: { ...event, receivedAt: expect.any(Number) },
  });
  await shows('bell', 'status.ring');
});

test('each node hears its own cameras and its own kind', async () => {
  await load(
    flow(
      { id: 'all', type: 'doorstep-doorbell', server: 'hub', wires: [['all-out']] },
      {
        id: 'garden',
        type: 'doorstep-doorbell',
        server: 'hub',
        cameras: [GARDEN.id],
        wires: [['garden-out']],
      },
      { id: 'all-out', type: 'helper' },
      { id: 'garden-out', type: 'helper' },
    ),
  );
  const [all, garden] = [inbox('all-out'), inbox('garden-out')];
  await shows('garden', 'status.connected');
  moves('start');
  ring();
  ring({ camera: GARDEN });
  await vi.waitFor(() => expect(all).toHaveLength(2), PATIENCE);
  expect(all.map(({ title }) => title)).toEqual(['Front door', 'Garden']);
  expect(garden.map(({ title }) => title)).toEqual(['Garden']);
});

test('motion starts at one output and ends at the other', async () => {
  await load(
    flow(
      {
        id: 'motion',
        type: 'doorstep-motion',
        server: 'hub',
        payload: 'boolean',
        minScore: '0.5',
        wires: [['on'], ['off']],
      },
      { id: 'on', type: 'helper' },
      { id: 'off', type: 'helper' },
    ),
  );
  const [on, off] = [inbox('on'), inbox('off')];
  await shows('motion', 'status.connected');
  moves('start', { score: 0.1 });
  moves('end');
  moves('start', { score: 0.8, label: 'person' });
  await shows('motion', 'status.person-start');
  moves('end', { label: 'person' });
  await shows('motion', 'status.person-end');
  await vi.waitFor(() => expect(off).toHaveLength(1), PATIENCE);
  expect(on.map(({ payload, topic }) => [payload, topic])).toEqual([[true, 'front-door/motion/start']]);
  expect(off.map(({ payload, topic }) => [payload, topic])).toEqual([[false, 'front-door/motion/end']]);
});

test('the start waits until the motion has lasted', async () => {
  await load(
    flow(
      { id: 'motion', type: 'doorstep-motion', server: 'hub', minDuration: '0.05', wires: [['on'], []] },
      { id: 'on', type: 'helper' },
    ),
  );
  const on = inbox('on');
  await shows('motion', 'status.connected');
  moves('start');
  await vi.waitFor(() => expect(on).toHaveLength(1), PATIENCE);
});

test('a hub that comes back needs no redeploy; late events are marked, or left out where unwanted', async () => {
  await load(
    flow(
      { id: 'bell', type: 'doorstep-doorbell', server: 'hub', wires: [['out']] },
      { id: 'fresh', type: 'doorstep-doorbell', server: 'hub', replay: false, wires: [['fresh-out']] },
      { id: 'out', type: 'helper' },
      { id: 'fresh-out', type: 'helper' },
    ),
  );
  const [messages, fresh] = [inbox('out'), inbox('fresh-out')];
  await shows('bell', 'status.connected');
  const first = ring();
  await shows('bell', 'status.ring');
  await hub.goAway();
  await shows('bell', 'status.retry');
  const missed = ring();
  await hub.comeBack();
  await shows('bell', 'status.ring');
  const last = ring();
  await vi.waitFor(() => expect(messages).toHaveLength(3), PATIENCE);
  await vi.waitFor(() => expect(fresh).toHaveLength(2), PATIENCE);
  expect(messages.map(({ event }) => [event.id, event.replay ?? false])).toEqual([
    [first.id, false],
    [missed.id, true],
    [last.id, false],
  ]);
  expect(fresh.map(({ event }) => event.id)).toEqual([first.id, last.id]);
});

test.each([
  ['an unknown token', { hub: { token: 'dst_unknown' } }, 'status.bad-token'],
  ['no token', {}, 'status.no-token'],
])('%s shows', async (_what, credentials, text) => {
  await load(flow({ id: 'bell', type: 'doorstep-doorbell', server: 'hub', wires: [[]] }), credentials);
  await shows('bell', text);
});

test('a token without the scope shows', async () => {
  const media = hub.auth.createToken({ name: 'media', scopes: ['media'] }).token;
  await load(flow({ id: 'bell', type: 'doorstep-doorbell', server: 'hub', wires: [[]] }), {
    hub: { token: media },
  });
  await shows('bell', 'status.not-permitted');
});

test.each([
  ['no hub', ''],
  ['a hub that is not deployed', 'gone'],
  ['something that is no hub', 'out'],
])('%s shows', async (_what, chosen) => {
  await load([
    { id: 'out', type: 'helper' },
    { id: 'bell', type: 'doorstep-doorbell', server: chosen, wires: [[]] },
  ]);
  await shows('bell', 'status.no-server');
});

test('an address that is none shows', async () => {
  const nodes = flow({ id: 'bell', type: 'doorstep-doorbell', server: 'hub', wires: [[]] });
  await load(nodes.map((node) => ('host' in node ? { ...node, host: 'http://pi' } : node)));
  await shows('bell', 'status.bad-address');
});
