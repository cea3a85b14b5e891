import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startDiscoveryResponder } from '../../../simulator/onvif/discovery-responder.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import { discoverCameras } from './discovery.ts';
import { readProbeMatches } from './discovery-messages.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const common = { clock: systemClock, log: silent, interfaces: ['127.0.0.1'], durationMs: 600 };

let closing: Closing;
beforeEach(() => {
  closing = new Closing();
});
afterEach(() => closing[Symbol.asyncDispose]());

const responder = async (xaddrs: string[], copies = 1) =>
  closing.use(
    await startDiscoveryResponder({
      ...{ address: '127.0.0.1', port: 0, name: 'Front door', model: 'Bell 2' },
      ...{ xaddrs, copies },
    }),
  );

describe('search', () => {
  test('finds a camera once, however often it answers', async () => {
    const { port } = await responder(['http://127.0.0.1:8000/onvif/device_service'], 3);
    const found = await discoverCameras({
      ...common,
      target: { address: '127.0.0.1', port },
      signal: new AbortController().signal,
    });
    expect(found).toEqual([{ host: '127.0.0.1', port: 8000, name: 'Front door', model: 'Bell 2' }]);
  });

  test('is not led astray by nonsense', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    closing.defer(() => new Promise<void>((resolve) => socket.close(() => resolve())));
    socket.on('message', (_, { port, address }) => {
      for (const nonsense of ['', '<', '<a/>', Buffer.alloc(60_000, '<a>').toString()])
        socket.send(nonsense, port, address);
    });
    const target = { address: '127.0.0.1', port: socket.address().port };
    expect(await discoverCameras({ ...common, target, signal: new AbortController().signal })).toEqual([]);
  });

  test('ends early when it is told to, and leaves no interface that does not exist in its way', async () => {
    const { port } = await responder([]);
    const ending = new AbortController();
    const began = performance.now();
    const search = discoverCameras({
      ...{ ...common, durationMs: 60_000, interfaces: ['127.0.0.1', '203.0.113.7'] },
      ...{ target: { address: '127.0.0.1', port }, signal: ending.signal },
    });
    ending.abort();
    expect(await search).toEqual([]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('answers', () => {
  const answer = (xaddrs: string, scopes = '') =>
    `<s:Envelope xmlns:s="x"><s:Body><d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>urn:uuid:1</a:Address></a:EndpointReference>` +
    `<d:Scopes>${scopes}</d:Scopes><d:XAddrs>${xaddrs}</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>`;

  test.each([
    ['http://10.0.0.5/onvif/device_service', '10.0.0.5', { host: '10.0.0.5', port: 80 }],
    ['http://10.0.0.5:8000/x http://192.168.1.5/x', '192.168.1.5', { host: '192.168.1.5', port: 80 }],
    ['http://[fe80::1]/x http://10.0.0.5:2020/x', '10.0.0.9', { host: '10.0.0.5', port: 2020 }],
    ['https://10.0.0.5/x', '10.0.0.5', { host: '10.0.0.5', port: 443 }],
    ['http://0.0.0.0:8899/x', '10.0.0.5', { host: '10.0.0.5', port: 8899 }],
    ['http://169.254.1.2/x', '10.0.0.5', { host: '10.0.0.5', port: 80 }],
  ])('%s from %s', (xaddrs, from, expected) => {
    expect(readProbeMatches(answer(xaddrs), from)).toEqual([{ endpoint: 'urn:uuid:1', ...expected }]);
  });

  test.each(['', 'ftp://10.0.0.5/', 'nonsense'])('without a usable address: "%s"', (xaddrs) => {
    expect(readProbeMatches(answer(xaddrs), '10.0.0.5')).toEqual([]);
  });

  test('name and model', () => {
    const scopes = 'onvif://www.onvif.org/name/Front%20door onvif://www.onvif.org/hardware/DS_2CD%';
    expect(readProbeMatches(answer('http://10.0.0.5/', scopes), 'x')).toMatchObject([
      { name: 'Front door', model: 'DS 2CD%' },
    ]);
  });

  test('no text makes it throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => readProbeMatches(text, 'x').length === 0));
    fc.assert(
      fc.property(fc.string(), fc.string(), (xaddrs, scopes) =>
        Array.isArray(readProbeMatches(answer(xaddrs, scopes), 'x')),
      ),
    );
  });
});
