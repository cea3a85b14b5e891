/** The built package in a whole Node-RED. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { type EventHub, FRONT_DOOR, startEventHub } from '../support/event-hub.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const EXAMPLES = join(import.meta.dirname, '../../node-red-nodes/examples');
const NAMESPACE = '@homebridge-doorstep/node-red/doorstep-server';

let hub: EventHub;
let token: string;
let nodeRed: TestNodeRed;
beforeAll(async () => {
  hub = await startEventHub();
  token = hub.auth.createToken({ name: 'node-red', scopes: ['events'] }).token;
  nodeRed = await startNodeRed({ flows: example('ring-and-motion.json'), credentials: credentials() });
});
afterAll(async () => {
  await nodeRed[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

/** An example flow, its hub node pointed at our hub. */
function example(file: string): FlowNode[] {
  const flow = JSON.parse(readFileSync(join(EXAMPLES, file), 'utf8')) as FlowNode[];
  return flow.map((node) =>
    node.type === 'doorstep-server' ? { ...node, host: '127.0.0.1', port: hub.port } : node,
  );
}

const hubNode = () =>
  example('ring-and-motion.json').find(({ type }) => type === 'doorstep-server')?.id ?? '';
const credentials = () => ({ [hubNode()]: { token } });
const withToken = (flow: FlowNode[]) =>
  flow.map((node) => (node.type === 'doorstep-server' ? { ...node, credentials: { token } } : node));

const logged = (text: string, count = 1) =>
  vi.waitFor(
    () => expect(nodeRed.logLines.filter((line) => line.includes(text))).toHaveLength(count),
    PATIENCE,
  );
const ring = () =>
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now() });
const json = async (path: string) =>
  (await nodeRed.admin(path, { headers: { accept: 'application/json' } })).json();

/** What the editor's dialogs ask. */
async function ask(question: object, admin = nodeRed.admin): Promise<{ status: number; answer: unknown }> {
  const response = await admin('doorstep-server/try', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ host: '127.0.0.1', port: hub.port, tls: false, ...question }),
  });
  return { status: response.status, answer: response.ok ? await response.json() : undefined };
}

test('the palette has our nodes, without an error', async () => {
  const sets = (await json('nodes')) as { module: string; types: string[]; err?: string }[];
  const ours = sets.filter(({ module }) => module === '@homebridge-doorstep/node-red');
  expect(ours.flatMap(({ types }) => types).toSorted()).toEqual([
    'doorstep-control',
    'doorstep-doorbell',
    'doorstep-motion',
    'doorstep-server',
    'doorstep-storage',
  ]);
  expect(ours.map(({ err }) => err)).toEqual(ours.map(() => undefined));
});

const EVERY_EXAMPLE = readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.json'),
);

test.each(EVERY_EXAMPLE)('the example %s imports, deploys and exports as it is', async (file) => {
  await nodeRed.deploy(withToken(example(file)));
  const bare = (flow: FlowNode[]) => flow.map(({ credentials: _secret, ...node }) => node);
  expect(bare(await nodeRed.flows())).toEqual(example(file));
  expect(nodeRed.logLines.filter((line) => line.includes('[error]'))).toEqual([]);
});

test('a ring runs through the example flow, also after the hub was away', async () => {
  await nodeRed.deploy(withToken(example('ring-and-motion.json')));
  const connected = nodeRed.logLines.filter((line) => line.includes('Connected to Doorstep')).length;
  if (connected === 0) await logged('Connected to Doorstep');
  ring();
  await logged('[debug:Ring] Somebody rang at ');
  await hub.goAway();
  ring();
  await hub.comeBack();
  await logged('[debug:Ring] Somebody rang at ', 2);
  hub.events.publish({ kind: 'motion', phase: 'start', camera: FRONT_DOOR, at: Date.now() });
  hub.events.publish({ kind: 'motion', phase: 'end', camera: FRONT_DOOR, at: Date.now() });
  await logged('[debug:Motion ends] All still since ');
  await logged('[debug:Motion starts] Something moves since ');
});

describe('the editor', () => {
  test('asks a hub before the first deploy', async () => {
    expect(await ask({ id: 'new', token })).toMatchObject({
      status: 200,
      answer: { ok: true, version: '0.1.0', cameras: [{ name: 'Front door' }, { name: 'Garden' }] },
    });
  });

  test('asks with the deployed token where that one belongs', async () => {
    await nodeRed.deploy(withToken(example('ring-and-motion.json')));
    await vi.waitFor(
      async () => expect(await ask({ id: hubNode() })).toMatchObject({ answer: { ok: true } }),
      PATIENCE,
    );
  });

  test.each([
    [
      'another address does not get the deployed token',
      () => ({ id: hubNode(), host: 'localhost' }),
      'token-again',
    ],
    ['no token', () => ({}), 'no-token'],
    ['a wrong one', () => ({ token: 'dst_wrong' }), 'bad-token'],
    ['no address', () => ({ token, host: 'http://pi' }), 'bad-address'],
    ['nothing there', () => ({ token, port: 1 }), 'refused'],
  ])('is told: %s', async (_what, question, code) => {
    const told = { status: 200, answer: { ok: false, fault: { code } } };
    await vi.waitFor(async () => expect(await ask(question())).toMatchObject(told), PATIENCE);
  });

  test.each([
    ['de', 'verbunden'],
    ['es-ES', 'conectado'],
    ['fr', 'connecté'],
    ['nl', 'verbonden'],
  ])('in %s says %s', async (language, connected) => {
    const catalog = (await json(`locales/${NAMESPACE}?lng=${language}`)) as { status: { connected: string } };
    expect(catalog.status.connected).toBe(connected);
  });

  test('gets pages, help, icons and the shared script', async () => {
    const page = async (language: string) =>
      (
        await nodeRed.admin('nodes', { headers: { accept: 'text/html', 'accept-language': language } })
      ).text();
    expect(await page('en-US')).toContain('Sends a message when somebody rings.');
    expect(await page('de')).toContain('Sendet eine Nachricht, wenn jemand klingelt.');
    for (const path of [
      'icons/@homebridge-doorstep/node-red/doorstep-doorbell.svg',
      'resources/@homebridge-doorstep/node-red/editor.js',
    ]) {
      expect([path, (await nodeRed.admin(path)).status]).toEqual([path, 200]);
    }
  });
});

test('who is not signed in to the editor learns nothing', async () => {
  await using locked = await startNodeRed({ flows: [], adminToken: 'letmein' });
  const stranger = (path: string, init?: RequestInit) => fetch(new URL(path, `${locked.url}/`), init);
  expect((await ask({ token }, stranger)).status).toBe(401);
  expect((await ask({ token }, locked.admin)).status).toBe(200);
});
