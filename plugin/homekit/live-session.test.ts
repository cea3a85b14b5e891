import { randomBytes } from 'node:crypto';
import type { StartStreamRequest } from 'homebridge';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { makeStream } from '../../test/support/recorded-media.ts';
import type { Camera, MediaItem } from '../camera/contract.ts';
import { SOFTWARE_ENCODER } from '../camera/video-encoder.ts';
import { createEncoderChoice } from '../camera/video-encoder-choice.ts';
import { startChild } from '../system/child.ts';
import { runLiveSession } from './live-session.ts';
import type { RtpSocket } from './rtp-socket.ts';
import { VideoWish } from './video-wish.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const REQUEST = {
  sessionID: '1',
  type: 'start',
  video: {
    ...{ codec: 0, profile: 1, level: 2, packetizationMode: 0, width: 1280, height: 720, fps: 30 },
    ...{ pt: 99, ssrc: 1, max_bit_rate: 299, rtcp_interval: 0.5, mtu: 1378 },
  },
  audio: {
    ...{ codec: 'OPUS', channel: 1, bit_rate: 0, sample_rate: 16, packet_time: 20, pt: 110, ssrc: 2 },
    ...{ max_bit_rate: 24, rtcp_interval: 5, comfort_pt: 13, comfortNoiseEnabled: false },
  },
} as unknown as StartStreamRequest;

/** A session whose time stands still, with a camera that gives what it is told to. */
function start(key = { key: randomBytes(16), salt: randomBytes(14) }) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const waiting: ((item: MediaItem | undefined) => void)[] = [];
  const watch = async function* ({ signal }: { signal: AbortSignal }) {
    for (;;) {
      const item = await new Promise<MediaItem | undefined>((resolve) => {
        waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(undefined));
      });
      if (!item || signal.aborted) return;
      yield item;
    }
  };
  const camera = { watch, state: { online: true, since: 0, privacy: false }, onState: () => () => {} };
  let answer = () => {};
  let packets = 0;
  const socket: RtpSocket = {
    port: 1,
    send: () => packets++,
    onPacket: (listener) => {
      answer = () => listener(Buffer.alloc(0));
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const ended = runLiveSession({
    ...{ camera: camera as unknown as Camera, request: REQUEST, clock, log: quiet, startChild },
    wish: new VideoWish({ width: 1280, height: 720, fps: 30, kbps: 299, profile: 1, level: 2 }),
    encoders: createEncoderChoice(SOFTWARE_ENCODER, { clock, log: quiet }),
    ffmpeg: undefined,
    talk: undefined,
    video: { socket, key, ssrc: 5 },
    audio: undefined,
    signal: stop.signal,
  });
  const offer = async (item: MediaItem) => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    waiting.shift()?.(item);
  };
  /** Resolves when the session asks for the next one. */
  const give = async (item: MediaItem) => {
    await offer(item);
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
  };
  return { clock, stop, offer, give, answer: () => answer(), packets: () => packets, ended };
}

const stream = () =>
  makeStream({
    input: ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10'],
    seconds: 2,
    video: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '10', '-bf', '0'],
  });

async function pending(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol();
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, open))])) === open;
}

describe('a live session', () => {
  it('ends when there is no picture', async () => {
    const { clock, ended } = start();
    clock.advance(15_000);
    expect(await pending(ended)).toBe(true);
    clock.advance(2000);
    expect(await ended).toBe('no picture from the camera');
    expect(clock.pending).toBe(0);
  });

  it('ends when the viewer is gone, however long the pictures go on', async () => {
    const { init, fragments } = await stream();
    const { clock, give, answer, packets, ended } = start();
    await give(init);
    for (const [i, fragment] of fragments.slice(0, 8).entries()) {
      await give({ ...fragment, at: clock.now() + 1 });
      expect(packets()).toBeGreaterThan(i);
      if (i < 4) answer();
      expect(await pending(ended), `after ${i * 7} s`).toBe(true);
      clock.advance(7000);
    }
    expect(await ended).toBe('the viewer is gone');
    expect(clock.pending).toBe(0);
  });

  it('says what is missing when it would have to convert', async () => {
    const { init } = await stream();
    const { offer, ended, clock } = start();
    const tracks = init.tracks.map((track) => ({ ...track, codec: 'hevc' }));
    await offer({ ...init, tracks });
    expect(await ended).toContain('libx264');
    expect(clock.pending).toBe(0);
  });

  it('says so when its key is none, and leaves nothing behind', async () => {
    const { ended, clock } = start({ key: randomBytes(3), salt: randomBytes(14) });
    expect(await ended).toContain('SRTP');
    expect(clock.pending).toBe(0);
  });

  it('ends at once when it is told to', async () => {
    const { stop, ended, clock } = start();
    stop.abort();
    await ended;
    expect(clock.pending).toBe(0);
  });
});
