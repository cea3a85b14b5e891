import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ErrorReply } from '../../protocol/api.ts';
import { http, json, TestSocket } from '../../test/support/api-client.ts';
import { type FakeHub, startFakeHub } from '../../test/support/fake-hub.ts';
import { ProblemError } from '../system/problem.ts';
import { routes } from './routes.ts';
import { SESSION_COOKIE } from './session-cookie.ts';
import { socketRoutes } from './sockets.ts';

let hub: FakeHub;
let v1: string;
let bearer: { authorization: string };
beforeAll(async () => {
  hub = await startFakeHub({ allowedHosts: ['door.example.net'] });
  v1 = `${hub.api.url}/api/v1`;
  const { token } = hub.auth.createToken({ name: 'all', scopes: ['events', 'media', 'control'] });
  bearer = { authorization: `Bearer ${token}` };
});
afterAll(() => hub[Symbol.asyncDispose]());

const cookie = () => ({ cookie: `${SESSION_COOKIE}=${hub.auth.openSession()}` });
const errorOf = (answer: { json(): unknown }) => (answer.json() as ErrorReply).error;

test.each(['evil.example', 'localhost.evil.example:80'])(
  'DNS rebinding as %s reaches nothing',
  async (host) => {
    const pages = ['/', '/api/v1/session', '/api/v1/nothing', `/hooks/${hub.hooksKey}/garden/ring`];
    const paths = [...pages, ...routes.map(({ path }) => `/api/v1${path.replace(':id', 'front-door')}`)];
    for (const path of paths) {
      const answer = await http(hub.api.url + path, { headers: { ...bearer, host } });
      expect(answer.status, path).toBe(421);
      expect(errorOf(answer).code).toBe('host-unknown');
    }
    for (const { path } of socketRoutes) {
      const socket = new TestSocket(v1 + path.replace(':id', 'front-door'), { ...bearer, host });
      expect(await socket.refused, path).toBe(421);
    }
    expect(hub.triggers).toEqual([]);
  },
);

test('a name of the owner is welcome', async () => {
  expect((await http(`${v1}/cameras`, { headers: { ...bearer, host: 'door.example.net' } })).status).toBe(
    200,
  );
});

test.each(['http://evil.example', 'null', 'http://127.0.0.1:1'])(
  'a WebSocket from a page of %s is refused',
  async (origin) => {
    const withCookie = new TestSocket(`${v1}/events`, { ...cookie(), origin });
    expect(await withCookie.refused).toBe(403);
    const withToken = new TestSocket(`${v1}/events`, { ...bearer, origin });
    expect(await withToken.refused).toBe(403);
  },
);

test('a WebSocket with the cookie but no origin is refused', async () => {
  expect(await new TestSocket(`${v1}/events`, cookie()).refused).toBe(403);
});

test.each([
  ['a foreign form', { origin: 'http://evil.example', 'content-type': 'text/plain' }],
  ['a foreign script', { origin: 'http://evil.example' }],
  ['no origin at all', {}],
  ['another port of this machine', { 'sec-fetch-site': 'same-site' }],
])('%s with the cookie changes nothing (CSRF)', async (_name, headers) => {
  const ring = json({ kind: 'ring' }, { ...cookie(), ...headers });
  const answer = await http(`${v1}/cameras/front-door/trigger`, ring);
  expect(answer.status).toBe(403);
  expect(hub.triggers).toEqual([]);
});

test('the app itself may ring, with the cookie and its origin', async () => {
  const ring = json({ kind: 'ring', test: true }, { ...cookie(), origin: hub.api.url });
  const answer = await http(`${v1}/cameras/front-door/trigger`, ring);
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ eventId: hub.events.query({ limit: 1 })[0]?.id });
  expect(hub.triggers.splice(0)).toEqual([{ cameraId: 'cam-1', kind: 'ring', test: true }]);
});

test('no reply invites another site', async () => {
  const answer = await http(`${v1}/session`, { headers: { origin: hub.api.url } });
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  });
  expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
});

test.each<[string, number, string, () => [string, Parameters<typeof http>[1]]]>([
  ['broken JSON', 400, 'bad-request', () => ['/session', { ...json(null), body: '{"passphrase' }]],
  ['a field too many', 400, 'bad-request', () => ['/session', json({ passphrase: 'x', admin: true })]],
  ['no body', 400, 'bad-request', () => ['/session', { method: 'POST' }]],
  [
    'a form',
    415,
    'not-json',
    () => ['/session', { method: 'POST', body: 'a=b', headers: { 'content-type': 'text/plain' } }],
  ],
  ['64 KiB and more', 413, 'body-too-large', () => ['/session', json({ passphrase: 'x'.repeat(65_536) })]],
  ['an unknown kind', 400, 'bad-request', () => ['/cameras/cam-1/trigger', json({ kind: 'open' }, bearer)]],
  [
    'an unknown camera',
    404,
    'no-such-camera',
    () => ['/cameras/nobody/trigger', json({ kind: 'ring' }, bearer)],
  ],
  ['an unknown path', 404, 'not-found', () => ['/nothing', { headers: bearer }]],
  ['an unknown method', 404, 'not-found', () => ['/cameras', { method: 'PUT', headers: bearer }]],
  ['a limit of 0', 400, 'bad-request', () => ['/events?limit=0', { headers: bearer }]],
  ['a limit in words', 400, 'bad-request', () => ['/events?limit=many', { headers: bearer }]],
  [
    'an unknown kind of event',
    400,
    'bad-request',
    () => ['/events?kinds=doorbell,fire', { headers: bearer }],
  ],
  ['a broken escape', 400, 'bad-request', () => ['/cameras/%E0%A4%A', { headers: bearer }]],
])('%s is one clear error', async (_name, status, code, call) => {
  const [path, options] = call();
  const answer = await http(v1 + path, options);
  expect(answer.status).toBe(status);
  expect(answer.headers['content-type']).toContain('application/json');
  const problem = errorOf(answer);
  expect(problem.code).toBe(code);
  expect(problem.what).toMatch(/\.$/);
  expect(problem.cure).not.toBe('');
});

test('what is no HTTP is answered and cut', async () => {
  const socket = connect(hub.api.port, '127.0.0.1');
  socket.write('NOT HTTP AT ALL\r\n\r\n');
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"bad-request"');
});

test('of our own mistakes a client learns nothing, and the log no secret', async () => {
  const { query } = hub.events;
  hub.events.query = () => {
    throw new Error('cannot open /etc/secret of rtsp://admin:hunter2@10.0.0.1/');
  };
  const answer = await http(`${v1}/events`, { headers: bearer });
  hub.events.query = query;
  expect(answer.status).toBe(500);
  expect(errorOf(answer).code).toBe('internal');
  expect(answer.body.toString()).not.toMatch(/secret|hunter2/);
  const line = hub.logged.find((one) => one.startsWith('GET /api/v1/events'));
  expect(line).toContain('cannot open');
  expect(line).not.toContain('hunter2');
});

test('a port in use is a problem with a cure, and nothing is left behind', async () => {
  const error = await startFakeHub({ port: hub.api.port, media: hub.media }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ProblemError);
  expect((error as ProblemError).problem).toMatchObject({
    code: 'port-in-use',
    cure: expect.stringContaining('api.port'),
  });
});

test('guessing tokens is slowed down, a good token never', async () => {
  const guess = () => http(`${v1}/cameras`, { headers: { authorization: 'Bearer dst_guess' } });
  let answer = await guess();
  for (let i = 0; i < 30 && answer.status === 401; i++) answer = await guess();
  expect(answer.status).toBe(429);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(errorOf(answer).code).toBe('too-many-attempts');
  expect(await new TestSocket(`${v1}/events`, { authorization: 'Bearer dst_guess' }).refused).toBe(429);
  expect((await http(`${v1}/cameras`, { headers: bearer })).status).toBe(200);
});

test('stopping ends every connection at once', async () => {
  const other = await startFakeHub({ media: hub.media });
  const { token } = other.auth.createToken({ name: 'x', scopes: ['events', 'media'] });
  const headers = { authorization: `Bearer ${token}` };
  const events = new TestSocket(`${other.api.url}/api/v1/events`, headers);
  const live = new TestSocket(`${other.api.url}/api/v1/cameras/garden/live`, headers);
  await Promise.all([events.next(), live.next()]);
  const mjpeg = await fetch(`${other.api.url}/api/v1/cameras/garden/live.mjpeg`, { headers });
  const idle = connect(other.api.port, '127.0.0.1');
  const idleClosed = new Promise((resolve) => idle.once('close', resolve));
  await other[Symbol.asyncDispose]();
  expect((await events.closed).code).toBe(1001);
  expect((await live.closed).code).toBe(1001);
  await expect(mjpeg.arrayBuffer()).rejects.toThrow();
  await idleClosed;
  expect(other.events.listening).toBe(0);
});

test('stopping does not wait for a refused client that keeps its half of the connection open', async () => {
  const other = await startFakeHub({ media: hub.media });
  const client = connect({ port: other.api.port, host: '127.0.0.1', allowHalfOpen: true });
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket';
  client.write(`GET /api/v1/events HTTP/1.1\r\nHost: evil.example\r\n${upgrade}\r\n\r\n`);
  expect(await text(client)).toMatch(/^HTTP\/1\.1 421 /);
  await other[Symbol.asyncDispose]();
  client.destroy();
});
