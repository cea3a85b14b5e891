import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeG711 } from '../../../simulator/backchannel.ts';
import type { RtspServer, RtspServerOptions } from '../../../simulator/rtsp-server.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { startStreamServer } from '../../../test/support/published-stream.ts';
import { findTone, soundOf } from '../../../test/support/spoken.ts';
import { tone } from '../../../test/support/tone.ts';
import type { TalkConfig } from '../../config.ts';
import { startChild } from '../../system/child.ts';
import { type Clock, systemClock } from '../../system/clock.ts';
import { ProblemError } from '../../system/problem.ts';
import type { TalkSession } from '../contract.ts';
import { createCameraTalk, offersTalk } from './camera-talk.ts';

const HERTZ = 1000;
const SECONDS = 1;
const GENEROUS = { timeout: 20_000, interval: 20 };

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

function createTalk(
  url: string | (() => Promise<string>),
  config: Partial<TalkConfig> = {},
  clock: Clock = systemClock,
) {
  return createCameraTalk(
    { url, config: { via: 'auto', output: [], halfDuplex: false, ...config } },
    { ffmpeg: 'ffmpeg', startChild, clock, log: quiet },
  );
}

async function house(options: RtspServerOptions = {}, config: Partial<TalkConfig> = {}) {
  const server = await startStreamServer(options);
  const login = options.credentials ? `${options.credentials.user}:${options.credentials.password}@` : '';
  const url = `rtsp://${login}127.0.0.1:${server.port}/main`;
  const talk = createTalk(url, config);
  return {
    ...{ server, talk, url },
    open: (signal = new AbortController().signal) => talk.talk({ signal }),
    async [Symbol.asyncDispose]() {
      await talk[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

const PIECE_MS = 40;

/** Speaks as a phone would: in real time, a little unevenly. */
async function speak(session: TalkSession, pcm: Buffer): Promise<void> {
  const bytes = (session.sampleRate * 2 * PIECE_MS) / 1000;
  const begun = performance.now();
  for (let at = 0, count = 1; at < pcm.length; at += bytes, count++) {
    session.write(pcm.subarray(at, at + bytes));
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, begun + count * PIECE_MS - performance.now())),
    );
  }
}

/** Length of the tone in what was heard, in ms. */
async function toneMs(server: RtspServer): Promise<number> {
  const heard = server.heard();
  if (!heard) throw new Error('It has no backchannel.');
  return findTone(await soundOf(heard), HERTZ, heard.sampleRate).ms;
}

describe('talk through a backchannel', () => {
  it.each([
    ['pcmu', 8000],
    ['pcma', 8000],
    ['aac', 16_000],
  ] as const)('is heard once, as it was spoken (%s)', async (backchannel, sampleRate) => {
    await using here = await house({ backchannel, credentials: { user: 'me', password: 'p@ss:word' } });
    await using session = await here.open();
    expect(session.sampleRate).toBe(sampleRate);
    expect(here.talk.via).toBe('backchannel');
    await speak(session, tone(HERTZ, SECONDS, sampleRate));
    await expect.poll(() => toneMs(here.server), GENEROUS).toBeGreaterThan(SECONDS * 500);
    expect(await toneMs(here.server)).toBeLessThan(SECONDS * 1100);
    await session[Symbol.asyncDispose]();
    expect(await session.ended).toBeUndefined();
    await expect.poll(() => here.server.sessions(), GENEROUS).toEqual([]);
  });

  it('knows by a look whether there is one, without a session of its own', async () => {
    await using here = await house({ backchannel: 'pcmu' });
    const seen: unknown[] = [];
    here.talk.onVia((via) => seen.push(via));
    expect(here.talk.via).toBeUndefined();
    here.talk.setOnline(true);
    await expect.poll(() => seen, GENEROUS).toEqual(['backchannel']);
    expect(here.server.sessions()).toEqual([]);
  });

  it('stops to look in the middle of it when the camera is to be left alone, and looks again later', async () => {
    const sockets = new Set<Socket>();
    await using silent = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.resume();
      socket.once('close', () => sockets.delete(socket));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const clock = new ManualClock();
    const { port } = silent.address() as AddressInfo;
    await using talk = createTalk(`rtsp://127.0.0.1:${port}/main`, {}, clock);
    for (const _time of ['first', 'again']) {
      talk.setOnline(true);
      clock.advance(2500);
      await expect.poll(() => sockets.size, GENEROUS).toBe(1);
      talk.setOnline(false);
      await expect.poll(() => sockets.size, GENEROUS).toBe(0);
      await expect.poll(() => clock.pending, GENEROUS).toBe(0);
    }
  });

  it('does not look once the camera is to be left alone, when its address comes after that', async () => {
    let connections = 0;
    await using server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = Promise.withResolvers<string>();
    const clock = new ManualClock();
    await using talk = createTalk(() => address.promise, {}, clock);
    talk.setOnline(true);
    clock.advance(2500);
    talk.setOnline(false);
    address.resolve(`rtsp://127.0.0.1:${(server.address() as AddressInfo).port}/main`);
    await talk[Symbol.asyncDispose]();
    expect(connections).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('lets one person speak at a time, and the next one afterwards', async () => {
    await using here = await house({ backchannel: 'pcmu' });
    const leaving = new AbortController();
    const first = await here.open(leaving.signal);
    expect(await codeOf(here.open())).toBe('talk-busy');
    leaving.abort();
    await first.ended;
    await using second = await here.open();
    expect(second.sampleRate).toBe(8000);
    expect(here.server.sessions()).toHaveLength(1);
  });

  it('says so when somebody else speaks through the camera', async () => {
    await using here = await house({ backchannel: 'pcmu' });
    await using other = createTalk(here.url);
    await using _session = await other.talk({ signal: new AbortController().signal });
    expect(await codeOf(here.open())).toBe('talk-busy');
  });

  it('says that there is none', async () => {
    await using here = await house({ backchannel: 'none' });
    expect(await codeOf(here.open())).toBe('no-backchannel');
    expect(here.talk.via).toBeUndefined();
  });

  it.each([
    ['a wrong password', 'wrong-password', (url: string) => url.replace('me:right', 'me:wrong')],
    ['no password', 'wrong-password', (url: string) => url.replace('me:right@', '')],
    ['no such stream', 'talk-failed', (url: string) => url.replace('/main', '/other')],
    ['nobody there', 'talk-failed', (url: string) => url.replace(/:\d+\/main/, ':1/main')],
    ['an address that is none', 'bad-rtsp-url', () => 'rtsp://'],
  ])('says what is wrong: %s', async (_name, code, change) => {
    await using here = await house({ backchannel: 'pcmu', credentials: { user: 'me', password: 'right' } });
    await using talk = createTalk(change(here.url));
    const problem = talk.talk({ signal: new AbortController().signal });
    expect(await codeOf(problem)).toBe(code);
    expect(String(await problem.catch((error) => error))).not.toMatch(/right|wrong@/);
  });

  it('tells why it ended when the camera hangs up, and can be opened again', async () => {
    await using here = await house({ backchannel: 'pcmu' });
    const session = await here.open();
    here.server.dropViewers();
    expect(await session.ended).toMatch(/camera/);
    await using again = await here.open();
    expect(again.sampleRate).toBe(8000);
  });

  it('keeps a session alive in which nothing is said for long', async () => {
    await using here = await house({ backchannel: 'pcmu', sessionTimeoutMs: 1000 });
    const session = await here.open();
    let over = false;
    void session.ended.then(() => {
      over = true;
    });
    const heard = () => here.server.heard()?.packets.length ?? 0;
    // Silence goes on, and is what keeps most cameras; three times their patience.
    await expect.poll(heard, GENEROUS).toBeGreaterThan(150);
    expect(over).toBe(false);
    await session[Symbol.asyncDispose]();
  });

  it('gives up in the middle of being opened', async () => {
    await using here = await house({ backchannel: 'pcmu' });
    const leaving = new AbortController();
    const opening = here.open(leaving.signal);
    leaving.abort();
    const session = await opening.catch(() => undefined);
    await session?.ended;
    await expect.poll(() => here.server.sessions(), GENEROUS).toEqual([]);
    await using again = await here.open();
    expect(again.sampleRate).toBe(8000);
  });

  it('hangs up when it is disposed of', async () => {
    const here = await house({ backchannel: 'aac' });
    const session = await here.open();
    await here.talk[Symbol.asyncDispose]();
    expect(await session.ended).toBeUndefined();
    await expect.poll(() => here.server.sessions(), GENEROUS).toEqual([]);
    expect(await codeOf(here.open())).toBe('talk-failed');
    await here[Symbol.asyncDispose]();
  });
});

describe('talk through an output of ffmpeg', () => {
  it('is taken where the camera has no backchannel', async () => {
    await using ear = await listen();
    const output = ['-c:a', 'pcm_mulaw', '-ar', '8000', '-f', 'rtp', `rtp://127.0.0.1:${ear.port}`];
    await using here = await house({ backchannel: 'none' }, { output });
    expect(here.talk.via).toBe('output');
    await using session = await here.open();
    expect(session.sampleRate).toBe(16_000);
    await speak(session, tone(HERTZ, SECONDS, 16_000));
    const ms = () => findTone(decodeG711('pcmu', ear.payloads()), HERTZ, 8000).ms;
    await expect.poll(ms, GENEROUS).toBeGreaterThan(SECONDS * 500);
    expect(ms()).toBeLessThan(SECONDS * 1100);
  });

  it('is not taken where the camera has one, and alone where it is chosen', async () => {
    const output = ['-f', 'null', '-'];
    await using auto = await house({ backchannel: 'pcmu' }, { output });
    await using session = await auto.open();
    expect([session.sampleRate, auto.talk.via]).toEqual([8000, 'backchannel']);
    await using chosen = await house({ backchannel: 'pcmu' }, { output, via: 'output' });
    await using other = await chosen.open();
    expect([other.sampleRate, chosen.talk.via]).toEqual([16_000, 'output']);
  });

  it('writes no file', async () => {
    const path = join(tmpdir(), `doorstep-talk-${process.pid}.wav`);
    await using here = await house({ backchannel: 'none' }, { output: [path] });
    const session = await here.open();
    expect(await session.ended).toMatch(/ffmpeg/);
    expect(existsSync(path)).toBe(false);
  });

  it.each([{ via: 'off' }, { via: 'output' }] as const)('is none with %j', async (config) => {
    await using here = await house({ backchannel: 'pcmu' }, config);
    expect(await codeOf(here.open())).toBe('no-talk');
    expect(offersTalk({ via: config.via, output: [] })).toBe(false);
  });
});

async function codeOf(rejected: Promise<unknown>): Promise<string> {
  const error = await rejected.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error.problem.code;
}

/** A UDP port that keeps the payloads of the RTP packets that come to it. */
async function listen() {
  const socket = createSocket('udp4');
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet.subarray(12)));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    payloads: () => Buffer.concat(packets),
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
}
