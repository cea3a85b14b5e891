/** Check 3: whatever happens between Node-RED and the hub, the badge tells within 2 s, nothing needs a redeploy, no event is lost or comes twice. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import type { DoorstepEvent } from '../protocol/event.ts';
import { type EventHub, FRONT_DOOR, startEventHub } from '../test/support/event-hub.ts';
import { proxyTo, type TcpProxy } from '../test/support/tcp-proxy.ts';
import { CONNECTION_TIMING, Connection, type ConnectionTiming } from './lib/connection.ts';
import { Resume } from './lib/resume.ts';
import { linkStatus } from './lib/status.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
/** What a badge may take. */
const SOON = { timeout: 2000, interval: 5 };
/** The times of a connection, with what would keep a test waiting made short. */
const QUICK: ConnectionTiming = {
  ...CONNECTION_TIMING,
  pingMs: 50,
  backoff: { firstMs: 5, soonMs: 20, soonForMs: 60_000, maxMs: 20 },
};

let hub: EventHub;
let proxy: TcpProxy;
beforeEach(async () => {
  hub = await startEventHub();
  proxy = await proxyTo(hub.port);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const tokenOf = (scopes: readonly 'events'[] = ['events']) => hub.auth.createToken({ name: 'test', scopes });
const ring = () =>
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: FRONT_DOOR, at: Date.now() });

interface Link extends AsyncDisposable {
  readonly heard: DoorstepEvent[];
  /** Waits until the badge has this text; a fault has 2 s for that. */
  shows(text: string): Promise<void>;
  /** Every text that the badge has had. */
  readonly badges: readonly (string | undefined)[];
}

function link(token: string, { port = proxy.port, resume = new Resume(), timing = QUICK } = {}): Link {
  const heard: DoorstepEvent[] = [];
  const badges: (string | undefined)[] = [];
  const connection = new Connection({
    ...{ address: { host: '127.0.0.1', port, tls: false }, token, resume, timing },
  });
  const leave = connection.join({
    onEvent: (event) => heard.push(event),
    onState: (state) => badges.push(linkStatus(state, (key) => key).text),
  });
  return {
    heard,
    badges,
    shows: (text) =>
      vi.waitFor(() => expect(badges.at(-1)).toBe(text), text === 'status.connected' ? PATIENCE : SOON),
    [Symbol.asyncDispose]: leave,
  };
}

/** Everything that the hub has told came, once each and in order. */
const allOf = async ({ heard }: Link, told: readonly DoorstepEvent[]) => {
  await vi.waitFor(() => expect(heard.length).toBeGreaterThanOrEqual(told.length), PATIENCE);
  expect(heard.map(({ id }) => id)).toEqual(told.map(({ id }) => id));
};

test('check 3: a hub that restarts', async () => {
  await using bell = link(tokenOf().token, { timing: CONNECTION_TIMING });
  await bell.shows('status.connected');
  const told = [ring()];
  await hub.goAway();
  await bell.shows('status.retry');
  told.push(ring(), ring());
  await hub.comeBack();
  await bell.shows('status.connected');
  told.push(ring());
  await allOf(bell, told);
  expect(bell.heard.map(({ replay }) => replay ?? false)).toEqual([false, true, true, false]);
});

test('check 3: a socket that is half open', async () => {
  await using bell = link(tokenOf().token);
  await bell.shows('status.connected');
  proxy.silence();
  // Into the void: the hub takes them as sent.
  const told = [ring(), ring()];
  await vi.waitFor(() => expect(bell.badges).toContain('status.retry'), SOON);
  await bell.shows('status.connected');
  told.push(ring());
  await allOf(bell, told);
});

test('check 3: a token that is revoked, and a new one in its place', async () => {
  const resume = new Resume();
  const { id, token } = tokenOf();
  const told: DoorstepEvent[] = [];
  {
    await using before = link(token, { resume });
    await before.shows('status.connected');
    told.push(ring());
    await allOf(before, told);
    hub.auth.revokeToken(id);
    await before.shows('status.bad-token');
  }
  const missed = ring();
  await using after = link(tokenOf().token, { resume });
  await after.shows('status.connected');
  await allOf(after, [missed]);
});

test('check 3: a hub that is too old, until it is updated', async () => {
  const old = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(old, 'listening');
  const hello = { type: 'hello', protocol: 0, minProtocol: 0, version: '0.0.1', hub: 'a', lastSeq: 0 };
  old.on('connection', (socket) =>
    socket.send(JSON.stringify({ ...hello, scopes: ['events'], cameras: [] })),
  );
  proxy.aim((old.address() as AddressInfo).port);
  await using bell = link(tokenOf().token);
  await bell.shows('status.hub-too-old');
  proxy.aim(hub.port);
  await bell.shows('status.connected');
  expect(bell.badges).not.toContain('status.retry');
  await allOf(bell, [ring()]);
  old.close();
});

test('check 3: a hub with a new address, once the server node has it', async () => {
  const resume = new Resume();
  const { token } = tokenOf();
  {
    await using before = link(token, { resume });
    await before.shows('status.connected');
    await allOf(before, [ring()]);
    await proxy[Symbol.asyncDispose]();
    await before.shows('status.retry');
  }
  const missed = ring();
  await using after = link(token, { resume, port: hub.port });
  await after.shows('status.connected');
  await allOf(after, [missed]);
});

describe('check 3: a line that breaks again and again while events come', () => {
  test.each([
    ['cut', () => proxy.cut()],
    ['silent', () => proxy.silence()],
  ])('%s', async (_how, harm) => {
    await using bell = link(tokenOf().token);
    await bell.shows('status.connected');
    const told: DoorstepEvent[] = [];
    for (let round = 0; round < 12; round += 1) {
      // Harm falls between, before and into events that are on their way.
      for (let count = 0; count < 20; count += 1) {
        told.push(ring());
        if (count === round) harm();
        if (count % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      if (round % 3 === 0) await vi.waitFor(() => expect(bell.heard.length).toBe(told.length), PATIENCE);
    }
    await allOf(bell, told);
  });
});
