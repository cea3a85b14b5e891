import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { CLOSE, type NewToken } from '../../protocol/api.ts';
import { http, json, TestSocket } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { makeSampleMedia, type SampleMedia } from '../../test/support/sample-media.ts';

let media: SampleMedia;
let hub: FakeHub;
let v1: string;
beforeAll(async () => {
  media = await makeSampleMedia({ seconds: 1 });
});
beforeEach(async () => {
  hub = await startFakeHub({ media });
  v1 = `${hub.api.url}/api/v1`;
});
afterEach(() => hub[Symbol.asyncDispose]());

/** What a browser would send back of the cookies of a reply, with its origin. */
function browser(headers: { 'set-cookie'?: string[] | undefined }) {
  const cookie = headers['set-cookie']?.map((one) => one.split(';')[0]).join('; ') ?? '';
  return { cookie, origin: hub.api.url };
}

test('claim, sign in, sign out', async () => {
  expect((await http(`${v1}/session`)).json()).toEqual({ claimed: false, signedIn: false });
  expect((await http(`${v1}/session`, json({ passphrase: 'our front door' }))).status).toBe(409);

  const code = hub.auth.claimCode() ?? '';
  const wrong = await http(`${v1}/claim`, json({ code: '0000-0000', passphrase: 'our front door' }));
  expect(wrong.status).toBe(401);
  expect((await http(`${v1}/claim`, json({ code, passphrase: 'short' }))).status).toBe(400);
  const claimed = await http(`${v1}/claim`, json({ code, passphrase: 'our front door' }));
  expect(claimed.json()).toEqual({ claimed: true, signedIn: true });
  const [cookie = ''] = claimed.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(/^doorstep_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=7776000$/);
  expect((await http(`${v1}/claim`, json({ code, passphrase: 'somebody else' }))).status).toBe(409);

  expect((await http(`${v1}/session`, json({ passphrase: 'wrong one' }))).status).toBe(401);
  const signedIn = await http(`${v1}/session`, json({ passphrase: 'our front door' }));
  expect(signedIn.status).toBe(200);
  const headers = browser(signedIn.headers);
  expect((await http(`${v1}/session`, { headers })).json()).toEqual({ claimed: true, signedIn: true });
  expect((await http(`${v1}/cameras`, { headers })).status).toBe(200);

  const socket = new TestSocket(`${v1}/events`, headers);
  expect(await socket.nextJson()).toMatchObject({
    type: 'hello',
    scopes: expect.arrayContaining(['control']),
  });
  const out = await http(`${v1}/session`, { method: 'DELETE', headers });
  expect(out.json()).toEqual({ claimed: true, signedIn: false });
  expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0');
  expect((await socket.closed).code).toBe(CLOSE.unauthorized);
  expect((await http(`${v1}/cameras`, { headers })).status).toBe(401);
  expect((await http(`${v1}/cameras`, { headers: browser(claimed.headers) })).status).toBe(200);
});

test('guessing the passphrase ends in 429, for claims as well', async () => {
  const guess = () => http(`${v1}/claim`, json({ code: '0000-0000', passphrase: 'our front door' }));
  for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
  const answer = await guess();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(200);
  const code = hub.auth.claimCode() ?? '';
  expect((await http(`${v1}/claim`, json({ code, passphrase: 'our front door' }))).status).toBe(429);
});

test('guesses at the same moment count one by one', async () => {
  const guesses = Array.from({ length: 15 }, () =>
    http(`${v1}/claim`, json({ code: '0000-0000', passphrase: 'our front door' })),
  );
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(5);
});

test('the household makes and revokes tokens; a revoked one loses its open connections', async () => {
  const headers = { cookie: `doorstep_session=${hub.auth.openSession()}`, origin: hub.api.url };
  const made = await http(`${v1}/tokens`, json({ name: 'Node-RED', scopes: ['events', 'media'] }, headers));
  expect(made.status).toBe(201);
  const { token, ...info } = made.json() as NewToken;
  const bearer = { authorization: `Bearer ${token}` };
  const events = new TestSocket(`${v1}/events`, bearer);
  const live = new TestSocket(`${v1}/cameras/garden/live`, bearer);
  await Promise.all([events.next(), live.next()]);
  const list = await http(`${v1}/tokens`, { headers });
  expect(list.json()).toEqual({ tokens: [{ ...info, lastUsedAt: expect.any(Number) }] });
  expect(list.body.toString()).not.toContain(token);

  expect((await http(`${v1}/tokens/${info.id}`, { method: 'DELETE', headers })).status).toBe(200);
  expect((await events.closed).code).toBe(CLOSE.unauthorized);
  expect((await live.closed).code).toBe(CLOSE.unauthorized);
  expect((await http(`${v1}/cameras`, { headers: bearer })).status).toBe(401);
  expect((await http(`${v1}/tokens/${info.id}`, { method: 'DELETE', headers })).status).toBe(404);
});

test.each([
  {},
  { name: '', scopes: ['events'] },
  { name: 'x', scopes: [] },
  { name: 'x', scopes: ['admin'] },
])('no token is made of %o', async (body) => {
  const headers = { cookie: `doorstep_session=${hub.auth.openSession()}`, origin: hub.api.url };
  expect((await http(`${v1}/tokens`, json(body, headers))).status).toBe(400);
  expect(hub.auth.tokens()).toEqual([]);
});
