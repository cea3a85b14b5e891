/** What holds for every node of the package, whichever it is: checks 4 and 5. */
import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { SCOPES, type Scope } from '../protocol/api.ts';
import { type DoorstepEvent, type EventKind, PHASES } from '../protocol/event.ts';
import { type FakeHub, startFakeHub } from '../test/support/fake-hub.ts';
import { helper, redeploy } from '../test/support/node-red-helper.ts';
import { FLOW_NODES, loadNodes, type NodeDefinition, newNode } from '../test/support/node-red-package.ts';
import { makeSampleMedia } from '../test/support/sample-media.ts';
import { proxyTo, type TcpProxy } from '../test/support/tcp-proxy.ts';
import { NodeError } from './lib/node-error.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
const ASKING = FLOW_NODES.filter(({ inputs }) => inputs > 0);

const media = makeSampleMedia();
let nodes: Awaited<ReturnType<typeof loadNodes>>;
let hub: FakeHub;
/** The way to the hub. */
let proxy: TcpProxy;
beforeAll(async () => {
  nodes = await loadNodes();
  hub = await startFakeHub({ media: await media });
  proxy = await proxyTo(Number(new URL(hub.api.url).port));
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});
beforeEach(() => new Promise<void>((resolve) => helper.startServer(resolve)));
afterEach(async () => {
  await helper.unload();
  await new Promise<void>((resolve) => helper.stopServer(resolve));
});

const tokenOf = (scopes: readonly Scope[]) => hub.auth.createToken({ name: 'every node', scopes }).token;
const TAB = { id: 'tab', type: 'tab', label: 'Every node' };
const idOf = ({ type }: NodeDefinition) => `a-${type}`;
const hubNode = (port: number) => ({
  ...{ id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(port), tls: false },
});

test('check 4: 200 redeploys leave no socket, timer or listener behind', async () => {
  const flow = [
    TAB,
    hubNode(proxy.port),
    ...FLOW_NODES.map((definition) => ({
      ...newNode(definition, idOf(definition)),
      // A deploy may come while motion has not lasted yet.
      ...('minDuration' in definition.defaults && { minDuration: 60 }),
    })),
  ];
  const credentials = { hub: { token: tokenOf(SCOPES) } };
  // What Node and Node-RED make once, they make now.
  await helper.load(nodes, flow, credentials);
  await helper.unload();
  const before = leftovers();
  await helper.load(nodes, flow, credentials);
  for (let count = 0; count < 200; count += 1) {
    // Not always with the connection up: a deploy may come while a node dials, asks or waits.
    if (count % 10 === 0) await vi.waitFor(() => expect(connected()).toBe(true), PATIENCE);
    for (const definition of ASKING) helper.getNode(idOf(definition)).receive({ topic: 'redeploy' });
    hub.events.publish({ kind: 'motion', phase: 'start', camera: hub.cameras[0].ref, at: Date.now() });
    await redeploy(flow, credentials);
  }
  await helper.unload();
  await vi.waitFor(() => {
    const after = leftovers();
    // A few belong to what waits here, and to HTTP, which keeps connections for a while; a leak would leave 200.
    for (const [what, number] of Object.entries(after))
      expect([what, Math.max(0, number - (before[what] ?? 0) - 10)]).toEqual([what, 0]);
  }, PATIENCE);
}, 120_000);

const connected = () =>
  FLOW_NODES.every((definition) => {
    const { fill } = helper.getNode(idOf(definition)).status.args.at(-1)?.[0] ?? {};
    return fill !== 'yellow' && fill !== 'red';
  });

/** What there is in this process and at the hub, by its sort. */
function leftovers(): Record<string, number> {
  const counts: Record<string, number> = { connections: proxy.open };
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  const emitters = { process: process as NodeJS.EventEmitter, events: helper._events };
  for (const [name, emitter] of Object.entries(emitters))
    counts[`listeners of ${name}`] = emitter
      .eventNames()
      .reduce((sum, event) => sum + emitter.listenerCount(event), 0);
  return counts;
}

/** What a flow may hand to a node: that of our own nodes, and whatever somebody built. */
const event = fc
  .constantFrom(
    ...Object.entries(PHASES).flatMap(([kind, phases]) => phases.map((phase) => ({ kind, phase }))),
  )
  .chain(({ kind, phase }) =>
    fc.record<Partial<DoorstepEvent>>({
      schema: fc.constant(1),
      id: fc.ulid(),
      seq: fc.nat(),
      kind: fc.constant(kind as EventKind),
      phase: fc.constant(phase),
      camera: fc.constantFrom(
        { id: 'cam-1', name: 'Front door', slug: 'front-door' },
        { id: 'cam-9', name: 'Gone', slug: 'gone' },
      ),
      at: fc.integer({ min: 0, max: 4e12 }),
      media: fc.constantFrom(undefined, {
        snapshot: { id: 'x', ready: true },
        clip: { id: 'y', ready: false },
      }),
    }),
  );
const circular: Record<string, unknown> = {};
circular.self = circular;
const bad = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withTypedArray: true,
    withNullPrototype: true,
  }),
  fc.constantFrom<unknown>(
    ...[null, undefined, '', 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 'x'.repeat(1e6), circular],
    ...[Buffer.alloc(1e6), Buffer.from('{}'), Symbol('s'), () => 1, '../../etc/passwd', '\u0000', []],
  ),
);
const good = fc.constantFrom<unknown>(
  ...['cam-1', 'front-door', 'ring', 'arm', 'start', 'stop', 'home', true, false, 0, 1, 5, Date.now(), '2 h'],
);
const PROPERTIES = [
  'payload',
  'topic',
  'event',
  'action',
  'camera',
  'recipient',
  'media',
  'from',
  'to',
  'at',
];
const message = fc.record(
  Object.fromEntries([
    ...PROPERTIES.map((name) => [name, fc.oneof(good, bad, event)] as const),
    ...['kind', 'limit', 'clip', 'id', 'duration', 'url', 'parts', '_msgid'].map(
      (name) => [name, fc.oneof(good, bad)] as const,
    ),
  ]),
  { requiredKeys: [] },
);

/** A node with anything chosen that its dialog offers. */
const settings = ({ choices }: NodeDefinition) =>
  fc.record(
    Object.fromEntries(Object.entries(choices).map(([name, values]) => [name, fc.constantFrom(...values)])),
  );

const VARIANTS = 6;
const MESSAGES = 40;

interface Situation {
  scopes?: readonly Scope[];
  port?: () => number;
  /** Where Node-RED closes the nodes as soon as they have their messages. */
  closing?: boolean;
  server?: string;
}
const SITUATIONS: [string, Situation][] = [
  ['with the hub there', {}],
  ['with the hub away', { port: () => 1 }],
  ['with a token that may read events alone', { scopes: ['events'] }],
  ['with a token that may only propose', { scopes: ['share:request'] }],
  ['without a hub', { server: '' }],
  ['while it is being closed', { closing: true }],
];

describe.each(SITUATIONS)('check 5: each input ends once, %s', (_what, situation) => {
  const { scopes = SCOPES, port = () => proxy.port, closing = false, server = 'hub' } = situation;

  test.each(ASKING)('$type', async (definition) => {
    const seed = Math.floor(Math.random() * 1e9);
    const variants = fc.sample(settings(definition), { numRuns: VARIANTS, seed });
    const ids = variants.map((_, index) => `node-${index}`);
    const flow = variants.map((chosen, index) => ({
      ...{ ...newNode(definition, ids[index] ?? ''), ...chosen },
      ...Object.fromEntries(definition.servers.map((name) => [name, server])),
    }));
    await helper.load(nodes, [TAB, hubNode(port()), ...flow], { hub: { token: tokenOf(scopes) } });

    const endsOf = new Map<object, unknown[]>();
    for (const id of ids) helper.getNode(id)._complete = (each, error) => endsOf.get(each)?.push(error);
    const sent = fc.sample(message, { numRuns: MESSAGES, seed }).map((each, index) => {
      const ends: unknown[] = [];
      endsOf.set(each, ends);
      helper.getNode(ids[index % VARIANTS] ?? '').receive(each);
      return { ends, what: shortly([variants[index % VARIANTS], each]) };
    });
    const open = () => sent.filter(({ ends }) => ends.length === 0).map(({ what }) => what);
    if (!closing) await vi.waitFor(() => expect(open()).toEqual([]), PATIENCE);
    await helper.unload();
    await vi.waitFor(() => expect({ seed, open: open() }).toEqual({ seed, open: [] }), PATIENCE);
    for (const { what, ends } of sent) {
      expect({ seed, what, ends: ends.length }).toEqual({ seed, what, ends: 1 });
      const [error] = ends;
      if (error !== undefined)
        expect({ seed, what, error: codeOf(error) }).toMatchObject({
          error: expect.stringMatching(/^E[A-Z]+$/),
        });
    }
  });
});

/** For whoever reads a failure. */
const shortly = (what: unknown) =>
  inspect(what, { depth: 1, maxStringLength: 30, breakLength: Infinity }).slice(0, 400);
const codeOf = (error: unknown) => (error instanceof NodeError ? error.code : shortly(error));
