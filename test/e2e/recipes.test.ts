/**
 * The recipes as they are imported, in a whole Node-RED: only addresses and secrets are filled in. A small HTTP server stands in for
 * lamp, loudspeaker and push services.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import type { EventDraft } from '../../protocol/event.ts';
import { FRONT_DOOR, startEventHub } from '../support/event-hub.ts';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { type HttpInbox, startHttpInbox } from '../support/http-inbox.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';

const PATIENCE = { timeout: 60_000, interval: 10 };
const RECIPES = join(import.meta.dirname, '../../node-red-nodes/examples/recipes');
/** Stands in for every secret; no log may have it. */
const SECRET = 'tk_a-secret-of-the-household';

let hub: FakeHub;
let token: string;
let inbox: HttpInbox;
let nodeRed: TestNodeRed;
beforeAll(async () => {
  [hub, inbox, nodeRed] = await Promise.all([startFakeHub(), startHttpInbox(), startNodeRed({ flows: [] })]);
  token = hub.auth.createToken({ name: 'recipes', scopes: ['events', 'media', 'control'] }).token;
});
afterAll(async () => {
  await nodeRed?.[Symbol.asyncDispose]();
  await inbox?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
  expect(nodeRed.logLines.filter((line) => line.includes(SECRET) || line.includes(token))).toEqual([]);
});
beforeEach(() => {
  inbox.told.length = 0;
});

interface TabVariable {
  name: string;
  type: string;
  value?: string;
}

/** Deploys a recipe with the values of its tab's variables, and waits for the hub. */
async function cook(recipe: string, values: Record<string, string>): Promise<void> {
  const flow = JSON.parse(readFileSync(join(RECIPES, `${recipe}.json`), 'utf8')) as FlowNode[];
  await deploy(flow.map((node) => filledIn(node, values)));
}

function filledIn(node: FlowNode, values: Record<string, string>): FlowNode {
  if (node.type === 'doorstep-server')
    return { ...node, host: '127.0.0.1', port: String(hub.api.port), credentials: { token } };
  if (node.type !== 'tab') return node;
  const variables = node.env as TabVariable[];
  for (const name of Object.keys(values)) expect(variables.map((known) => known.name)).toContain(name);
  const secrets = variables.filter(({ type }) => type === 'cred').map(({ name }) => [name, SECRET]);
  return {
    ...node,
    env: variables.map((variable) => ({ ...variable, value: values[variable.name] ?? variable.value })),
    credentials: Object.fromEntries(secrets),
  };
}

const linesWith = (text: string) => nodeRed.logLines.filter((line) => line.includes(text)).length;

/** Resolves when each hub of the flows is connected. */
async function deploy(flows: FlowNode[]): Promise<void> {
  const before = linesWith('Connected to Doorstep');
  const hubs = flows.filter(({ type }) => type === 'doorstep-server').length;
  await nodeRed.deploy(flows);
  await vi.waitFor(() => expect(linesWith('Connected to Doorstep')).toBe(before + hubs), PATIENCE);
}

const publish = (draft: Omit<EventDraft, 'at'>) => hub.events.publish({ at: Date.now(), ...draft });
/** Waits for so many requests, and no more, and gives them. */
async function told(count: number): Promise<HttpInbox['told']> {
  await vi.waitFor(() => expect(inbox.told.length).toBeGreaterThanOrEqual(count), PATIENCE);
  expect(inbox.told.map(({ method, path }) => `${method} ${path}`)).toHaveLength(count);
  return inbox.told;
}

const ntfy = () => ({ NTFY_URL: inbox.url, NTFY_TOPIC: 'our-door' });

test('storage away: told when it stays away, and when it is back; a NAS that restarts is no news', async () => {
  await cook('storage-away', { ...ntfy(), NAS_WAIT_MINUTES: '0.005' });
  publish({ kind: 'storage', phase: 'nas-missing', storage: { reason: 'it does not answer' } });
  await told(1);
  publish({ kind: 'storage', phase: 'nas-back' });
  const [away, back] = await told(2);
  expect(away).toMatchObject({
    method: 'POST',
    path: '/our-door',
    query: { title: 'Doorstep' },
    headers: { authorization: `Bearer ${SECRET}` },
  });
  expect(String(away?.body)).toMatch(/^The NAS does not answer since \d/);
  expect(String(back?.body)).toMatch(/^The NAS is back/);

  await cook('storage-away', { ...ntfy(), NAS_WAIT_MINUTES: '60' });
  publish({ kind: 'storage', phase: 'nas-missing' });
  publish({ kind: 'storage', phase: 'nas-back' });
  publish({ kind: 'storage', phase: 'spool-low', storage: { hoursLeft: 5 } });
  const all = await told(3);
  expect(String(all[2]?.body)).toBe('Room for recordings runs short');
});

test('two hubs in one Node-RED keep apart, and one goes on while the other is away', async () => {
  await using one = await startEventHub();
  await using other = await startEventHub();
  const server = (id: string, { port, auth }: typeof one): FlowNode => ({
    ...{
      id,
      type: 'doorstep-server',
      name: '',
      host: '127.0.0.1',
      port: String(port),
      tls: false,
      version: 1,
    },
    credentials: { token: auth.createToken({ name: id, scopes: ['events'] }).token },
  });
  const bell = (hubId: string): FlowNode[] => [
    {
      ...{
        id: `bell-${hubId}`,
        type: 'doorstep-doorbell',
        z: 'tab',
        server: hubId,
        cameras: [],
        replay: true,
      },
      ...{ payload: 'event', version: 1, wires: [[`send-${hubId}`]] },
    },
    {
      ...{ id: `send-${hubId}`, type: 'http request', z: 'tab', method: 'POST', ret: 'txt', senderr: true },
      ...{ url: `${inbox.url}/${hubId}`, headers: [], wires: [[]] },
    },
  ];
  await deploy([
    { id: 'tab', type: 'tab', label: 'Two hubs' },
    ...[server('one', one), server('other', other)],
    ...[...bell('one'), ...bell('other')],
  ]);
  const ring = (at: typeof one) =>
    at.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now() }).id;
  const rung = () =>
    inbox.told.map(({ path, body }) => {
      const { id, replay = false } = JSON.parse(String(body)) as { id: string; replay?: boolean };
      return [path, id, replay];
    });
  const after = async (...expected: unknown[]) => {
    await vi.waitFor(() => expect(rung()).toHaveLength(expected.length), PATIENCE);
    expect(rung()).toEqual(expected);
  };
  // Short names and sequence numbers are the same at both.
  const first = ring(one);
  await after(['/one', first, false]);
  const second = ring(other);
  await after(['/one', first, false], ['/other', second, false]);
  await one.goAway();
  const missed = ring(one);
  const third = ring(other);
  await after(['/one', first, false], ['/other', second, false], ['/other', third, false]);
  await one.comeBack();
  await after(
    ['/one', first, false],
    ['/other', second, false],
    ['/other', third, false],
    ['/one', missed, true],
  );
});
