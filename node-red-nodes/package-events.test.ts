/** The package and events nodes inside Node-RED's own runtime, against the real API. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EventDraft, PackageFacts } from '../protocol/event.ts';
import { type EventHub, FRONT_DOOR, GARDEN, startEventHub } from '../test/support/event-hub.ts';
import { helper, redeploy } from '../test/support/node-red-helper.ts';
import events from './doorstep-events.ts';
import packages from './doorstep-package.ts';
import server from './doorstep-server.ts';
import type { EventMessage } from './lib/message.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
/** The helper has no catalogs: texts are their keys. */
const TEXTS = /^@homebridge-doorstep\/node-red\/[\w-]+:/;

let hub: EventHub;
let token: string;
beforeAll(() => new Promise<void>((resolve) => helper.startServer(resolve)));
afterAll(() => new Promise<void>((resolve) => helper.stopServer(resolve)));
beforeEach(async () => {
  hub = await startEventHub();
  token = hub.auth.createToken({ name: 'test', scopes: ['events'] }).token;
});
afterEach(async () => {
  await helper.unload();
  await hub[Symbol.asyncDispose]();
});

const badge = () => helper.getNode('node').status.args.at(-1)?.[0].text?.replace(TEXTS, '');
const shows = (text: string) => vi.waitFor(() => expect(badge()).toBe(text), PATIENCE);

/** Deploys the node with so many outputs; what arrives at each. */
async function load(node: object, outputs: number): Promise<EventMessage[][]> {
  const ids = Array.from({ length: outputs }, (_, index) => `out-${index}`);
  await helper.load(
    [server, packages, events],
    [
      { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port), tls: false },
      { id: 'node', server: 'hub', wires: ids.map((id) => [id]), ...node },
      ...ids.map((id) => ({ id, type: 'helper' })),
    ],
    { hub: { token } },
  );
  await shows('status.connected');
  return ids.map((id) => {
    const messages: EventMessage[] = [];
    helper.getNode<EventMessage>(id).on('input', (message) => messages.push(message));
    return messages;
  });
}

const tell = (draft: Pick<EventDraft, 'kind' | 'phase'> & Partial<EventDraft>) =>
  hub.events.publish({ camera: FRONT_DOOR, at: Date.now(), ...draft });
const parcel = (
  phase: 'delivered' | 'removed' | 'corrected',
  facts: Partial<PackageFacts>,
  over: Partial<EventDraft> = {},
) => tell({ kind: 'package', phase, package: { id: 'p', count: 0, ...facts }, ...over });

test('packages come, go and are corrected at outputs of their own, and the badge tells how it is', async () => {
  const [delivered = [], removed = [], other = []] = await load(
    { type: 'doorstep-package', payload: 'boolean', verdicts: ['taken'], minScore: '0.5' },
    3,
  );
  parcel('delivered', { count: 1 }, { score: 0.3 });
  parcel('delivered', { count: 2 }, { score: 0.9 });
  await shows('status.on-porch');
  parcel('removed', { count: 1, verdict: 'collected' });
  await shows('status.collected');
  const gone = parcel('removed', { count: 0, verdict: 'taken' });
  await shows('status.taken');
  parcel('corrected', { count: 0, verdict: 'collected' }, { supersedes: gone.id });
  await shows('status.corrected');
  await vi.waitFor(() => expect(other).toHaveLength(2), PATIENCE);
  const facts = ({ payload, text }: EventMessage) => [payload, text.replace(TEXTS, '')];
  expect(delivered.map(facts)).toEqual([[true, 'message.package-delivered']]);
  expect(removed.map(facts)).toEqual([[false, 'message.package-taken']]);
  expect(other.map(facts)).toEqual([
    [true, 'message.package-collected'],
    [false, 'message.package-explained'],
  ]);
  expect(removed[0]?.topic).toBe('front-door/package/removed');
});

test('a node that is deployed later knows what lies there', async () => {
  const [delivered = []] = await load({ type: 'doorstep-package' }, 3);
  parcel('delivered', { count: 2 });
  await vi.waitFor(() => expect(delivered).toHaveLength(1), PATIENCE);
  const later = [
    { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port), tls: false },
    { id: 'first', type: 'doorstep-package', server: 'hub', wires: [[], [], []] },
  ];
  await redeploy(later, { hub: { token } }, 'nodes');
  parcel('removed', { count: 1 });
  await vi.waitFor(() => expect(helper.getNode('first').status.args.length).toBeGreaterThan(1), PATIENCE);
  await redeploy(
    [...later, { id: 'node', type: 'doorstep-package', server: 'hub', wires: [[], [], []] }],
    { hub: { token } },
    'nodes',
  );
  await shows('status.on-porch');
});

test('the events that were chosen, of any kind', async () => {
  const [chosen = []] = await load(
    { type: 'doorstep-events', payload: 'text', subjects: ['doorbell/ring', 'camera/offline'], tests: false },
    1,
  );
  tell({ kind: 'motion', phase: 'start' });
  tell({ kind: 'doorbell', phase: 'ring', test: true });
  tell({ kind: 'camera', phase: 'online' });
  tell({ kind: 'camera', phase: 'offline', camera: GARDEN });
  tell({ kind: 'doorbell', phase: 'ring' });
  await vi.waitFor(() => expect(chosen).toHaveLength(2), PATIENCE);
  expect(chosen.map(({ topic, title }) => [topic, title])).toEqual([
    ['garden/camera/offline', 'Garden'],
    ['front-door/doorbell/ring', 'Front door'],
  ]);
  await shows('status.live');
});

test('all events where none are chosen, missed ones only where wanted', async () => {
  const [all = []] = await load({ type: 'doorstep-events', replay: false }, 1);
  tell({ kind: 'clip', phase: 'ready' });
  await vi.waitFor(() => expect(all).toHaveLength(1), PATIENCE);
  await hub.goAway();
  await shows('status.retry');
  tell({ kind: 'doorbell', phase: 'ring' });
  await hub.comeBack();
  await shows('status.live');
  tell({ kind: 'share', phase: 'proposed' });
  await vi.waitFor(() => expect(all).toHaveLength(2), PATIENCE);
  expect(all.map(({ topic }) => topic)).toEqual(['front-door/clip/ready', 'front-door/share/proposed']);
});
