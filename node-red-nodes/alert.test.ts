/** The alert node inside Node-RED's own runtime; where it asks who is home, against the real API. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type EventHub, startEventHub } from '../test/support/event-hub.ts';
import { helper } from '../test/support/node-red-helper.ts';
import alert from './doorstep-alert.ts';
import server from './doorstep-server.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };
const TEXTS = /@homebridge-doorstep\/node-red\/doorstep-(server|alert):/;
const MOTION = { kind: 'motion', phase: 'start', camera: { id: 'cam-1', name: 'Front door' } };
const RING = { ...MOTION, kind: 'doorbell', phase: 'ring' };
/** Quiet whatever the hour. */
const QUIET = { quiet: true, quietFrom: '00:00', quietTo: '00:00' };

beforeAll(() => new Promise<void>((resolve) => helper.startServer(resolve)));
afterEach(() => helper.unload());
afterAll(() => new Promise<void>((resolve) => helper.stopServer(resolve)));

interface Inbox {
  passed: Record<string, unknown>[];
  held: Record<string, unknown>[];
  send(message: object): void;
}

async function load(settings: object, hub?: { port: number; token: string }): Promise<Inbox> {
  await helper.load(
    [server, alert],
    [
      ...(hub ? [{ id: 'hub', type: 'doorstep-server', host: '127.0.0.1', port: String(hub.port) }] : []),
      { id: 'alert', type: 'doorstep-alert', wires: [['passed'], ['held']], version: 1, ...settings },
      { id: 'passed', type: 'helper' },
      { id: 'held', type: 'helper' },
    ],
    hub ? { hub: { token: hub.token } } : {},
  );
  const inbox: Inbox = { passed: [], held: [], send: (message) => helper.getNode('alert').receive(message) };
  helper.getNode('passed').on('input', (message) => inbox.passed.push(message));
  helper.getNode('held').on('input', (message) => inbox.held.push(message));
  return inbox;
}
const badge = () => helper.getNode('alert').status.args.at(-1)?.[0];
const arrived = (inbox: Inbox, passed: number, held: number) =>
  vi.waitFor(() => expect([inbox.passed.length, inbox.held.length]).toEqual([passed, held]), PATIENCE);

test('the first passes as it came, the next of its camera and kind is held; others have their own cooldown', async () => {
  const inbox = await load({ cooldown: 600 });
  inbox.send({ payload: 1, event: MOTION });
  await arrived(inbox, 1, 0);
  expect(inbox.passed[0]).toMatchObject({ payload: 1, event: MOTION });
  expect(inbox.passed[0]).not.toHaveProperty('held');
  expect(badge()).toMatchObject({ fill: 'blue', shape: 'dot' });
  inbox.send({ payload: 2, event: MOTION });
  await arrived(inbox, 1, 1);
  expect(inbox.held[0]).toMatchObject({
    payload: 2,
    held: { reason: 'cooldown', until: expect.any(Number) },
  });
  expect(badge()).toMatchObject({ fill: 'grey', shape: 'ring' });
  expect(badge()?.text?.replace(TEXTS, '')).toBe('status.held-cooldown');
  inbox.send({ event: RING });
  inbox.send({ event: { ...MOTION, camera: { id: 'cam-2' } } });
  inbox.send({ topic: 'washing machine' });
  await arrived(inbox, 4, 1);
});

test('reset begins all cooldowns anew, and sends nothing', async () => {
  const inbox = await load({ cooldown: 600 });
  inbox.send({ event: MOTION });
  inbox.send({ reset: true });
  inbox.send({ event: MOTION });
  await arrived(inbox, 2, 0);
});

test('quiet hours hold all but what always passes, and tests', async () => {
  const inbox = await load({ ...QUIET, always: ['doorbell'] });
  inbox.send({ event: MOTION });
  inbox.send({ event: RING });
  inbox.send({ event: { ...MOTION, test: true } });
  await arrived(inbox, 2, 1);
  expect(inbox.held[0]).toMatchObject({ held: { reason: 'quiet', until: expect.any(Number) } });
});

test('what was missed is held, or not', async () => {
  const inbox = await load({});
  inbox.send({ event: { ...RING, replay: true } });
  await arrived(inbox, 0, 1);
  expect(inbox.held[0]?.held).toEqual({ reason: 'missed' });
  await helper.unload();
  const other = await load({ holdReplayed: false });
  other.send({ event: { ...RING, replay: true } });
  await arrived(other, 1, 0);
});

test.each([
  ['the message', 'msg', 'somebody', { somebody: 'home' }, { somebody: 'not_home' }],
  ['an expression', 'jsonata', '$count(people) > 0', { people: ['a'] }, { people: [] }],
])('presence stands in %s', async (_where, presenceType, presence, home, away) => {
  const inbox = await load({ presenceType, presence });
  inbox.send({ event: MOTION, ...home });
  await arrived(inbox, 0, 1);
  expect(inbox.held[0]?.held).toEqual({ reason: 'home' });
  inbox.send({ event: MOTION, ...away });
  // Where nobody knows, nothing is held.
  inbox.send({ event: RING });
  await arrived(inbox, 2, 1);
});

test('an expression that fails holds nothing, and is said once', async () => {
  const inbox = await load({ presenceType: 'jsonata', presence: '$number(people) > 0' });
  inbox.send({ event: MOTION, people: 'a few' });
  inbox.send({ event: RING, people: 'a few' });
  await arrived(inbox, 2, 0);
  const { warn } = helper.getNode('alert');
  expect(warn.args.map(([words]) => String(words).replace(TEXTS, ''))).toEqual(['fault.typed-input']);
});

test('the hub knows who is home; where it does not answer, nothing is held', async () => {
  const hub: EventHub = await startEventHub();
  try {
    const { token } = hub.auth.createToken({ name: 'test', scopes: ['events', 'control'] });
    const say = (home: string) =>
      fetch(`http://127.0.0.1:${hub.port}/api/v1/household`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ home }),
      });
    const inbox = await load({ presenceType: 'hub', server: 'hub' }, { port: hub.port, token });
    await say('home');
    inbox.send({ event: MOTION });
    await arrived(inbox, 0, 1);
    await say('away');
    inbox.send({ event: MOTION });
    await arrived(inbox, 1, 1);
    await hub.goAway();
    for (let many = 0; many < 20; many += 1) inbox.send({ event: MOTION });
    await arrived(inbox, 21, 1);
    // Said once, however many messages there are.
    expect(helper.getNode('alert').warn.args).toHaveLength(1);
  } finally {
    await hub[Symbol.asyncDispose]();
  }
});
