import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatRequest, type RtspItem, RtspReader } from './rtsp-message.ts';
import {
  type RtspServer,
  type RtspServerOptions,
  startRtspServer,
  type ViewerHappening,
} from './rtsp-server.ts';

const SDP = 'v=0\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:streamid=0\r\n';
const TCP = 'RTP/AVP/TCP;unicast;interleaved=0-1';
const REQUIRE = { Require: 'www.onvif.org/ver20/backchannel' };
const GENEROUS = { timeout: 10_000, interval: 10 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(
  options: RtspServerOptions = {},
): Promise<{ server: RtspServer; seen: ViewerHappening[] }> {
  const seen: ViewerHappening[] = [];
  const server = await startRtspServer({ ...options, onViewer: (happening) => seen.push(happening) });
  ends.push(() => server[Symbol.asyncDispose]());
  return { server, seen };
}

/** A client that keeps what it got. */
function client(url: string) {
  const socket: Socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  ends.push(() => socket.destroy());
  const reader = new RtspReader();
  const items: RtspItem[] = [];
  socket.on('data', (chunk) => items.push(...reader.push(chunk)));
  const responses = () => items.filter((item) => item.type === 'response');
  const ask = async (method: string, path = '', headers: Record<string, string> = {}, body = '') => {
    const count = responses().length;
    socket.write(formatRequest(method, `${url}${path}`, { CSeq: '1', ...headers }, body));
    await vi.waitFor(() => expect(responses().length).toBeGreaterThan(count), GENEROUS);
    const response = responses()[count];
    if (!response) throw new Error('No response.');
    return response;
  };
  return { socket, items, ask, closed };
}

async function publish(server: RtspServer) {
  const publisher = client(server.publishUrl('main'));
  await publisher.ask('ANNOUNCE', '', {}, SDP);
  await publisher.ask('SETUP', '/streamid=0', { Transport: TCP });
  await publisher.ask('RECORD');
  return (seq: number, size: number) => {
    const packet = Buffer.alloc(4 + size);
    packet.writeUInt8(0x24, 0);
    packet.writeUInt16BE(size, 2);
    packet.writeUInt8(0x80, 4);
    packet.writeUInt16BE(seq, 6);
    publisher.socket.write(packet);
  };
}

async function view(server: RtspServer) {
  const viewer = client(`rtsp://127.0.0.1:${server.port}/main`);
  const setup = await viewer.ask('SETUP', '/streamid=0', { Transport: TCP });
  const session = setup.headers.get('session')?.split(';')[0] ?? '';
  return { ...viewer, session, play: () => viewer.ask('PLAY', '', { Session: session }) };
}

describe('an RTSP server', () => {
  it('relays packets as they are and tells a new viewer where it joins', async () => {
    const { server } = await start();
    const send = await publish(server);
    send(41, 20);
    await server.ready('main');
    const viewer = await view(server);
    const play = await viewer.play();
    expect(play.headers.get('rtp-info')).toContain('/main/streamid=0;seq=42;rtptime=0');
    send(42, 33);
    await vi.waitFor(() => {
      const packets = viewer.items.filter((item) => item.type === 'interleaved');
      expect(packets.map(({ channel, data }) => [channel, data.length])).toEqual([[0, 33]]);
    }, GENEROUS);
  });

  it.each([
    ['a made-up key', (url: string) => url.replace(/\/[0-9a-f]{32}\//, `/${'0'.repeat(32)}/`)],
    ['no key', (url: string) => url.replace(/\/[0-9a-f]{32}\//, '/')],
  ])('refuses to be published to with %s', async (_name, change) => {
    const { server } = await start();
    const stranger = client(change(server.publishUrl('main')));
    expect((await stranger.ask('ANNOUNCE', '', {}, SDP)).status).toBe(403);
    await stranger.closed;
    expect(server.streams.size).toBe(0);
  });

  it('takes no stream on the port of the viewers', async () => {
    const { server } = await start();
    const stranger = client(`rtsp://127.0.0.1:${server.port}/main`);
    expect((await stranger.ask('ANNOUNCE', '', {}, SDP)).status).toBe(501);
  });

  it.each([
    ['DESCRIBE', '/nothing', {}, 404],
    ['SETUP', '/streamid=9', { Transport: TCP }, 404],
    ['SETUP', '/streamid=0', { Transport: 'RTP/AVP;multicast' }, 461],
    ['PLAY', '', { Session: 'made-up' }, 454],
    ['TEARDOWN', '', {}, 454],
    ['PAUSE', '', {}, 501],
  ])('answers %s%s %j with %i', async (method, path, headers, status) => {
    const { server } = await start();
    await publish(server);
    const base = path === '/nothing' ? '' : '/main';
    const viewer = client(`rtsp://127.0.0.1:${server.port}${base}`);
    expect((await viewer.ask(method, path, headers as Record<string, string>)).status).toBe(status);
  });

  it('drops a viewer that does not read', async () => {
    const { server, seen } = await start({ maxBacklog: 64 * 1024 });
    const send = await publish(server);
    const viewer = await view(server);
    await viewer.play();
    viewer.socket.pause();
    let seq = 0;
    await vi.waitFor(() => {
      for (let count = 0; count < 64; count += 1) send(seq++ & 0xffff, 60_000);
      expect(seen.at(-1)).toMatchObject({ what: 'viewer-left', why: 'the viewer reads too slowly' });
    }, GENEROUS);
  });

  it('ends the session of a viewer that has gone silent', async () => {
    const { server, seen } = await start({ sessionTimeoutMs: 200 });
    await publish(server);
    await view(server);
    await vi.waitFor(() => {
      expect(seen.at(-1)).toMatchObject({ what: 'viewer-left', why: 'nothing was heard from the viewer' });
    }, GENEROUS);
    expect(server.sessions()).toEqual([]);
  });

  it('ends its viewers with the stream', async () => {
    const { server } = await start();
    await publish(server);
    const viewer = await view(server);
    const publisher = ends[1];
    publisher?.();
    await viewer.closed;
    expect(server.streams.size).toBe(0);
  });

  it.each([
    ['one that has it', { backchannel: 'pcmu' }, REQUIRE, 200, true],
    ['one that has it, unasked', { backchannel: 'pcmu' }, {}, 200, false],
    ['one without', {}, REQUIRE, 551, false],
    ['one that knows no such option', { backchannel: 'pcmu' }, { Require: 'something' }, 551, false],
  ] as const)('is asked for a backchannel: %s', async (_name, options, headers, status, offered) => {
    const { server } = await start(options);
    await publish(server);
    const viewer = client(`rtsp://127.0.0.1:${server.port}/main`);
    const described = await viewer.ask('DESCRIBE', '', headers);
    expect([described.status, described.body.includes('a=sendonly')]).toEqual([status, offered]);
  });

  it('hears one talker, in the agreed format, once they play', async () => {
    const { server } = await start({ backchannel: 'pcmu' });
    await publish(server);
    const talker = client(`rtsp://127.0.0.1:${server.port}/main`);
    const setup = await talker.ask('SETUP', '/backchannel', { ...REQUIRE, Transport: TCP });
    const other = client(`rtsp://127.0.0.1:${server.port}/main`);
    expect((await other.ask('SETUP', '/backchannel', { ...REQUIRE, Transport: TCP })).status).toBe(453);
    const say = (channel: number, type: number) => {
      const packet = Buffer.alloc(4 + 14, 0x55);
      packet.set([0x24, channel, 0, 14, 0x80, type]);
      talker.socket.write(packet);
    };
    say(0, 0);
    await talker.ask('PLAY', '', { ...REQUIRE, Session: setup.headers.get('session')?.split(';')[0] ?? '' });
    say(1, 0);
    say(0, 96);
    say(0, 0);
    await vi.waitFor(() => expect(server.heard()?.packets).toHaveLength(1), GENEROUS);
    expect(server.heard()?.packets[0]).toMatchObject({ payload: Buffer.of(0x55, 0x55), sequence: 0x5555 });
    talker.socket.destroy();
    await vi.waitFor(async () => {
      const next = client(`rtsp://127.0.0.1:${server.port}/main`);
      expect((await next.ask('SETUP', '/backchannel', { ...REQUIRE, Transport: TCP })).status).toBe(200);
    }, GENEROUS);
  });

  it('hears nothing by UDP', async () => {
    const { server } = await start({ backchannel: 'pcmu' });
    await publish(server);
    const talker = client(`rtsp://127.0.0.1:${server.port}/main`);
    const Transport = 'RTP/AVP;unicast;client_port=5000-5001';
    expect((await talker.ask('SETUP', '/backchannel', { ...REQUIRE, Transport })).status).toBe(461);
  });
});
