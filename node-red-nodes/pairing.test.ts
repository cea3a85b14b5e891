/** The runtime's half of pairing, through the editor's API of the helper's Node-RED, against the real API of a hub. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewToken, Scope } from '../protocol/api.ts';
import type { PairingInfo } from '../protocol/pairing.ts';
import { asHousehold, http, json } from '../test/support/api-client.ts';
import { type EventHub, startEventHub } from '../test/support/event-hub.ts';
import { startOddServer } from '../test/support/odd-server.ts';
import type { AdminHandler, NodeRed } from './lib/node-red.ts';
import { createPairingDesk, type DeskLook, type DeskStart } from './lib/pairing-desk.ts';
import { pairingRoutes, programName } from './lib/pairing-routes.ts';

let hub: EventHub;
let routes: Map<string, AdminHandler[]>;
let permissions: string[];
let time: number;
beforeAll(async () => {
  hub = await startEventHub();
  await hub.auth.setPassphrase('a quiet evening on the porch');
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(() => {
  routes = new Map();
  permissions = [];
  time = 0;
  const RED = {
    auth: {
      needsPermission: (permission: string): AdminHandler => {
        permissions.push(permission);
        return (_request, _response, next) => next();
      },
    },
    httpAdmin: { post: (path: string, ...handlers: AdminHandler[]) => void routes.set(path, handlers) },
  } as unknown as NodeRed;
  pairingRoutes(RED, createPairingDesk({ now: () => time }));
});

/** What the route says to the editor. */
function admin<T>(path: string, body: unknown): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const response = { setHeader: () => {}, end: (text: string) => resolve(JSON.parse(text) as T) };
  const answer = routes.get(`/doorstep-server/${path}`)?.at(-1);
  answer?.({ body } as never, response as never, () => {});
  return promise;
}
const start = (over: object = {}) =>
  admin<DeskStart>('pairings', {
    host: '127.0.0.1',
    port: String(hub.port),
    tls: false,
    scopes: ['events'],
    ...over,
  });
const started = async (over: object = {}) => {
  const answer = await start(over);
  if (!answer.ok) throw new Error(answer.fault.code);
  return answer;
};
const look = (pairing: string) => admin<DeskLook>('pairings/look', { pairing });
const end = (pairing: string) => admin<object>('pairings/end', { pairing });

const household = () => asHousehold({ api: { url: `http://127.0.0.1:${hub.port}` }, auth: hub.auth });
const v1 = () => `http://127.0.0.1:${hub.port}/api/v1/pairings`;
const asked = async () =>
  ((await http(v1(), { headers: household() })).json() as { pairings: PairingInfo[] }).pairings;
const answer = async (word: string, body: object) => {
  const [{ id }] = (await asked()) as [PairingInfo];
  await http(`${v1()}/${id}/${word}`, json(body, household()));
};

test('only who may change the hub node may pair it', () => {
  expect([...routes.keys()]).toEqual([
    '/doorstep-server/pairings',
    '/doorstep-server/pairings/look',
    '/doorstep-server/pairings/end',
  ]);
  expect(new Set(permissions)).toEqual(new Set(['doorstep-server.write']));
});

test('a token comes as far as the dialog, and the secret of the pairing does not', async () => {
  const answered = await started({ scopes: ['events', 'media', 'everything'] });
  expect(Object.keys(answered)).toEqual(['ok', 'pairing', 'code']);
  const [request] = await asked();
  expect(request).toMatchObject({ code: answered.code, scopes: ['events', 'media'] });
  expect(request?.name).toMatch(/^Node-RED/);
  expect(request?.id).not.toBe(answered.pairing);
  expect(await look(answered.pairing)).toEqual({ state: 'pending' });

  await answer('approve', { scopes: ['events'] });
  const first = await look(answered.pairing);
  expect(first).toMatchObject({ state: 'approved', scopes: ['events'] satisfies Scope[] });
  // The hub has given it and forgotten it; the editor may have missed the answer.
  expect(await look(answered.pairing)).toEqual(first);
  expect(hub.auth.token((first as unknown as NewToken).token)).toMatchObject({ scopes: ['events'] });
  await end(answered.pairing);
  expect(await look(answered.pairing)).toEqual({ state: 'gone' });
  expect(hub.auth.tokens()).toHaveLength(1);
});

test('"not now" is told', async () => {
  const { pairing } = await started();
  await answer('decline', {});
  expect(await look(pairing)).toEqual({ state: 'declined' });
  await end(pairing);
});

test('a dialog that is closed takes its question back', async () => {
  const { pairing } = await started();
  expect(await asked()).toHaveLength(1);
  await end(pairing);
  expect(await asked()).toEqual([]);
});

test('a hub that is away is waited for; one that was restarted knows nothing of the pairing', async () => {
  const { pairing } = await started();
  await hub.goAway();
  expect(await look(pairing)).toMatchObject({
    state: 'pending',
    fault: { code: expect.stringMatching(/^(lost|refused)$/) },
  });
  expect(await start()).toMatchObject({ ok: false, fault: { code: 'refused' } });
  await hub.comeBack();
  expect(await look(pairing)).toEqual({ state: 'gone' });
  await end(pairing);
});

test.each([
  ['no address', { host: '' }, 'bad-address'],
  ['a URL', { host: 'http://pi' }, 'bad-address'],
  ['no scope', { scopes: [] }, 'turned-away'],
])('%s is told', async (_what, over, code) => {
  expect(await start(over)).toMatchObject({ ok: false, fault: { code } });
});

test('what is no hub is told', async () => {
  for (const reply of ['{"hello":1}', 'null', 'no JSON', 'x'.repeat(100_000)]) {
    await using server = await startOddServer(reply);
    const { port } = server;
    expect(await start({ port })).toMatchObject({ ok: false, fault: { code: 'not-doorstep' } });
  }
});

test.each([
  ['no token', { state: 'approved' }, { state: 'gone' }],
  [
    'a token that no header carries',
    { state: 'approved', token: { token: 'a\nb', scopes: [] } },
    { state: 'gone' },
  ],
  ['a token that is a number', { state: 'approved', token: { token: 7, scopes: [] } }, { state: 'gone' }],
  ['no scopes', { state: 'approved', token: { token: 'dst_x' } }, { state: 'gone' }],
  [
    'a scope that there is not',
    { state: 'approved', token: { token: 'dst_x', scopes: ['events', 7] } },
    { state: 'approved', token: 'dst_x', scopes: ['events'] },
  ],
])('a hub that gives %s', async (_what, reply, told) => {
  const asked = { id: 'i', code: '1234-5678', secret: 's', expiresAt: 1 };
  await using server = await startOddServer(JSON.stringify(asked), JSON.stringify(reply));
  const { pairing } = await started({ port: server.port });
  expect(await look(pairing)).toEqual(told);
});

test('what the editor never ended is forgotten', async () => {
  const { pairing } = await started();
  time += 16 * 60_000;
  await end((await started()).pairing);
  expect(await look(pairing)).toEqual({ state: 'gone' });
});

test.each([undefined, null, 'text', 7, {}])('a body of %j harms nothing', async (body) => {
  expect(await admin('pairings', body)).toMatchObject({ ok: false });
  expect(await admin('pairings/look', body)).toEqual({ state: 'gone' });
  expect(await admin('pairings/end', body)).toEqual({});
});

describe('the name', () => {
  test.each([
    ['pi', 'Node-RED on pi'],
    ['', 'Node-RED'],
    ['a\u202Eb\n', 'Node-RED on ab'],
    ['x'.repeat(80), `Node-RED on ${'x'.repeat(51)}`],
  ])('%j is %j', (machine, name) => expect(programName(machine)).toBe(name));
});
