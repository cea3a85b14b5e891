/** Against a real broker. */
import { connect } from 'mqtt';
import { afterEach, expect, vi } from 'vitest';
import type { PackageHere } from '../../protocol/detection.ts';
import { proxyTo } from '../../test/support/broker-proxy.ts';
import { FakeEvents } from '../../test/support/fake-hub.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type Broker, brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import { type Clock, systemClock } from '../system/clock.ts';
import { LOOK_MS, STATUS_TOPIC, tellEvents } from './event-teller.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const open of closing.splice(0).reverse()) await open[Symbol.asyncDispose]();
});

const door = { id: 'cam-1', name: 'Front door', slug: 'front-door' };

async function broker(): Promise<Broker> {
  const started = await startBroker();
  closing.push(started);
  return started;
}

function tell(url: string, clock: Clock = systemClock) {
  const events = new FakeEvents();
  const here: PackageHere[] = [];
  const hub = {
    cameras: () => [{ ...door, online: true, packages: here }],
    subscribe: (listener: Parameters<FakeEvents['subscribe']>[0]) => events.subscribe(listener),
  };
  const teller = tellEvents({ url, username: '', password: '' }, hub, { clock, log: quiet });
  closing.push(teller);
  return { events, here, teller };
}

interface Heard {
  payload: string;
  retained: boolean;
}

/** The newest of each topic, for somebody who comes now and stays. */
async function listen(url: string): Promise<Map<string, Heard> & { all: string[] }> {
  const heard = Object.assign(new Map<string, Heard>(), { all: [] as string[] });
  const client = connect(url, { reconnectPeriod: 100 });
  closing.push({ [Symbol.asyncDispose]: () => client.endAsync(true).then(() => {}) });
  client.on('message', (topic, payload, { retain }) => {
    heard.all.push(`${topic} ${payload}`);
    heard.set(topic, { payload: payload.toString(), retained: retain });
  });
  client.on('connect', () => void client.subscribe('doorstep/#', { qos: 1 }));
  return heard;
}

const hears = (heard: Map<string, Heard>, topic: string, payload: string) =>
  vi.waitFor(() => expect(heard.get(topic)?.payload).toBe(payload), PATIENCE);

brokerTest('tells each event as it is, and keeps how the camera is', async () => {
  const { url } = await broker();
  const { events, here } = tell(url);
  const heard = await listen(url);
  await hears(heard, STATUS_TOPIC, 'online');
  await hears(heard, 'doorstep/front-door/packages', '{"count":0}');

  events.publish({ kind: 'motion', phase: 'start', camera: door, at: 5, label: 'person' });
  await hears(heard, 'doorstep/front-door/person', 'ON');
  here.push({ id: 'p', count: 1, deliveredAt: 7, eventId: 'e', confirmed: true });
  const facts = { id: 'p', count: 1, deliveredAt: 7 };
  const told = events.publish({ kind: 'package', phase: 'delivered', camera: door, at: 7, package: facts });
  await hears(heard, 'doorstep/front-door/packages', '{"count":1,"since":7}');
  expect(JSON.parse(heard.get('doorstep/front-door/package/delivered')?.payload ?? '')).toEqual(told);

  const later = await listen(url);
  await hears(later, 'doorstep/front-door/packages', '{"count":1,"since":7}');
  expect(later.get('doorstep/front-door/motion')).toEqual({ payload: 'ON', retained: true });
  // What happened once is not kept for whoever comes later.
  expect([...later.keys()].filter((topic) => /\/(start|delivered)$/.test(topic))).toEqual([]);
});

brokerTest('when it ends, nobody is left at the door, and the status says so', async () => {
  const { url } = await broker();
  const { events, teller } = tell(url);
  const heard = await listen(url);
  await hears(heard, STATUS_TOPIC, 'online');
  events.publish({ kind: 'motion', phase: 'start', camera: door, at: 5, label: 'motion' });
  await hears(heard, 'doorstep/front-door/motion', 'ON');
  await teller[Symbol.asyncDispose]();
  await hears(heard, STATUS_TOPIC, 'offline');
  await hears(heard, 'doorstep/front-door/motion', 'OFF');
  expect(events.listening).toBe(0);
});

brokerTest('what happens while the broker is away is not told late', async () => {
  const started = await broker();
  const { events, teller } = tell(started.url);
  await hears(await listen(started.url), STATUS_TOPIC, 'online');
  await started.stop();
  await vi.waitFor(() => expect(teller.problem?.code).toBe('mqtt-unreachable'), PATIENCE);
  events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
  await started.start();
  const heard = await listen(started.url);
  await hears(heard, STATUS_TOPIC, 'online');
  events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 9 });
  await vi.waitFor(() => expect(heard.get('doorstep/front-door/doorbell/ring')).toBeDefined(), PATIENCE);
  expect(JSON.parse(heard.get('doorstep/front-door/doorbell/ring')?.payload ?? '').at).toBe(9);
  expect(teller.problem).toBeUndefined();
});

brokerTest(
  'what a connection swallowed that nobody knew to be broken is not told late; what goes on is',
  async () => {
    const { url } = await broker();
    const proxy = await proxyTo(url);
    closing.push(proxy);
    const { events } = tell(proxy.url);
    const heard = await listen(url);
    await hears(heard, 'doorstep/front-door/person', 'OFF');
    proxy.silence();
    events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
    events.publish({ kind: 'motion', phase: 'start', camera: door, at: 5, label: 'person' });
    proxy.cut();
    await hears(heard, STATUS_TOPIC, 'offline');
    await hears(heard, STATUS_TOPIC, 'online');
    const ring = events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 9 });
    await hears(heard, 'doorstep/front-door/doorbell/ring', JSON.stringify(ring));
    expect(heard.all.filter((line) => /\/(ring|start) /.test(line))).toHaveLength(1);
    // The visit is not over for a reconnect.
    expect(heard.all.filter((line) => line.startsWith('doorstep/front-door/motion ')).at(-1)).toContain('ON');
  },
);

brokerTest('packages that are forgotten without a word are kept no longer', async () => {
  const { url } = await broker();
  const clock = new ManualClock();
  const { here } = tell(url, clock);
  here.push({ id: 'p', count: 1, deliveredAt: 7, eventId: 'e', confirmed: true });
  const heard = await listen(url);
  await hears(heard, 'doorstep/front-door/packages', '{"count":1,"since":7}');
  here.pop();
  clock.advance(LOOK_MS);
  await hears(heard, 'doorstep/front-door/packages', '{"count":0}');
});
