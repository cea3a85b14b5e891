/** The built package in a whole Node-RED, in each version that we promise. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { SCOPES } from '../../protocol/api.ts';
import { type EventHub, FRONT_DOOR, startEventHub } from '../support/event-hub.ts';
import { type FlowSink, flowToSink, now, openSink } from '../support/flow-sink.ts';
import { type NodeRedVersion, startNodeRed, type TestNodeRed } from '../support/node-red.ts';
import { exampleFlows, NODE_DEFINITIONS, nodesManifest } from '../support/node-red-package.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };
const NAMESPACE = `${nodesManifest.name}/doorstep-server`;
const EXAMPLES = exampleFlows();
const RING_AND_MOTION = EXAMPLES.find(({ file }) => file === 'ring-and-motion.json')?.flow ?? [];

let hub: EventHub;
let token: string;
let nodeRed: TestNodeRed;

/** A flow with its hubs pointed at ours. */
const toOurHub = (flow: readonly FlowNode[]): FlowNode[] =>
  flow.map((node) =>
    node.type === 'doorstep-server' ? { ...node, host: '127.0.0.1', port: String(hub.port) } : node,
  );
const withToken = (flow: FlowNode[]) =>
  flow.map((node) => (node.type === 'doorstep-server' ? { ...node, credentials: { token } } : node));
const hubNode = RING_AND_MOTION.find(({ type }) => type === 'doorstep-server')?.id ?? '';

const linesWith = (text: string) => nodeRed.logLines.filter((line) => line.includes(text)).length;
/** Waits until the log says so `count` times more than `before`. */
const logged = (text: string, before: number, count = 1) =>
  vi.waitFor(() => expect(linesWith(text)).toBe(before + count), PATIENCE);
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

describe.each<NodeRedVersion>([4, 5])('Node-RED %i', (version) => {
  let sink: FlowSink;
  beforeAll(async () => {
    [hub, sink] = await Promise.all([startEventHub(), openSink()]);
    token = hub.auth.createToken({ name: 'node-red', scopes: [...SCOPES] }).token;
    nodeRed = await startNodeRed({ version, flows: [] });
  });
  afterAll(async () => {
    await nodeRed?.[Symbol.asyncDispose]();
    await sink?.[Symbol.asyncDispose]();
    await hub?.[Symbol.asyncDispose]();
    // Nothing that was deployed here has failed, then or later.
    expect(nodeRed.logLines.filter((line) => line.includes('[error]'))).toEqual([]);
  });

  test('check 1: the palette has our nodes, without an error', async () => {
    const settings = (await json('settings')) as { version: string };
    expect(settings.version).toMatch(new RegExp(`^${version}\\.`));
    const sets = (await json('nodes')) as { module: string; types: string[]; err?: string }[];
    const ours = sets.filter(({ module }) => module === nodesManifest.name);
    expect(ours.flatMap(({ types }) => types).toSorted()).toEqual(
      NODE_DEFINITIONS.map(({ type }) => type).toSorted(),
    );
    expect(ours.map(({ err }) => err)).toEqual(ours.map(() => undefined));
  });

  test.each(EXAMPLES)(
    'check 1: the example $file imports, deploys and exports as it is',
    async ({ flow }) => {
      await nodeRed.deploy(withToken(toOurHub(flow)));
      const bare = (nodes: readonly FlowNode[]) => nodes.map(({ credentials: _secret, ...node }) => node);
      expect(bare(await nodeRed.flows())).toEqual(bare(toOurHub(flow)));
    },
  );

  test('check 3: rings and motion run through the example flow, also after the hub was away', async () => {
    const [connected, rings, starts, ends] = [
      ...[
        'Connected to Doorstep',
        '[debug:Ring] Somebody rang at ',
        '[debug:Motion starts] ',
        '[debug:Motion ends] ',
      ],
    ].map((text) => ({ text, before: linesWith(text) })) as [Said, Said, Said, Said];
    await nodeRed.deploy(withToken(toOurHub(RING_AND_MOTION)));
    await logged(connected.text, connected.before);
    ring();
    await logged(rings.text, rings.before);
    await hub.goAway();
    ring();
    await hub.comeBack();
    await logged(rings.text, rings.before, 2);
    hub.events.publish({ kind: 'motion', phase: 'start', camera: FRONT_DOOR, at: Date.now() });
    hub.events.publish({ kind: 'motion', phase: 'end', camera: FRONT_DOOR, at: Date.now() });
    await logged(ends.text, ends.before);
    await logged(starts.text, starts.before);
  });

  // `npm run bench` measures it on a machine that does nothing else; here it must only be no delay that somebody would notice.
  test('check 6: events are at the end of a flow at once', async () => {
    const connected = linesWith('Connected to Doorstep');
    await nodeRed.deploy(withToken(toOurHub(flowToSink({ sinkPort: sink.port, hubPort: hub.port }))));
    await logged('Connected to Doorstep', connected);
    await sink.arrival(ring().id);
    const samples: number[] = [];
    for (let count = 0; count < 100; count += 1) {
      const begun = now();
      samples.push((await sink.arrival(ring().id)) - begun);
    }
    samples.sort((a, b) => a - b);
    expect(samples[49]).toBeLessThan(100);
    expect(samples[98]).toBeLessThan(1000);
  });

  describe('the editor', () => {
    test('asks a hub before the first deploy', async () => {
      expect(await ask({ id: 'new', token })).toMatchObject({
        status: 200,
        answer: { ok: true, version: '0.1.0', cameras: [{ name: 'Front door' }, { name: 'Garden' }] },
      });
    });

    test('asks with the deployed token where that one belongs', async () => {
      await nodeRed.deploy(withToken(toOurHub(RING_AND_MOTION)));
      await vi.waitFor(
        async () => expect(await ask({ id: hubNode })).toMatchObject({ answer: { ok: true } }),
        PATIENCE,
      );
    });

    test.each([
      [
        'another address does not get the deployed token',
        () => ({ id: hubNode, host: 'localhost' }),
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
      const catalog = (await json(`locales/${NAMESPACE}?lng=${language}`)) as {
        status: { connected: string };
      };
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
        `icons/${nodesManifest.name}/doorstep-doorbell.svg`,
        `resources/${nodesManifest.name}/editor.js`,
      ]) {
        expect([path, (await nodeRed.admin(path)).status]).toEqual([path, 200]);
      }
    });
  });
});

/** A line of the log, and how often it stood there before. */
interface Said {
  text: string;
  before: number;
}

test('who is not signed in to the editor learns nothing', async () => {
  await using locked = await startNodeRed({ flows: [], adminToken: 'letmein' });
  await using lockedHub = await startEventHub();
  hub = lockedHub;
  token = hub.auth.createToken({ name: 'node-red', scopes: ['events'] }).token;
  const stranger = (path: string, init?: RequestInit) => fetch(new URL(path, `${locked.url}/`), init);
  expect((await ask({ token }, stranger)).status).toBe(401);
  expect((await ask({ token }, locked.admin)).status).toBe(200);
});
