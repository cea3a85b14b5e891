import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { CLOSE, type EventFrame } from '../../protocol/api.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { FRONT_DOOR, startEventHub } from '../../test/support/event-hub.ts';
import { CONNECTION_TIMING, Connection, type ConnectionTiming, type LinkState } from './connection.ts';
import { Resume } from './resume.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const QUICK: ConnectionTiming = {
  ...CONNECTION_TIMING,
  backoff: { firstMs: 5, soonMs: 20, soonForMs: 60_000, maxMs: 20 },
};

let open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open) await thing.close();
  open = [];
});

/** A user of a connection that notes what it hears. */
function connect(port: number, { token = 'dst_x', resume = new Resume(), timing = QUICK } = {}) {
  const states: LinkState[] = [];
  const events: DoorstepEvent[] = [];
  const gaps: { from: number; to: number }[] = [];
  const connection = new Connection({
    ...{ address: { host: '127.0.0.1', port, tls: false }, token, resume, timing },
    onGap: ({ from, to }) => gaps.push({ from, to }),
  });
  const leave = connection.join({
    onEvent: (event) => events.push(event),
    onState: (state) => states.push(state),
  });
  open.push({ close: leave });
  const becomes = (is: LinkState['is']) => vi.waitFor(() => expect(connection.state.is).toBe(is), PATIENCE);
  return { connection, states, events, gaps, leave, becomes };
}

/** A server that speaks as badly as the test wants. */
async function badHub(
  speak: (socket: WebSocket, token?: string) => void,
  options: { autoPong?: boolean } = {},
) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  let calls = 0;
  server.on('connection', (socket, request) => {
    calls += 1;
    speak(socket, request.headers.authorization);
  });
  await once(server, 'listening');
  open.push({
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  });
  return {
    port: (server.address() as AddressInfo).port,
    clients: server.clients,
    get calls() {
      return calls;
    },
  };
}

const hello = (over: Partial<Extract<EventFrame, { type: 'hello' }>> = {}) =>
  JSON.stringify({
    ...{ type: 'hello', protocol: 1, minProtocol: 1, version: '1.0.0', hub: 'a', lastSeq: 0 },
    ...{ scopes: ['events'], cameras: [], ...over },
  });
const live = JSON.stringify({ type: 'live', seq: 0 });

test('over a restart of the hub every event comes once, the missed ones marked', async () => {
  await using hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'test', scopes: ['events'] });
  const ring = () =>
    hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now() });
  ring();
  const user = connect(hub.port, { token });
  await user.becomes('connected');
  const heard = [ring(), ring()];
  await vi.waitFor(() => expect(user.events).toHaveLength(2), PATIENCE);
  await hub.goAway();
  await user.becomes('retrying');
  heard.push(ring(), ring(), ring());
  await hub.comeBack();
  await user.becomes('connected');
  heard.push(ring());
  await vi.waitFor(() => expect(user.events).toHaveLength(6), PATIENCE);
  expect(user.events.map(({ id }) => id)).toEqual(heard.map(({ id }) => id));
  expect(user.events.map(({ replay }) => replay ?? false)).toEqual([false, false, true, true, true, false]);
  expect(user.states).toContainEqual({ is: 'replaying', events: 3 });
  await user.leave();
  await vi.waitFor(() => expect(user.connection.state).toEqual({ is: 'idle' }), PATIENCE);
});

test('a redeploy loses nothing', async () => {
  await using hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'test', scopes: ['events'] });
  const resume = new Resume();
  const before = connect(hub.port, { token, resume });
  await before.becomes('connected');
  await before.leave();
  const missed = hub.events.publish({ kind: 'doorbell', phase: 'ring', at: Date.now() });
  const after = connect(hub.port, { token, resume });
  await after.becomes('connected');
  expect(after.events.map(({ id, replay }) => [id, replay])).toEqual([[missed.id, true]]);
  await after.leave();
});

test('what the hub no longer keeps is told as a gap', async () => {
  await using hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'test', scopes: ['events'] });
  const resume = new Resume();
  const before = connect(hub.port, { token, resume });
  await before.becomes('connected');
  await before.leave();
  for (let count = 0; count < 5; count += 1)
    hub.events.publish({ kind: 'doorbell', phase: 'ring', at: Date.now() });
  hub.events.forget(3);
  const after = connect(hub.port, { token, resume });
  await after.becomes('connected');
  expect(after.gaps).toEqual([{ from: 1, to: 3 }]);
  expect(after.events.map(({ seq }) => seq)).toEqual([4, 5]);
  await after.leave();
});

test('a token that the hub revokes ends it, without another try', async () => {
  await using hub = await startEventHub();
  const { id, token } = hub.auth.createToken({ name: 'test', scopes: ['events'] });
  const user = connect(hub.port, { token });
  await user.becomes('connected');
  hub.auth.revokeToken(id);
  await user.becomes('stopped');
  expect(user.states.at(-1)).toMatchObject({ fault: { code: 'bad-token' } });
  await user.leave();
});

test.each([
  ['an unknown token', () => 'dst_unknown', 'bad-token'],
  ['a token without the scope', (media: string) => media, 'not-permitted'],
  ['no token', () => '', 'no-token'],
])('%s stops it', async (_what, choose, code) => {
  await using hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'test', scopes: ['media'] });
  const user = connect(hub.port, { token: choose(token) });
  await user.becomes('stopped');
  expect(user.states.at(-1)).toMatchObject({ fault: { code } });
  await user.leave();
});

test('a socket that is open but dead is noticed by its missing pong', async () => {
  const hub = await badHub(
    (socket) => {
      socket.send(hello());
      socket.send(live);
    },
    { autoPong: false },
  );
  const user = connect(hub.port, { timing: { ...QUICK, pingMs: 20 } });
  await vi.waitFor(() => expect(hub.calls).toBeGreaterThan(2), PATIENCE);
  expect(user.states).toContainEqual(
    expect.objectContaining({ is: 'retrying', fault: { code: 'lost', detail: 'no pong' } }),
  );
});

test('a hub that says nothing after the upgrade is left', async () => {
  const hub = await badHub(() => {});
  const user = connect(hub.port, { timing: { ...QUICK, helloMs: 20 } });
  await vi.waitFor(() => expect(hub.calls).toBeGreaterThan(2), PATIENCE);
  expect(user.states).toContainEqual(expect.objectContaining({ is: 'retrying', fault: { code: 'timeout' } }));
});

test('something that is not Doorstep is left', async () => {
  const hub = await badHub((socket) => socket.send('{"welcome":true}'));
  const user = connect(hub.port);
  await user.becomes('retrying');
  expect(user.connection.state).toMatchObject({ fault: { code: 'not-doorstep' } });
});

test('frames of a newer hub and broken ones do no harm', async () => {
  const ring = {
    schema: 1,
    id: 'e1',
    seq: 1,
    kind: 'doorbell',
    phase: 'ring',
    at: 1,
    detectedAt: 1,
    sentAt: 1,
  };
  const hub = await badHub((socket) => {
    for (const text of [hello(), '{"type":"weather"}', 'not json', live]) socket.send(text);
    socket.send(Buffer.from([1, 2, 3]));
    socket.send(JSON.stringify({ type: 'event', event: ring }));
  });
  const user = connect(hub.port);
  await vi.waitFor(() => expect(user.events).toHaveLength(1), PATIENCE);
  expect(hub.calls).toBe(1);
});

test('an update of one side is waited for, with one badge', async () => {
  let protocol = 0;
  const hub = await badHub((socket) => {
    socket.send(hello({ protocol }));
    if (protocol === 1) socket.send(live);
  });
  const user = connect(hub.port);
  await vi.waitFor(() => expect(hub.calls).toBeGreaterThan(2), PATIENCE);
  expect(user.states.filter(({ is }) => is === 'connecting')).toHaveLength(1);
  protocol = 1;
  await user.becomes('connected');
});

test('one socket for many users, none after the last', async () => {
  const hub = await badHub((socket) => {
    socket.send(hello());
    socket.send(live);
  });
  const first = connect(hub.port);
  await first.becomes('connected');
  const states: string[] = [];
  const leaveSecond = first.connection.join({ onEvent: () => {}, onState: ({ is }) => states.push(is) });
  expect(states).toEqual(['connected']);
  await first.leave();
  expect(hub.clients.size).toBe(1);
  await leaveSecond();
  await vi.waitFor(() => expect(hub.clients.size).toBe(0), PATIENCE);
  expect(hub.calls).toBe(1);
});

test.each([CLOSE.tooSlow, 1011])('after close %i it comes back', async (code) => {
  const hub = await badHub((socket) => {
    socket.send(hello());
    socket.send(live);
    if (hub.calls === 1) socket.close(code);
  });
  const user = connect(hub.port);
  await vi.waitFor(() => expect(hub.calls).toBe(2), PATIENCE);
  await user.becomes('connected');
});

test('who leaves while the hub is away does not call again', async () => {
  const callers: (string | undefined)[] = [];
  const hub = await badHub((socket, token) => {
    callers.push(token);
    socket.terminate();
  });
  const user = connect(hub.port, { token: 'leaves' });
  await user.becomes('retrying');
  await user.leave();
  const before = callers.length;
  connect(hub.port, { token: 'stays' });
  await vi.waitFor(() => expect(callers.length).toBeGreaterThan(before + 5), PATIENCE);
  expect(new Set(callers.slice(before))).toEqual(new Set(['Bearer stays']));
});
