import { randomBytes } from 'node:crypto';
import type { PrepareStreamCallback, PrepareStreamRequest, StreamingRequest } from 'homebridge';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Camera } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import { SOFTWARE_ENCODER } from '../camera/video-encoder.ts';
import { startChild } from '../system/child.ts';
import { AES_CM_128_HMAC_SHA1_80, STREAM_REQUEST } from './hap-values.ts';
import { createLiveStream, streamingOptions } from './live-stream.ts';

function start() {
  const clock = new ManualClock();
  const log: string[] = [];
  const note = (line: string) => log.push(line);
  const ended: string[] = [];
  let draws = 0;
  /** Says nothing until it is let go. */
  const watch = async function* ({ signal }: { signal: AbortSignal }) {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  };
  const camera = { watch, state: { online: true, since: 0, privacy: false }, onState: () => () => {} };
  const refuseSsrc = { from: Number.POSITIVE_INFINITY };
  const live = createLiveStream({
    ...{ camera: camera as unknown as Camera, startChild, clock },
    encoders: { current: () => SOFTWARE_ENCODER, failed: () => false },
    ffmpeg: { path: '/nowhere/ffmpeg', encoders: new Set(['libopus']) } as unknown as Ffmpeg,
    log: { debug: note, info: note, warn: note, error: note },
    talk: undefined,
    drawSsrc: () => {
      if (++draws >= refuseSsrc.from) throw new Error('no number left');
      return draws;
    },
    endInHomeKit: (id) => ended.push(id),
  });
  const prepare = (changes: object = {}) =>
    new Promise<Parameters<PrepareStreamCallback>>((resolve) =>
      live.prepareStream(request(changes), (...answer) => resolve(answer)),
    );
  const tell = (type: string) =>
    live.handleStreamRequest({ ...START, type } as unknown as StreamingRequest, () => {});
  return { live, clock, log, ended, refuseSsrc, prepare, tell };
}

const medium = () => ({
  ...{ port: 9, srtpCryptoSuite: AES_CM_128_HMAC_SHA1_80 },
  ...{ srtp_key: randomBytes(16), srtp_salt: randomBytes(14) },
});

const request = (changes: object) =>
  ({
    ...{ sessionID: 'a', sourceAddress: '127.0.0.1', targetAddress: '127.0.0.1', addressVersion: 'ipv4' },
    ...{ video: medium(), audio: medium(), ...changes },
  }) as unknown as PrepareStreamRequest;

const START = {
  sessionID: 'a',
  video: { width: 1280, height: 720, fps: 30, pt: 99, max_bit_rate: 299, rtcp_interval: 0.5 },
  audio: { codec: 'none', packet_time: 20, sample_rate: 16 },
};

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;
const allClosed = () => expect.poll(openSockets).toBe(0);

describe('live view in HomeKit', () => {
  it('takes what the viewer asks for in mid-stream, and nothing of one that is not there', async () => {
    const { live, log, prepare, tell } = start();
    tell(STREAM_REQUEST.reconfigure);
    await prepare();
    tell(STREAM_REQUEST.start);
    await expect.poll(() => log.some((line) => line.includes('started'))).toBe(true);
    tell(STREAM_REQUEST.reconfigure);
    await live[Symbol.asyncDispose]();
    await allClosed();
    expect(log.filter((line) => line.includes('now asks'))).toEqual([
      'The viewer now asks for 1280x720, 30 a second, 299 kbit/s.',
    ]);
  });

  it('closes its sockets when it ends by itself', async () => {
    const { clock, ended, prepare, tell } = start();
    await prepare();
    expect(openSockets()).toBe(2);
    tell(STREAM_REQUEST.start);
    await expect.poll(() => clock.pending).toBeGreaterThan(0);
    clock.advance(17_000);
    await expect.poll(() => ended).toEqual(['a']);
    await allClosed();
    expect(clock.pending).toBe(0);
  });

  it('closes its sockets when it is stopped while it is prepared', async () => {
    const { prepare, tell } = start();
    const answer = prepare();
    tell(STREAM_REQUEST.stop);
    expect((await answer)[0]).toBeInstanceOf(Error);
    await allClosed();
  });

  it('is disposed of only when what is being prepared is closed', async () => {
    const { live, prepare } = start();
    const answer = prepare();
    await live[Symbol.asyncDispose]();
    await allClosed();
    expect((await answer)[0]).toBeInstanceOf(Error);
  });

  it('closes the socket of the picture when that of the sound fails', async () => {
    const { refuseSsrc, prepare } = start();
    refuseSsrc.from = 2;
    expect((await prepare())[0]).toEqual(new Error('no number left'));
    await allClosed();
  });

  it('ends the earlier one when an id comes again', async () => {
    const { live, prepare } = start();
    await prepare();
    expect((await prepare())[0]).toBeUndefined();
    await expect.poll(openSockets).toBe(2);
    await live[Symbol.asyncDispose]();
    await allClosed();
  });

  it.each([
    ['a short key', { video: { ...medium(), srtp_key: randomBytes(8) } }, /wrong length/],
    ['a long salt', { audio: { ...medium(), srtp_salt: randomBytes(16) } }, /wrong length/],
    ['another encryption', { video: { ...medium(), srtpCryptoSuite: 1 } }, /not offered/],
    ['a name', { targetAddress: 'phone.local' }, /no network address/],
  ])('refuses %s', async (_name, changes, why) => {
    const [error] = await start().prepare(changes);
    expect(error?.message).toMatch(why);
    expect(openSockets()).toBe(0);
  });

  it('survives a HomeKit that throws at the answer', async () => {
    const { live, log } = start();
    live.prepareStream(request({}), () => {
      throw new Error('called back twice');
    });
    await expect.poll(() => log.join()).toContain('called back twice');
    await allClosed();
  });
});

describe('what HomeKit is offered', () => {
  it.each([
    ['talk, where the configuration offers it', 'libopus', true, true],
    ['none, where it is switched off', 'libopus', false, false],
    ['neither sound nor talk without an encoder', undefined, true, undefined],
  ] as const)('is %s', (_name, encoder, talk, twoWayAudio) => {
    expect(streamingOptions(encoder, talk).audio?.twoWayAudio).toBe(twoWayAudio);
  });
});
