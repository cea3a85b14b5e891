import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { systemClock } from '../../system/clock.ts';
import { reachRtsp, streamAddress } from './rtsp-reach.ts';

const signal = new AbortController().signal;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A port that does this with what it is asked. */
async function portThat(answer: (request: string, socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => answer(data.toString(), socket));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.each([
  ['rtsp://10.0.0.2/a', { host: '10.0.0.2', port: 554, secure: false, password: false }],
  [
    'rtsp://me:s%40cret@cam.local:8554/a?b=c',
    { host: 'cam.local', port: 8554, secure: false, password: true },
  ],
  ['rtsps://[fe80::1]/a', { host: 'fe80::1', port: 322, secure: true, password: false }],
  // As ffmpeg has it: the password ends at the last @, and may hold anything but / ? #.
  ['rtsp://me:p@s^%[w]@10.0.0.2/a', { host: '10.0.0.2', port: 554, secure: false, password: true }],
  ['http://10.0.0.2/a', undefined],
  ['rtsp://', undefined],
  ['nothing', undefined],
])('%s leads to %j', (url, address) => {
  expect(streamAddress(url)).toEqual(address);
});

test('the shortest of three round trips counts, and the server tells its name', async () => {
  const asked: string[] = [];
  const port = await portThat((request, socket) => {
    asked.push(request);
    // In two pieces, as networks do.
    socket.write('RTSP/1.0 200 OK\r\nCSeq: 1\r\nSer');
    setImmediate(() => socket.write('ver: go2rtc/1.9\r\n\r\n'));
  });
  const reach = await reachRtsp({ host: '127.0.0.1', port, secure: false }, { clock: systemClock, signal });
  expect(reach).toEqual({ rttMs: expect.any(Number), server: 'go2rtc/1.9' });
  expect(asked).toHaveLength(3);
  expect(asked[0]).toBe(
    `OPTIONS rtsp://127.0.0.1:${port}/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: Doorstep\r\n\r\n`,
  );
});

test('a port that asks for a password has answered', async () => {
  const asked: string[] = [];
  const port = await portThat((request, socket) => {
    asked.push(request);
    socket.write(
      'RTSP/1.0 401 Unauthorized\r\nServer: x\r\nWWW-Authenticate: Digest realm="a", nonce="b"\r\n\r\n',
    );
  });
  const reach = await reachRtsp({ host: '127.0.0.1', port, secure: false }, { clock: systemClock, signal });
  expect(reach).toEqual({ rttMs: expect.any(Number), server: 'x' });
  expect(asked.join('')).not.toMatch(/authorization/i);
});

test.each([
  ['ends the connection', (_: string, socket: Socket) => void socket.end()],
  ['talks without end', (_: string, socket: Socket) => void socket.write('x'.repeat(20_000))],
])('a port that %s says nothing of use', async (_, answer) => {
  const port = await portThat(answer);
  expect(await reachRtsp({ host: '127.0.0.1', port, secure: false }, { clock: systemClock, signal })).toEqual(
    {
      failure: 'it takes the connection but says nothing',
    },
  );
});

test('a port that is silent is given up', async () => {
  const clock = new ManualClock();
  const port = await portThat(() => clock.advance(3000));
  expect(await reachRtsp({ host: '127.0.0.1', port, secure: false }, { clock, signal })).toEqual({
    failure: 'it does not answer',
  });
  expect(clock.pending).toBe(0);
});

test('a port on which nothing listens', async () => {
  const port = await portThat(() => {});
  for (const close of closers.splice(0)) close();
  expect(await reachRtsp({ host: '127.0.0.1', port, secure: false }, { clock: systemClock, signal })).toEqual(
    {
      failure: 'nothing listens on its port',
    },
  );
});

test('what does not speak TLS fails in a sentence', async () => {
  const port = await portThat((_, socket) => void socket.write('RTSP/1.0 200 OK\r\n\r\n'));
  const reach = await reachRtsp({ host: '127.0.0.1', port, secure: true }, { clock: systemClock, signal });
  expect(reach.failure).toEqual(expect.any(String));
});
