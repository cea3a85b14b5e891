/** Every route there is, for everybody there is: who gets in, and who does not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { API_PREFIX, CLOSE, SCOPES } from '../../protocol/api.ts';
import { http, TestSocket } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Access } from './access.ts';
import { routes } from './routes.ts';
import { SESSION_COOKIE } from './session-cookie.ts';
import { socketRoutes } from './sockets.ts';

let hub: FakeHub;
const clock = new ManualClock();
beforeAll(async () => {
  hub = await startFakeHub({ clock });
});
afterAll(() => hub[Symbol.asyncDispose]());

const callers = ['nobody', 'bad token', 'token without scope', 'session', ...SCOPES] as const;
type Caller = (typeof callers)[number];

/** Written anew on purpose, and not taken from the code that it tests. */
function expected(access: Access, caller: Caller): 'in' | 401 | 403 {
  if (access === 'public' || caller === 'session' || access === caller) return 'in';
  return caller === 'nobody' || caller === 'bad token' ? 401 : 403;
}

function headersOf(caller: Caller): Record<string, string> {
  const origin = hub.api.url;
  if (caller === 'nobody') return {};
  if (caller === 'session') return { origin, cookie: `${SESSION_COOKIE}=${hub.auth.openSession()}` };
  // Slowly, as one is allowed to guess.
  if (caller === 'bad token') clock.advance(5000);
  if (caller === 'bad token') return { authorization: `Bearer dst_${'x'.repeat(43)}` };
  const others = SCOPES.filter((scope) => scope === 'share:request');
  const scopes = caller === 'token without scope' ? others : [caller];
  return { authorization: `Bearer ${hub.auth.createToken({ name: caller, scopes }).token}` };
}

/** Where each route's access is decided, as the design has it; a new route must be added here by hand. */
const DESIGN: Record<string, Access> = {
  'GET /session': 'public',
  'POST /claim': 'public',
  'POST /session': 'public',
  'DELETE /session': 'household',
  'GET /tokens': 'household',
  'POST /tokens': 'household',
  'DELETE /tokens/:id': 'household',
  'POST /pairings': 'public',
  'GET /pairings/:id': 'public',
  'DELETE /pairings/:id': 'public',
  'GET /pairings': 'household',
  'POST /pairings/:id/approve': 'household',
  'POST /pairings/:id/decline': 'household',
  'GET /cameras': 'events',
  'GET /cameras/:id': 'events',
  'GET /cameras/:id/snapshot.jpg': 'media',
  'GET /cameras/:id/live.mjpeg': 'media',
  'POST /cameras/:id/trigger': 'control',
  'POST /cameras/:id/actions': 'control',
  'GET /events': 'events',
  'GET /clips': 'media',
  'GET /clips/:id': 'media',
  'GET /clips/:id.mp4': 'media',
  'POST /clips/:id/pin': 'control',
  'GET /snapshots/:id.jpg': 'media',
  'GET /cameras/:id/footage.mp4': 'media',
  'GET /cameras/:id/day.zip': 'media',
  'GET /cameras/:id/footage.jpg': 'media',
  'POST /exports': 'household',
  'GET /exports': 'media',
  'GET /exports/:id': 'media',
  'GET /exports/:id.mp4': 'media',
  'DELETE /exports/:id': 'household',
  'GET /storage': 'events',
  'POST /storage/set-up': 'household',
  'POST /storage/try-again': 'household',
  'POST /storage/allow-removal': 'household',
  'GET /cameras/:id/timeline': 'media',
  'GET /cameras/:id/zones': 'control',
  'PUT /cameras/:id/zones': 'household',
  'GET /cameras/:id/tuning': 'control',
  'DELETE /cameras/:id/tuning': 'household',
  'GET /cameras/:id/sight': 'media',
  'GET /decisions': 'events',
  'GET /decisions/:id/before.png': 'media',
  'GET /decisions/:id/after.png': 'media',
  'PUT /decisions/:id/answer': 'household',
  'GET /household': 'events',
  'PUT /household': 'control',
  'GET /health': 'events',
  'GET /doctor': 'control',
  'GET /cameras/:id/doctor': 'control',
  'GET /discover': 'control',
  'WS /events': 'events',
  'WS /cameras/:id/live': 'media',
};

test('the routes are those of the design', () => {
  const all = [
    ...routes.map(({ method, path, access }) => [`${method} ${path}`, access]),
    ...socketRoutes.map(({ path, access }) => [`WS ${path}`, access]),
  ];
  expect(Object.fromEntries(all)).toEqual(DESIGN);
});

const table = routes.flatMap((route) => callers.map((caller) => ({ ...route, caller })));
test.each(table)('$method $path for $caller', async ({ method, path, access, caller }) => {
  const url = hub.api.url + API_PREFIX + path.replace(':id', 'front-door');
  const controller = new AbortController();
  const hasBody = method === 'POST' || method === 'PUT';
  const answer = await fetch(url, {
    method,
    signal: controller.signal,
    headers: { ...headersOf(caller), ...(hasBody && { 'content-type': 'application/json' }) },
    // Nothing here may change anything, so that the rows do not depend on each other.
    ...(hasBody && { body: '{"none":"of these"}' }),
  });
  controller.abort();
  const wanted = expected(access, caller);
  if (wanted === 'in') {
    expect([200, 400, 404]).toContain(answer.status);
    if (hasBody) expect(answer.status).toBe(400);
  } else {
    expect(answer.status).toBe(wanted);
  }
});

const readable = routes.filter(({ method }) => method === 'GET');
test.each(readable)('HEAD $path has the same door', async ({ path, access, head }) => {
  const url = hub.api.url + API_PREFIX + path.replace(':id', 'front-door');
  const { status } = await http(url, { method: 'HEAD' });
  // Where there is no HEAD there is nothing.
  const wanted = access === 'public' ? 200 : 401;
  expect(status).toBe(head ? wanted : 404);
});

test('HEAD is not answered where that would take all the work of GET', async () => {
  const without = readable.filter(({ head }) => !head).map(({ path }) => path);
  expect(without.sort()).toEqual([
    ...['/cameras/:id/day.zip', '/cameras/:id/doctor', '/cameras/:id/footage.jpg', '/cameras/:id/live.mjpeg'],
    ...['/discover', '/doctor'],
    '/pairings/:id',
  ]);
  const { examine, discover } = hub.services;
  const worked: string[] = [];
  hub.services.examine = (options) => {
    worked.push('examine');
    return examine(options);
  };
  hub.services.discover = (signal) => {
    worked.push('discover');
    return discover(signal);
  };
  for (const path of ['/doctor', '/cameras/front-door/doctor', '/discover'])
    await http(hub.api.url + API_PREFIX + path, { method: 'HEAD', headers: headersOf('control') });
  expect(worked).toEqual([]);
});

const socketTable = socketRoutes.flatMap((route) => callers.map((caller) => ({ ...route, caller })));
test.each(socketTable)('WS $path for $caller', async ({ path, access, caller }) => {
  const url = hub.api.url + API_PREFIX + path.replace(':id', 'front-door');
  const socket = new TestSocket(url, headersOf(caller));
  const wanted = expected(access, caller);
  if (wanted === 'in') {
    expect(await socket.next()).toBeTypeOf('string');
    socket.end();
  } else {
    const { code } = await socket.closed;
    expect(code).toBe(wanted === 401 ? CLOSE.unauthorized : CLOSE.forbidden);
    expect(socket.unread).toBe(0);
  }
});

test('a bad token beside a good cookie is a bad token', async () => {
  const headers = { ...headersOf('session'), ...headersOf('bad token') };
  expect((await http(`${hub.api.url}/api/v1/cameras`, { headers })).status).toBe(401);
});

test('no token is taken from the address', async () => {
  const { token } = hub.auth.createToken({ name: 'x', scopes: ['events'] });
  for (const name of ['token', 'access_token', 'authorization']) {
    expect((await http(`${hub.api.url}/api/v1/cameras?${name}=${token}`)).status).toBe(401);
  }
});
