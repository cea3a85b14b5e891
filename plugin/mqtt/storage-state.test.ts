/** Against a real broker. */
import { connect } from 'mqtt';
import { afterEach, expect, vi } from 'vitest';
import { proxyTo } from '../../test/support/broker-proxy.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { type Broker, brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import { ToldStorage } from '../../test/support/told-storage.ts';
import { LOOK_MS } from '../recordings/follow-storage.ts';
import type { Log } from '../system/log.ts';
import type { StorageMessage } from './storage-message.ts';
import { STORAGE_TOPIC, tellStorage } from './storage-state.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const open of closing.splice(0).reverse()) await open[Symbol.asyncDispose]();
});

async function broker(): Promise<Broker> {
  const started = await startBroker();
  closing.push(started);
  return started;
}

function tell(url: string, login = { username: '', password: '' }) {
  const storage = new ToldStorage();
  const clock = new ManualClock();
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const teller = tellStorage({ url, ...login }, storage, { clock, log });
  closing.push(teller);
  return { storage, clock, logged, teller };
}

/** What somebody hears who comes now and stays. */
function listen(url: string) {
  const heard: (StorageMessage & { retained: boolean })[] = [];
  const client = connect(url, { reconnectPeriod: 100 });
  client.on('connect', () => void client.subscribe(STORAGE_TOPIC, { qos: 1 }));
  client.on('message', (_topic, payload, { retain }) => {
    heard.push({ ...(JSON.parse(payload.toString()) as StorageMessage), retained: retain });
  });
  closing.push({ [Symbol.asyncDispose]: () => client.endAsync(true).then(() => {}) });
  return heard;
}

const hears = (heard: StorageMessage[], message: Partial<StorageMessage> & { retained?: boolean }) =>
  vi.waitFor(() => expect(heard.at(-1)).toMatchObject(message), PATIENCE);

brokerTest(
  'tells each change at once, each minute while the NAS is away, and whoever comes later',
  async () => {
    const { url } = await broker();
    const { storage, clock, teller } = tell(url);
    const heard = listen(url);
    await hears(heard, { state: 'ready' });
    storage.become({ target: { state: 'missing', since: 7 }, spool: { bufferedMs: 60_000 } });
    await hears(heard, { state: 'missing', since: 7, waitingMinutes: 1, retained: false });
    storage.become({ spool: { bufferedMs: 43 * 60_000, hoursLeft: 61 } });
    const { looks } = storage;
    await vi.waitFor(() => expect(storage.looks).toBe(looks), PATIENCE);
    clock.advance(LOOK_MS);
    await hears(heard, { state: 'missing', waitingMinutes: 43, hoursLeft: 61 });
    const later = listen(url);
    await hears(later, { waitingMinutes: 43, retained: true });
    expect(teller.problem).toBeUndefined();
  },
);

brokerTest('says that nothing is known when it ends', async () => {
  const { url } = await broker();
  const { teller, storage, clock } = tell(url);
  const heard = listen(url);
  await hears(heard, { state: 'ready' });
  await teller[Symbol.asyncDispose]();
  await hears(heard, { state: 'unknown' });
  expect([storage.listening, clock.pending]).toEqual([0, 0]);
});

brokerTest('the broker says so where it ends without a word', async () => {
  const { url } = await broker();
  const proxy = await proxyTo(url);
  closing.push(proxy);
  tell(proxy.url);
  const heard = listen(url);
  await hears(heard, { state: 'ready' });
  await proxy[Symbol.asyncDispose]();
  await hears(heard, { state: 'unknown' });
});

brokerTest('tells how it is after the broker was away, not how it was', async () => {
  const started = await broker();
  const { storage, teller } = tell(started.url);
  await hears(listen(started.url), { state: 'ready' });
  await started.stop();
  await vi.waitFor(() => expect(teller.problem?.code).toBe('mqtt-unreachable'), PATIENCE);
  storage.become({ target: { state: 'missing', since: 7 } });
  storage.become({ target: { state: 'ready', since: 9 } });
  await started.start();
  const heard = listen(started.url);
  await hears(heard, { state: 'ready', since: 9 });
  expect(heard).toHaveLength(1);
  expect(teller.problem).toBeUndefined();
});

brokerTest('says that the password is wrong, without it', async () => {
  const started = await startBroker({ user: { name: 'door', password: 'right', topics: ['#'] } });
  closing.push(started);
  const { teller, logged } = tell(started.url, { username: 'door', password: 'wrong-secret' });
  await vi.waitFor(() => expect(teller.problem?.code).toBe('mqtt-refused'), PATIENCE);
  expect(logged.join('\n')).not.toContain('wrong-secret');
});
