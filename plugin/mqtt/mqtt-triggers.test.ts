/** Against a real broker. */
import { connect } from 'mqtt';
import { afterEach, expect, vi } from 'vitest';
import { brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import type { Log } from '../system/log.ts';
import { listenForTriggers, type MqttTriggers, type MqttTriggersOptions } from './mqtt-triggers.ts';
import type { MqttTrigger } from './trigger-match.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const open of closing.splice(0).reverse()) await open[Symbol.asyncDispose]();
});

const RING = { topic: 'house/+/bell', payload: 'action=pressed', kind: 'ring' };
const MOTION = { topic: 'house/pir', kind: 'motion' };

function listen(options: Partial<MqttTriggersOptions<MqttTrigger & { kind: string }>> & { url: string }) {
  const heard: string[] = [];
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const listener = listenForTriggers(
    { username: '', password: '', triggers: [RING, MOTION], ...options },
    { log, onTrigger: ({ kind }) => heard.push(kind) },
  );
  closing.push(listener);
  return { listener, heard, logged };
}

const codes = ({ problems }: MqttTriggers) => problems.map(({ code }) => code);

async function say(
  url: string,
  messages: readonly (readonly [string, string, { retain?: boolean }?])[],
  login = {},
) {
  const client = connect(url, { ...login, reconnectPeriod: 0 });
  for (const [topic, payload, options] of messages)
    await client.publishAsync(topic, payload, { qos: 1, ...options });
  await client.endAsync();
}

brokerTest('hears a press and motion, and nothing else', async () => {
  const broker = await startBroker();
  closing.push(broker);
  await say(broker.url, [['house/pir', 'kept from yesterday', { retain: true }]]);
  const { listener, heard } = listen({ url: broker.url });
  await listener.ready;
  await say(broker.url, [
    ['house/front/bell', '{"action":"released"}'],
    ['elsewhere/front/bell', '{"action":"pressed"}'],
    ['house/front/bell', '{"action":"pressed"}'],
    ['house/pir', 'anything'],
  ]);
  await vi.waitFor(() => expect(heard).toEqual(['ring', 'motion']), PATIENCE);
  expect(codes(listener)).toEqual([]);
});

brokerTest('hears again after the broker was away, and says so once', async () => {
  const broker = await startBroker();
  closing.push(broker);
  const { listener, heard, logged } = listen({ url: broker.url });
  await listener.ready;
  await broker.stop();
  await vi.waitFor(() => expect(codes(listener)).toEqual(['mqtt-unreachable']), PATIENCE);
  await broker.start();
  await vi.waitFor(() => expect(codes(listener)).toEqual([]), PATIENCE);
  await say(broker.url, [['house/pir', '']]);
  await vi.waitFor(() => expect(heard).toEqual(['motion']), PATIENCE);
  expect(logged.filter((line) => line.includes('cannot be reached')).length).toBeLessThanOrEqual(2);
  expect(logged).toContain('MQTT: connected again.');
});

brokerTest('says that the password is wrong, without it', async () => {
  const broker = await startBroker({ user: { name: 'door', password: 'right', topics: ['#'] } });
  closing.push(broker);
  const { listener, logged } = listen({ url: broker.url, username: 'door', password: 'wrong-secret' });
  await vi.waitFor(() => expect(codes(listener)).toEqual(['mqtt-refused']), PATIENCE);
  expect(logged.join('\n')).not.toContain('wrong-secret');
});

brokerTest('hears what its user may read', async () => {
  const login = { username: 'door', password: 'right' };
  const broker = await startBroker({ user: { name: 'door', password: 'right', topics: ['house/pir'] } });
  closing.push(broker);
  const { heard, listener } = listen({ url: broker.url, ...login });
  await listener.ready;
  // Mosquitto grants the subscription and then gives nothing.
  await say(
    broker.url,
    [
      ['house/front/bell', '{"action":"pressed"}'],
      ['house/pir', 'x'],
    ],
    login,
  );
  await vi.waitFor(() => expect(heard).toEqual(['motion']), PATIENCE);
});

brokerTest('leaves out a topic that cannot be one', async () => {
  const broker = await startBroker();
  closing.push(broker);
  const { listener, heard, logged } = listen({
    url: broker.url,
    triggers: [{ topic: 'a/#/b', kind: 'ring' }, MOTION],
  });
  await listener.ready;
  await say(broker.url, [['house/pir', 'x']]);
  await vi.waitFor(() => expect(heard).toEqual(['motion']), PATIENCE);
  expect(codes(listener)).toEqual(['mqtt-topic']);
  expect(logged.join()).toMatch(/"a\/#\/b" has # before its end/);
});
