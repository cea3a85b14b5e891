/** Flows that released versions saved still run; those of a newer version are not guessed at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EventHub, FRONT_DOOR, startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import { FLOW_NODES, loadNodes, newNode } from '../test/support/node-red-package.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const TEXTS = /^@homebridge-doorstep\/node-red\/[\w-]+:/;
/** One folder for each released version. */
const RELEASES = join(import.meta.dirname, '../test/fixtures/node-red-flows');
const flows = readdirSync(RELEASES).flatMap((release) =>
  readdirSync(join(RELEASES, release)).map((file) => ({ name: `${release}/${file}` })),
);

interface Saved {
  id: string;
  type: string;
  host?: string;
  port?: string;
  wires?: string[][];
  x?: number;
}

let hub: EventHub;
let token: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => helper.startServer(resolve));
  hub = await startEventHub();
  token = hub.auth.createToken({ name: 'test', scopes: ['events', 'control'] }).token;
});
afterEach(() => helper.unload());
afterAll(async () => {
  await new Promise<void>((resolve) => helper.stopServer(resolve));
  await hub[Symbol.asyncDispose]();
});

const badge = (id: string) => helper.getNode(id).status.args.at(-1)?.[0].text?.replace(TEXTS, '');

/** As it was saved, but for the hub, and with a node that hears what each output sends in place of those of Node-RED. */
function asDeployed(saved: Saved[]): { nodes: Saved[]; ours: Saved[]; heard: string[] } {
  const ours = saved.filter(({ type, x }) => type.startsWith('doorstep-') && x !== undefined);
  const others = saved.filter(({ type, x }) => !type.startsWith('doorstep-') && x !== undefined);
  const heard = others.filter(({ type }) => type !== 'comment').map(({ id }) => id);
  const server = saved.find(({ type }) => type === 'doorstep-server');
  return {
    ours,
    heard,
    nodes: [
      ...(server ? [{ ...server, host: '127.0.0.1', port: String(hub.port) }] : []),
      ...ours,
      ...heard.map((id) => ({ id, type: 'helper' })),
    ],
  };
}

test.each(flows)('$name runs as before', async ({ name }) => {
  const saved = JSON.parse(readFileSync(join(RELEASES, name), 'utf8')) as Saved[];
  const { nodes, ours, heard } = asDeployed(saved);
  const server = nodes[0]?.id ?? '';
  await helper.load(await loadNodes(), nodes, { [server]: { token } });
  for (const { id } of ours) await vi.waitFor(() => expect(badge(id)).toBe('status.connected'), PATIENCE);
  const topics = new Set<string>();
  for (const id of heard) helper.getNode<{ topic: string }>(id).on('input', ({ topic }) => topics.add(topic));
  const at = Date.now();
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at });
  hub.events.publish({ kind: 'motion', phase: 'start', camera: FRONT_DOOR, at: at - 60_000, score: 0.9 });
  hub.events.publish({ kind: 'motion', phase: 'end', camera: FRONT_DOOR, at });
  hub.events.publish({ kind: 'storage', phase: 'nas-missing', at });
  const expected = ours.flatMap(({ type, wires = [] }) =>
    (SENDS[type] ?? []).filter((_topic, index) => (wires[index] ?? wires[0])?.length),
  );
  await vi.waitFor(() => expect([...topics]).toEqual(expect.arrayContaining(expected)), PATIENCE);
});

/** What each node of that time sends, by output. */
const SENDS: Record<string, string[]> = {
  'doorstep-doorbell': ['front-door/doorbell/ring'],
  'doorstep-motion': ['front-door/motion/start', 'front-door/motion/end'],
  'doorstep-storage': ['hub/storage/nas-missing'],
};

test('what a newer version saved says so, and does nothing', async () => {
  const newer = FLOW_NODES.map(({ type }) => ({
    ...{ id: `newer ${type}`, type, server: 'hub', version: 99, wires: [] },
  }));
  const server = { id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port) };
  await helper.load(await loadNodes(), [server, ...newer], { hub: { token } });
  for (const { id } of newer) {
    const node = helper.getNode(id);
    expect([id, badge(id)]).toEqual([id, 'status.nodes-too-old']);
    expect(String(node.warn.args[0]?.[0])).toContain('fault.newer');
    node.receive({ payload: 1 });
  }
  for (const { id, type } of newer) {
    if (!FLOW_NODES.some((node) => node.type === type && node.inputs > 0)) continue;
    const { error } = helper.getNode(id);
    await vi.waitFor(() => expect(error.args.at(-1)?.[0]).toMatchObject({ code: 'EVERSION' }), PATIENCE);
  }
});

test('a hub that a newer version saved is not asked; every node that uses it says so', async () => {
  const nodes = FLOW_NODES.map((definition) => newNode(definition, `of ${definition.type}`));
  const server = {
    id: 'hub',
    type: 'doorstep-server',
    host: '127.0.0.1',
    port: String(hub.port),
    version: 99,
  };
  await helper.load(await loadNodes(), [server, ...nodes], {
    hub: { token },
  });
  for (const { id } of nodes)
    await vi.waitFor(() => expect([id, badge(id)]).toEqual([id, 'status.nodes-too-old']), PATIENCE);
  expect(String(helper.getNode('hub').error.args[0]?.[0])).toContain('fault.newer');
});
