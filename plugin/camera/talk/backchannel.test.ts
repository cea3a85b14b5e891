import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Answer, serveConnection } from '../../../simulator/rtsp-connection.ts';
import type { RtspRequest } from '../../../simulator/rtsp-message.ts';
import { selfSigned } from '../../../simulator/self-signed.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { startStreamServer } from '../../../test/support/published-stream.ts';
import { type Clock, systemClock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import { findBackchannel, openBackchannel } from './backchannel.ts';

const SDP = [
  ...['v=0', 's=x', 'm=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:track1'],
  ...['m=audio 0 RTP/AVP 0', 'a=control:track3', 'a=sendonly', ''],
].join('\r\n');
const GENEROUS = { timeout: 10_000, interval: 10 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

type Play = (request: RtspRequest) => Answer | undefined;

/** A camera that answers as it is told; `undefined` leaves it to the manners of a good one. */
async function camera(play: Play = () => undefined) {
  const requests: RtspRequest[] = [];
  const packets: { channel: number; data: Buffer }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveConnection(socket, {
      commonHeaders: () => ({}),
      onRequest: (request) => {
        requests.push(request);
        return play(request) ?? wellBehaved(request);
      },
      onPacket: ({ channel, data }) => packets.push({ channel, data }),
      onClose: () => {},
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  ends.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = `rtsp://me:secret@127.0.0.1:${port}/cam?channel=1`;
  return {
    ...{ requests, packets, sockets, url, bare: url.replace('me:secret@', '') },
    methods: () => requests.map(({ method }) => method),
    open: (clock: Clock = systemClock, signal = new AbortController().signal) =>
      openBackchannel({ url, clock, signal }),
  };
}

function wellBehaved({ method, headers }: RtspRequest): Answer {
  switch (method) {
    case 'DESCRIBE':
      return { status: 200, body: SDP };
    case 'SETUP': {
      const Transport = headers.get('transport') ?? '';
      return { status: 200, headers: { Session: '42;timeout=20', Transport: `${Transport};ssrc=0000BEEF` } };
    }
    default:
      return { status: 200 };
  }
}

const codeOf = (rejected: Promise<unknown>) =>
  rejected.then(
    () => 'opened',
    (error) => (error instanceof ProblemError ? error.problem.code : error),
  );

describe('a backchannel', () => {
  it('is asked for in each request, at the URLs that cameras understand, and left politely', async () => {
    const { open, requests, bare } = await camera();
    const opened = await open();
    await opened[Symbol.asyncDispose]();
    await opened[Symbol.asyncDispose]();
    expect(requests.map(({ method, url }) => [method, url])).toEqual([
      ['DESCRIBE', bare],
      ['SETUP', `${bare}/track3`],
      ['PLAY', bare],
      ['TEARDOWN', bare],
    ]);
    for (const { headers } of requests)
      expect(headers.get('require')).toBe('www.onvif.org/ver20/backchannel');
    expect(requests.at(-1)?.headers.get('session')).toBe('42');
  });

  it('sends on the channel and with the SSRC that the camera chose', async () => {
    const { open, packets } = await camera(({ method }) =>
      method === 'SETUP'
        ? {
            status: 200,
            headers: { Session: '1', Transport: 'RTP/AVP;unicast;interleaved=6-7;ssrc=0000BEEF' },
          }
        : undefined,
    );
    await using opened = await open();
    opened.send(Buffer.of(1, 2, 3), 3, true);
    await expect.poll(() => packets.length, GENEROUS).toBe(1);
    const [{ channel, data } = { channel: 0, data: Buffer.alloc(12) }] = packets;
    expect([channel, data.readUInt8(1), data.readUInt32BE(8), data.subarray(12)]).toEqual([
      6,
      0x80,
      0xbeef,
      Buffer.of(1, 2, 3),
    ]);
  });

  it('is found by one question', async () => {
    const { url, methods, sockets } = await camera();
    const { codec } = await findBackchannel({
      url,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    expect(codec.name).toBe('PCMU');
    await expect.poll(() => sockets.size, GENEROUS).toBe(0);
    expect(methods()).toEqual(['DESCRIBE']);
  });

  it.each([
    ['DESCRIBE', 551, 'no-backchannel'],
    ['DESCRIBE', 406, 'no-backchannel'],
    ['DESCRIBE', 404, 'talk-failed'],
    ['DESCRIBE', 401, 'wrong-password'],
    ['SETUP', 453, 'talk-busy'],
    ['SETUP', 461, 'talk-failed'],
    ['SETUP', 500, 'talk-failed'],
    ['PLAY', 503, 'talk-busy'],
  ])('is refused in words: %s with %i', async (method, status, code) => {
    const { open, sockets } = await camera((request) => (request.method === method ? { status } : undefined));
    expect(await codeOf(open())).toBe(code);
    await expect.poll(() => sockets.size, GENEROUS).toBe(0);
  });

  it.each([
    ['no backchannel', SDP.replace('a=sendonly', 'a=recvonly'), /no backchannel/],
    ['G.726 alone', SDP.replace('RTP/AVP 0', 'RTP/AVP 2'), /G726-32\/8000 alone/],
    ['nothing', '', /no backchannel/],
  ])('is not there where the camera describes %s', async (_name, body, words) => {
    const { open } = await camera(({ method }) =>
      method === 'DESCRIBE' ? { status: 200, body } : undefined,
    );
    await expect(open()).rejects.toThrow(words);
  });

  it('is not taken by UDP', async () => {
    const answer = {
      status: 200,
      headers: { Session: '1', Transport: 'RTP/AVP;unicast;server_port=5000-5001' },
    };
    const { open } = await camera(({ method }) => (method === 'SETUP' ? answer : undefined));
    await expect(open()).rejects.toThrow(/UDP alone/);
  });

  it('is opened together with the picture, where the camera wants that', async () => {
    let tracks = 0;
    const { open, packets, requests } = await camera(({ method }) => {
      if (method === 'DESCRIBE') tracks = 0;
      if (method === 'SETUP') tracks += 1;
      return method === 'PLAY' && tracks < 2 ? { status: 455 } : undefined;
    });
    await using opened = await open();
    opened.send(Buffer.of(1), 1, false);
    await expect.poll(() => packets.map(({ channel }) => channel), GENEROUS).toEqual([2]);
    const setups = requests
      .filter(({ method }) => method === 'SETUP')
      .map(({ url }) => url.split('/').at(-1));
    expect(setups).toEqual(['track3', 'track1', 'track3']);
  });

  it('says the first reason when the picture does not help', async () => {
    const { open, methods } = await camera(({ method }) => (method === 'PLAY' ? { status: 457 } : undefined));
    await expect(open()).rejects.toThrow(/457/);
    expect(methods().filter((method) => method === 'DESCRIBE')).toHaveLength(2);
  });

  it('answers again to a nonce that has grown old, and not for ever', async () => {
    const challenge = (nonce: string, more = '') => ({
      status: 401,
      headers: { 'WWW-Authenticate': `Digest realm="a", nonce="${nonce}"${more}` },
    });
    const renewing = await camera(({ method, headers }) => {
      const authorization = headers.get('authorization');
      if (authorization === undefined) return challenge('one');
      return method === 'PLAY' && authorization.includes('"one"')
        ? challenge('two', ', stale=true')
        : undefined;
    });
    await using opened = await renewing.open();
    expect(opened.track.payloadType).toBe(0);
    let count = 0;
    const never = await camera(() => challenge(String(++count)));
    expect(await codeOf(never.open())).toBe('wrong-password');
    expect(never.requests.length).toBeLessThan(5);
  });

  it('stays alive by half of the time that the camera grants', async () => {
    const clock = new ManualClock();
    const { open, methods } = await camera();
    const opened = await open(clock);
    clock.advance(9_900);
    expect(methods()).not.toContain('OPTIONS');
    clock.advance(200);
    await expect.poll(methods, GENEROUS).toContain('OPTIONS');
    await opened[Symbol.asyncDispose]();
    await expect.poll(() => clock.pending, GENEROUS).toBe(0);
  });

  it.each([
    ['4294968000', 150_000],
    ['9'.repeat(400), 150_000],
    ['1', 2500],
    ['0', 30_000],
  ])('keeps its calm when the camera grants %s s', async (timeout, everyMs) => {
    const clock = new ManualClock();
    const { open, methods } = await camera(({ method, headers }) => {
      const Transport = headers.get('transport') ?? '';
      return method === 'SETUP'
        ? { status: 200, headers: { Session: `42;timeout=${timeout}`, Transport } }
        : undefined;
    });
    await using _opened = await open(clock);
    clock.advance(everyMs - 100);
    expect(clock.pending).toBe(1);
    clock.advance(200);
    await expect.poll(methods, GENEROUS).toContain('OPTIONS');
    expect(methods().filter((method) => method === 'OPTIONS')).toHaveLength(1);
  });

  it.each(['DESCRIBE', 'SETUP', 'PLAY'])('is given up when the camera says nothing to %s', async (method) => {
    const clock = new ManualClock();
    const { open, requests, sockets } = await camera((request) =>
      request.method === method ? { status: 200, headers: { 'Content-Length': '99' } } : undefined,
    );
    const opening = codeOf(open(clock));
    await expect.poll(() => requests.at(-1)?.method, GENEROUS).toBe(method);
    await expect
      .poll(() => {
        clock.advance(5000);
        return sockets.size;
      }, GENEROUS)
      .toBe(0);
    expect(await opening).toBe('talk-failed');
    expect(clock.pending).toBe(0);
  });

  it('is over when the camera sends what is no RTSP', async () => {
    const { open, sockets } = await camera();
    await using opened = await open();
    for (const socket of sockets) socket.write('what is this?\r\n\r\n');
    expect(await opened.closed).toMatch(/not RTSP/);
  });

  it('is given up when nobody wants it any more', async () => {
    const leaving = new AbortController();
    const { open, sockets } = await camera(({ method }) => {
      if (method === 'SETUP') leaving.abort();
      return undefined;
    });
    expect(await codeOf(open(systemClock, leaving.signal))).toBe('talk-failed');
    await expect.poll(() => sockets.size, GENEROUS).toBe(0);
    expect(await codeOf(open(systemClock, leaving.signal))).toBe('talk-failed');
  });

  it('is opened over TLS, with a certificate that the camera made itself', async () => {
    const tls = selfSigned('127.0.0.1', Date.now());
    await using server = await startStreamServer({ backchannel: 'pcma', tls });
    const url = `rtsps://127.0.0.1:${server.port}/main`;
    await using opened = await openBackchannel({
      url,
      clock: systemClock,
      signal: new AbortController().signal,
    });
    expect(opened.track.codec.name).toBe('PCMA');
  });
});
