/** Against a real broker. */
import { connect } from 'mqtt';
import { afterEach, expect, vi } from 'vitest';
import { brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import { systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { openLink } from './link.ts';
import { hearTriggers } from './mqtt-triggers.ts';
import { topicsOf } from './topics.ts';
import type { MqttTrigger } from './trigger-match.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
let closing = new Closing();
afterEach(async () => {
  await closing[Symbol.asyncDispose]();
  closing = new Closing();
});

const RING = { topic: 'house/+/bell', payload: 'action=pressed', kind: 'ring' };
const MOTION = { topic: 'house/pir', kind: 'motion' };
const BROKEN = { topic: 'house/broken', kind: 'broken' };

function listen(
  url: string,
  {
    triggers = [RING, MOTION, BROKEN] as (MqttTrigger & { kind: string })[],
    username = '',
    password = '',
  } = {},
) {
  const heard: string[] = [];
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const login = { url, username, password };
  const link = closing.use(
    openLink({ login, statusTopic: 'doorstep/status' }, { clock: systemClock, log, reconnectMs: 50 }),
  );
  const problems = hearTriggers(
    link,
    triggers.map((trigger) => ({
      ...trigger,
      report() {
        if (trigger.kind === 'broken') throw new Error('detection is off');
        heard.push(trigger.kind);
      },
    })),
    { topics: topicsOf({ topic: 'doorstep', discoveryPrefix: 'homeassistant' }), log },
  );
  return { link, heard, logged, problems };
}

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
  const broker = closing.use(await startBroker());
  await say(broker.url, [['house/pir', 'kept from yesterday', { retain: true }]]);
  const { link, heard, logged } = listen(broker.url);
  await link.ready;
  await say(broker.url, [
    ['house/front/bell', '{"action":"released"}'],
    ['elsewhere/front/bell', '{"action":"pressed"}'],
    ['house/broken', 'x'],
    ['house/front/bell', '{"action":"pressed"}'],
    ['house/pir', 'long'.repeat(5000)],
    ['house/pir', 'anything'],
  ]);
  await vi.waitFor(() => expect(heard).toEqual(['ring', 'motion']), PATIENCE);
  expect(link.problem).toBeUndefined();
  expect(logged).toContain('MQTT: what "house/broken" says was not taken: detection is off');
});

brokerTest('hears again after the broker was away, and says so once', async () => {
  const broker = closing.use(await startBroker());
  const { link, heard, logged } = listen(broker.url);
  await link.ready;
  await broker.stop();
  await vi.waitFor(() => expect(link.problem?.code).toBe('mqtt-unreachable'), PATIENCE);
  await broker.start();
  await vi.waitFor(() => expect(link.problem).toBeUndefined(), PATIENCE);
  await say(broker.url, [['house/pir', '']]);
  await vi.waitFor(() => expect(heard).toEqual(['motion']), PATIENCE);
  expect(logged.filter((line) => line.includes('cannot be reached')).length).toBeLessThanOrEqual(2);
  expect(logged).toContain('MQTT: connected again.');
});

brokerTest('hears what its user may read', async () => {
  const login = { username: 'door', password: 'right' };
  const broker = closing.use(
    await startBroker({ user: { name: 'door', password: 'right', topics: ['house/pir'] } }),
  );
  const { heard, link } = listen(broker.url, login);
  await link.ready;
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

brokerTest('what the hub says itself sets nothing off, also where a trigger hears everything', async () => {
  const broker = closing.use(await startBroker());
  const { link, heard, logged, problems } = listen(broker.url, {
    triggers: [
      { topic: '#', kind: 'all' },
      { topic: '+/front-door/doorbell/ring', kind: 'ring' },
      { topic: 'doorstep/+/motion/start', kind: 'motion' },
    ],
  });
  await link.ready;
  link.say('doorstep/front-door/doorbell/ring', '{}');
  link.keep('homeassistant/device/doorstep_CAM1/config', '{}');
  await link.told();
  await say(broker.url, [['second/front-door/doorbell/ring', '{}']]);
  await vi.waitFor(() => expect(heard).toContain('ring'), PATIENCE);
  expect(heard).toEqual(['all', 'ring']);
  expect(problems.map(({ what }) => what)).toEqual([
    expect.stringMatching(/"doorstep\/\+\/motion\/start" is one of those where this hub itself speaks/),
  ]);
  expect(logged.join()).toContain('this hub itself speaks');
});

brokerTest('leaves out a topic that cannot be one', async () => {
  const broker = closing.use(await startBroker());
  const { link, heard, logged, problems } = listen(broker.url, {
    triggers: [{ topic: 'a/#/b', kind: 'ring' }, MOTION],
  });
  await link.ready;
  await say(broker.url, [['house/pir', 'x']]);
  await vi.waitFor(() => expect(heard).toEqual(['motion']), PATIENCE);
  expect(problems.map(({ code }) => code)).toEqual(['mqtt-topic']);
  expect(logged.join()).toMatch(/"a\/#\/b" has # before its end/);
});
