/** Pairing over HTTP: a program on one side, the household on the other, and pages of other sites. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  PAIRING_HEADER,
  type PairingInfo,
  type PairingReply,
  type PairingStarted,
} from '../../protocol/pairing.ts';
import { asHousehold, http, json } from '../../test/support/api-client.ts';
import { type EventHub, startEventHub } from '../../test/support/event-hub.ts';

let hub: EventHub;
let v1: string;
let household: Record<string, string>;
const open: PairingStarted[] = [];
beforeAll(async () => {
  hub = await startEventHub();
  v1 = `http://127.0.0.1:${hub.port}/api/v1`;
});
afterAll(() => hub[Symbol.asyncDispose]());
beforeEach(async () => {
  household = asHousehold({ api: { url: `http://127.0.0.1:${hub.port}` }, auth: hub.auth });
  for (const { id, secret } of open.splice(0)) await callOff(id, secret);
});

const order = { name: 'Node-RED', scopes: ['events', 'media'] };
const ask = async () => {
  const started = (await http(`${v1}/pairings`, json(order))).json() as PairingStarted;
  open.push(started);
  return started;
};
const callOff = (id: string, secret: string) =>
  http(`${v1}/pairings/${id}`, { method: 'DELETE', headers: { [PAIRING_HEADER]: secret } });
const look = ({ id, secret }: PairingStarted) =>
  http(`${v1}/pairings/${id}`, { headers: { [PAIRING_HEADER]: secret } });
const waiting = async () =>
  ((await http(`${v1}/pairings`, { headers: household })).json() as { pairings: PairingInfo[] }).pairings;
const answer = (id: string, word: string, body: object) =>
  http(`${v1}/pairings/${id}/${word}`, json(body, household));

test('a hub that nobody has claimed lets nobody ask', async () => {
  const refused = await http(`${v1}/pairings`, json(order));
  expect([refused.status, refused.json()]).toMatchObject([409, { error: { code: 'not-claimed' } }]);
  await hub.auth.setPassphrase('a quiet evening on the porch');
});

test('from the question to a token that works', async () => {
  const started = await ask();
  expect((await look(started)).json()).toMatchObject({ state: 'pending' });
  expect(await waiting()).toMatchObject([{ id: started.id, code: started.code, address: '127.0.0.1' }]);

  expect((await answer(started.id, 'approve', { scopes: [] })).status).toBe(400);
  expect((await answer(started.id, 'approve', { scopes: ['everything'] })).status).toBe(400);
  expect((await answer(started.id, 'approve', { scopes: ['events'] })).json()).toMatchObject({
    state: 'approved',
  });
  expect((await answer(started.id, 'approve', { scopes: ['control'] })).status).toBe(404);

  const fetched = await look(started);
  expect(fetched.headers['cache-control']).toBe('no-store');
  const reply = fetched.json() as Extract<PairingReply, { state: 'approved' }>;
  expect(reply.token).toMatchObject({ name: 'Node-RED', scopes: ['events'] });
  const authorization = `Bearer ${reply.token.token}`;
  expect((await http(`${v1}/cameras`, { headers: { authorization } })).status).toBe(200);
  expect((await http(`${v1}/clips`, { headers: { authorization } })).status).toBe(403);
  // A token lets no other program in.
  expect((await http(`${v1}/pairings`, { headers: { authorization } })).status).toBe(403);
  expect((await look(started)).status).toBe(404);
  expect(hub.auth.tokens().map(({ name }) => name)).toEqual(['Node-RED']);
});

test('"not now" reaches the program', async () => {
  const started = await ask();
  expect((await answer(started.id, 'decline', {})).status).toBe(200);
  expect((await look(started)).json()).toEqual({ state: 'declined' });
  expect(await waiting()).toEqual([]);
});

test('who has no secret can neither read nor end a pairing', async () => {
  const { id } = await ask();
  expect((await http(`${v1}/pairings/${id}`)).status).toBe(404);
  expect((await http(`${v1}/pairings/${id}`, { headers: { authorization: 'Bearer dst_x' } })).status).toBe(
    404,
  );
  expect((await http(`${v1}/pairings/${id}`, { headers: household })).status).toBe(404);
  expect((await callOff(id, 'guess')).status).toBe(404);
  expect(await waiting()).toHaveLength(1);
});

test.each([
  ['a page of another site', { origin: 'http://evil.example' }, 403],
  ['a page that rebinds its name', { host: 'evil.example' }, 421],
  ['a link on another site', { 'sec-fetch-site': 'cross-site' }, 403],
])('%s asks for nothing', async (_who, headers, status) => {
  expect((await http(`${v1}/pairings`, json(order, headers))).status).toBe(status);
  expect(await waiting()).toEqual([]);
});

test.each([
  ['no name', { ...order, name: '' }],
  ['a name of blanks', { ...order, name: '   ' }],
  ['a name that hides letters', { ...order, name: 'Node\u202ERED' }],
  ['a name of two lines', { ...order, name: 'Node\nRED' }],
  ['a long name', { ...order, name: 'x'.repeat(64) }],
  ['no scopes', { ...order, scopes: [] }],
  ['a scope that there is not', { ...order, scopes: ['household'] }],
  ['more than is asked', { ...order, address: '10.0.0.1' }],
])('%s is refused', async (_what, body) => {
  expect((await http(`${v1}/pairings`, json(body))).status).toBe(400);
});

test('a flood ends in 429, with the reason', async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    const reply = await http(`${v1}/pairings`, json(order));
    statuses.push(reply.status);
    if (reply.status === 201) open.push(reply.json() as PairingStarted);
    else expect(reply.json()).toMatchObject({ error: { code: 'too-many-pairings' } });
  }
  expect(statuses).toEqual([201, 201, 201, 429]);
});
