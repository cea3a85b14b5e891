/** The connection, against a real broker. */

import { readFile } from 'node:fs/promises';
import { connect, type IClientOptions } from 'mqtt';
import { afterEach, expect, vi } from 'vitest';
import { proxyTo } from '../../test/support/broker-proxy.ts';
import { brokerTest, startBroker } from '../../test/support/mosquitto.ts';
import { systemClock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import type { BrokerLogin } from './broker.ts';
import { type Link, openLink } from './link.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
let closing = new Closing();
afterEach(async () => {
  await closing[Symbol.asyncDispose]();
  closing = new Closing();
});

const STATUS = 'doorstep/status';

function open(url: string, login: Partial<BrokerLogin> = {}): { link: Link; logged: string[] } {
  const logged: string[] = [];
  const note = (line: string) => void logged.push(line);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const link = openLink(
    { login: { url, username: '', password: '', ...login }, statusTopic: STATUS },
    { clock: systemClock, log, reconnectMs: 50 },
  );
  return { link: closing.use(link), logged };
}

/** All that somebody hears who comes now and stays: `topic payload`, with an asterisk where the broker kept it. */
async function listen(url: string, options: IClientOptions = {}): Promise<string[]> {
  const heard: string[] = [];
  const client = connect(url, { reconnectPeriod: 50, ...options });
  closing.defer(() => client.endAsync(true));
  client.on('message', (topic, payload, { retain }) => heard.push(`${topic} ${payload}${retain ? '*' : ''}`));
  const subscribed = new Promise<void>((resolve) => {
    client.on('connect', () => void client.subscribeAsync('#', { qos: 1 }).then(() => resolve()));
  });
  await subscribed;
  return heard;
}

const until = (check: () => void) => vi.waitFor(check, PATIENCE);
const hears = (heard: string[], line: string) => until(() => expect(heard).toContain(line));

brokerTest('what is kept is there for whoever comes later; what is said once is not', async () => {
  const { url } = closing.use(await startBroker());
  const { link } = open(url);
  link.keep('a', '1');
  link.keep('a', '2');
  link.keep('gone', 'x');
  await link.told();
  const heard = await listen(url);
  link.keep('gone', '');
  link.say('event', 'ring');
  await hears(heard, 'event ring');
  expect(heard.toSorted()).toEqual(
    ['a 2*', `${STATUS} online*`, 'event ring', 'gone ', 'gone x*'].toSorted(),
  );
  const later = await listen(url);
  await hears(later, 'a 2*');
  expect(later.toSorted()).toEqual(['a 2*', `${STATUS} online*`]);
});

brokerTest('the broker says that it is gone: on its own word, and when its connection breaks', async () => {
  const { url } = closing.use(await startBroker());
  const heard = await listen(url);
  const { link } = open(url);
  await hears(heard, `${STATUS} online`);
  await link[Symbol.asyncDispose]();
  await hears(heard, `${STATUS} offline`);

  const proxy = closing.use(await proxyTo(url));
  open(proxy.url);
  await until(() => expect(heard.filter((line) => line.endsWith('online'))).toHaveLength(2));
  await proxy[Symbol.asyncDispose]();
  await until(() => expect(heard.filter((line) => line.endsWith('offline'))).toHaveLength(2));
});

brokerTest(
  'after the broker was away it says how things are, not how they were, and no event late',
  async () => {
    const broker = closing.use(await startBroker());
    const { link } = open(broker.url);
    link.keep('a', 'before');
    await link.told();
    await broker.stop();
    await until(() => expect(link.problem?.code).toBe('mqtt-unreachable'));
    link.say('event', 'late');
    link.keep('a', 'between');
    link.keep('a', 'after');
    await broker.start();
    const heard = await listen(broker.url);
    await until(() => expect(link.problem).toBeUndefined());
    link.say('event', 'now');
    await hears(heard, 'event now');
    expect(heard.filter((line) => !line.startsWith(STATUS)).map((line) => line.replace('*', ''))).toEqual([
      ...['a after', 'event now'],
    ]);
  },
);

brokerTest(
  'what a connection swallowed that nobody knew to be broken is told where it is kept alone',
  async () => {
    const { url } = closing.use(await startBroker());
    const proxy = closing.use(await proxyTo(url));
    const { link } = open(proxy.url);
    link.keep('a', '1');
    await link.told();
    const heard = await listen(url);
    proxy.silence();
    link.say('event', 'swallowed');
    link.keep('a', '2');
    link.keep('a', '3');
    proxy.cut();
    await hears(heard, `${STATUS} offline`);
    await hears(heard, 'a 3');
    link.say('event', 'now');
    await hears(heard, 'event now');
    expect(heard.filter((line) => line.startsWith('event'))).toEqual(['event now']);
  },
);

brokerTest('the last will of a connection that the broker gave up late is contradicted', async () => {
  const { url } = closing.use(await startBroker());
  const { link } = open(url);
  await link.ready;
  await link.told();
  const heard = await listen(url);
  const late = connect(url, { reconnectPeriod: 0 });
  closing.defer(() => late.endAsync(true));
  await late.publishAsync(STATUS, 'offline', { qos: 1, retain: true });
  await hears(heard, `${STATUS} offline`);
  await hears(heard, `${STATUS} online`);
  const later = await listen(url);
  await hears(later, `${STATUS} online*`);
  // Its own farewell stands.
  await link[Symbol.asyncDispose]();
  await until(() => expect(heard.at(-1)).toBe(`${STATUS} offline`));
});

brokerTest('it is back only when all that is kept was told anew', async () => {
  const { url } = closing.use(await startBroker());
  const proxy = closing.use(await proxyTo(url));
  const { link } = open(proxy.url);
  for (let n = 0; n < 20; n++) link.keep(`kept/${n}`, 'now');
  await link.told();
  const heard = await listen(url);
  proxy.silence();
  proxy.cut();
  await hears(heard, `${STATUS} offline`);
  const before = heard.length;
  await until(() => expect(heard.slice(before)).toContain(`${STATUS} online`));
  const told = heard.slice(before);
  expect(told.filter((line) => line.startsWith('kept/'))).toHaveLength(20);
  expect(told.at(-1)).toBe(`${STATUS} online`);
});

brokerTest(
  'a broker that cannot follow gets the newest of what it keeps, and events are not piled up',
  async () => {
    const { url } = closing.use(await startBroker());
    const proxy = closing.use(await proxyTo(url));
    const { link } = open(proxy.url);
    await link.ready;
    await link.told();
    const heard = await listen(url);
    const stalled = proxy.stall();
    const words = 'x'.repeat(2000);
    const sent = 20_000;
    for (let n = 0; n < sent; n++) link.say('event', `${n} ${words}`);
    for (let n = 0; n < 1000; n++) link.keep('a', String(n));
    stalled.go();
    await hears(heard, 'a 999');
    link.say('event', 'now');
    await hears(heard, 'event now');
    const events = heard.filter((line) => line.startsWith('event'));
    expect(events.length).toBeLessThan(sent / 2);
    expect(heard.filter((line) => line.startsWith('a ')).length).toBeLessThanOrEqual(3);
  },
);

brokerTest('says that the password is wrong, without it', async () => {
  const { url } = closing.use(
    await startBroker({ user: { name: 'door', password: 'right', topics: ['#'] } }),
  );
  const { link, logged } = open(url, { username: 'door', password: 'wrong-secret' });
  await until(() => expect(link.problem?.code).toBe('mqtt-refused'));
  expect(logged.join('\n')).not.toContain('wrong-secret');
  const right = open(url, { username: 'door', password: 'right' });
  await right.link.ready;
});

brokerTest('speaks by TLS with a broker whose authority it was given, and with no other', async () => {
  const { url, files } = closing.use(
    await startBroker({ tls: 'server', user: { name: 'door', password: 'right', topics: ['#'] } }),
  );
  const login = { username: 'door', password: 'right' };
  const { link } = open(url, { ...login, ca: files.ca });
  await link.ready;
  link.keep('a', '1');
  await link.told();
  const heard = await listen(url, { ...login, ca: await readFile(files.ca) });
  await hears(heard, 'a 1*');

  const without = open(url, login).link;
  await until(() => expect(without.problem?.code).toBe('mqtt-certificate'));
  expect(without.problem?.cure).toMatch(/"mqtt\.ca"/);
  const wrong = open(url, { ...login, ca: files.clientCert }).link;
  await until(() => expect(wrong.problem?.code).toBe('mqtt-certificate'));
  const named = open(url.replace('127.0.0.1', 'localhost'), { ...login, ca: files.ca }).link;
  await until(() => expect(named.problem?.what).toMatch(/certificate for another name/));
});

brokerTest('shows a certificate of its own where the broker wants one', async () => {
  const { url, files } = closing.use(await startBroker({ tls: 'client' }));
  const own = { ca: files.ca, cert: files.clientCert, key: files.clientKey };
  await open(url, own).link.ready;
  const mixed = open(url, { ...own, key: files.serverKey }).link;
  await until(() =>
    expect(mixed.problem).toMatchObject({ code: 'mqtt-file', what: expect.stringMatching(/do not fit/) }),
  );
  const { link } = open(url, { ca: files.ca });
  await until(() => expect(link.problem).toBeDefined());
  expect(link.problem?.code).toMatch(/mqtt-(certificate|unreachable)/);
});

brokerTest.each([
  [
    'a file that is not there',
    'mqtts://127.0.0.1:1',
    { ca: '/nowhere/ca.pem' },
    'mqtt-file',
    /"mqtt\.ca", \/nowhere/,
  ],
  [
    'a file that is no certificate',
    'mqtts://127.0.0.1:1',
    { ca: import.meta.filename },
    'mqtt-file',
    /is no PEM file/,
  ],
  [
    'a certificate without its key',
    'mqtts://127.0.0.1:1',
    { cert: '/nowhere' },
    'mqtt-file',
    /belong together/,
  ],
  [
    'a certificate for an open line',
    'mqtt://127.0.0.1:1',
    { ca: '/nowhere' },
    'mqtt-not-encrypted',
    /not encrypted/,
  ],
  ['nobody there', 'mqtt://127.0.0.1:1', {}, 'mqtt-unreachable', /ECONNREFUSED/],
  ['an address that is none', 'mqtt://[', {}, 'mqtt-unreachable', /cannot be reached/],
] as const)('%s is a problem in words', async (_, url, login, code, words) => {
  const { link } = open(url, login);
  await until(() => expect(link.problem).toMatchObject({ code, what: expect.stringMatching(words) }));
  link.keep('a', '1');
  link.say('b', '2');
});
