/** A search over real UDP: on loopback, where a responder of the test is asked directly, and in the network, where a real hub announces itself. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { advertiseHub } from '../../plugin/api/advertise.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { answerPacket, hubRecords, srv } from '../../test/support/mdns-answer.ts';
import { type Announcement, hubsIn, SERVICE } from './mdns-hubs.ts';
import { encodeQuestion, readAnswer } from './mdns-packet.ts';
import { searchHubs } from './mdns-search.ts';

const heard = (from: string, ...packets: Buffer[]): Announcement[] =>
  packets.map((packet) => ({ from, records: readAnswer(packet) }));
const hub = (name: string, address: string, ...texts: string[]) =>
  answerPacket(hubRecords(name, address, 8586, ...texts));

describe('hubs out of announcements', () => {
  test('one hub, however often and from wherever it answers', () => {
    const packet = hub('Doorstep', '192.168.1.5', 'version=0.1.0', 'id=01ABC', 'tls=0');
    expect(hubsIn([...heard('192.168.1.5', packet, packet), ...heard('192.168.1.9', packet)])).toEqual([
      { name: 'Doorstep', host: '192.168.1.5', port: 8586, tls: false, version: '0.1.0', id: '01ABC' },
    ]);
  });

  test('several, by name', () => {
    const [b, a] = [hub('Barn', '10.0.0.2', 'tls=1'), hub('Attic', '10.0.0.3')];
    expect(hubsIn([...heard('10.0.0.2', b)]).map(({ tls }) => tls)).toEqual([true]);
    expect(hubsIn([...heard('10.0.0.2', b), ...heard('10.0.0.3', a)]).map(({ name }) => name)).toEqual([
      'Attic',
      'Barn',
    ]);
  });

  test('of several addresses the one that answered', () => {
    const records = readAnswer(hub('Doorstep', '172.17.0.1'));
    const second = readAnswer(hub('Doorstep', '192.168.1.5')).filter(({ type }) => type === 'A');
    const announced = [{ from: '192.168.1.5', records: [...records, ...second] }];
    expect(hubsIn(announced)).toMatchObject([{ host: '192.168.1.5' }]);
  });

  test('letters that nobody sees are left out', () => {
    expect(hubsIn(heard('10.0.0.2', hub('Door\u0007step', '10.0.0.2', 'version=1\n2')))).toMatchObject([
      { name: 'Doorstep', version: '12' },
    ]);
  });

  test.each([
    ['no port', hubRecords('Doorstep', '10.0.0.2', 0)],
    ['no address', hubRecords('Doorstep', '10.0.0.2', 8586).slice(0, 3)],
    ['nothing but a port', [srv('Doorstep._doorstep._tcp.local', 'pi.local', 8586)]],
  ])('%s is no hub', (_what, records) => {
    expect(hubsIn(heard('10.0.0.2', answerPacket(records)))).toEqual([]);
  });

  test('two that call themselves the same, on machines of the same name, stay two', () => {
    const [mine, theirs] = [hub('Doorstep', '10.0.0.2'), hub('Doorstep', '10.0.0.66')];
    const announced = [...heard('10.0.0.66', theirs), ...heard('10.0.0.2', mine)];
    expect(hubsIn(announced).map(({ host }) => host)).toEqual(['10.0.0.2', '10.0.0.66']);
  });

  test('256 full packets of one who wants to keep this program busy are read as one', () => {
    const names = Array.from({ length: 128 }, (_, index) => `Nobody ${index}.${SERVICE}`);
    const records = names.map((target) => ({ type: 'PTR' as const, name: SERVICE, target }));
    const flood = Array.from({ length: 256 }, () => ({ from: '10.0.0.66', records }));
    const startedAt = process.cpuUsage();
    expect(hubsIn(flood)).toEqual([]);
    // Each name against each record would keep it busy for many seconds.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(5_000_000);
  });

  test('no more than 32', () => {
    const many = Array.from({ length: 40 }, (_, index) => hub(`Hub ${index}`, `10.0.1.${index}`));
    expect(hubsIn(heard('10.0.0.2', ...many))).toHaveLength(32);
  });
});

describe('a search', () => {
  let responder: Socket;
  beforeEach(async () => {
    responder = createSocket('udp4');
    responder.bind(0, '127.0.0.1');
    await once(responder, 'listening');
  });
  afterEach(() => new Promise<void>((resolve) => responder.close(() => resolve())));
  const search = (durationMs = 400) =>
    searchHubs({
      durationMs,
      target: { address: '127.0.0.1', port: responder.address().port },
      interfaces: ['127.0.0.1'],
    });

  test('finds who answers, also among rubbish', async () => {
    responder.on('message', (question, { address, port }) => {
      expect(question).toEqual(encodeQuestion('_doorstep._tcp.local'));
      responder.send(Buffer.from('rubbish'), port, address);
      responder.send(hub('Doorstep', '127.0.0.1', 'version=0.1.0'), port, address);
    });
    expect(await search()).toMatchObject([
      { name: 'Doorstep', host: '127.0.0.1', port: 8586, version: '0.1.0' },
    ]);
  });

  test('a packet that is lost is asked for again', async () => {
    let asked = 0;
    responder.on('message', (_question, { address, port }) => {
      asked += 1;
      if (asked > 1) responder.send(hub('Doorstep', '127.0.0.1'), port, address);
    });
    expect(await search(600)).toHaveLength(1);
  });

  test('nobody is an answer as well, and leaves no socket', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind === 'UDPWrap').length;
    const before = sockets();
    expect(await search(50)).toEqual([]);
    expect(await searchHubs({ durationMs: 10, interfaces: ['203.0.113.7'] })).toEqual([]);
    await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before));
  });
});

const outward = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal);
if (!outward) console.warn('This machine has no network; the announcement of a hub is not looked for.');

test.skipIf(!outward)('what a hub announces is found, and nothing is left of it', async () => {
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: silent, error: silent };
  const mine = { name: `Test ${process.pid}`, version: '0.1.0', hubId: '01J0HUB4ZKQ7W8XY', port: 40_000 };
  const found = async () =>
    (await searchHubs({ durationMs: 400 })).filter(({ name }) => name.startsWith(mine.name));
  {
    await using _advertised = advertiseHub({ ...mine, host: '0.0.0.0' }, { clock: systemClock, log });
    await vi.waitFor(async () => expect(await found()).not.toEqual([]), { timeout: 15_000, interval: 50 });
    expect((await found())[0]).toMatchObject({ port: 40_000, tls: false, version: '0.1.0', id: mine.hubId });
  }
  expect(await found()).toEqual([]);
});
