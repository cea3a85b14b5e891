import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { findTone, opusPackets } from '../../test/support/spoken.ts';
import { samplesOf, tone } from '../../test/support/tone.ts';
import type { TalkSession } from '../camera/contract.ts';
import { type Child, type StartChild, startChild } from '../system/child.ts';
import { type Clock, systemClock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';
import { createReturnAudio, type ReturnAudio } from './return-audio.ts';
import { createSrtpSender } from './srtp.ts';

const HERTZ = 1000;
const GENEROUS = { timeout: 20_000, interval: 20 };
const PAYLOAD_TYPE = 110;

let spoken: Buffer[];
let silent: Buffer[];

beforeAll(async () => {
  spoken = await opusPackets(tone(HERTZ, 1, 16_000));
  silent = await opusPackets(Buffer.alloc(16_000 * 2));
});

const ends: AsyncDisposable[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end[Symbol.asyncDispose]();
});

interface Loudspeaker {
  session: TalkSession;
  pcm: Buffer[];
  /** The camera hangs up. */
  end(why: string): void;
}

function start({ sampleRate = 8000, refuse = false, ffmpeg = 'ffmpeg', clock = systemClock as Clock } = {}) {
  const key = { key: randomBytes(16), salt: randomBytes(14) };
  const calls: Loudspeaker[] = [];
  const log: string[] = [];
  const note = (line: string) => log.push(line);
  const children: Child[] = [];
  const counted: StartChild = (...args) => {
    const child = startChild(...args);
    children.push(child);
    return child;
  };
  let hungUp = 0;
  const talk = async () => {
    if (refuse) throw new ProblemError({ code: 'talk-busy', what: 'Somebody speaks.', cure: 'Wait.' });
    const over = Promise.withResolvers<string | undefined>();
    const pcm: Buffer[] = [];
    const session: TalkSession = {
      sampleRate,
      ended: over.promise,
      write: (data) => pcm.push(data),
      [Symbol.asyncDispose]: async () => {
        hungUp += 1;
        over.resolve(undefined);
      },
    };
    calls.push({ session, pcm, end: over.resolve });
    return session;
  };
  const audio: ReturnAudio = createReturnAudio({
    ...{ camera: { talk }, encoder: 'libopus', sampleRate: 16_000, payloadType: PAYLOAD_TYPE, key, ffmpeg },
    ...{ startChild: counted, clock, log: { debug: note, info: note, warn: note, error: note } },
  });
  ends.push(audio);
  const srtp = createSrtpSender(key);
  let sequence = 0;
  const packet = (payload: Buffer, type = PAYLOAD_TYPE) => {
    const header = Buffer.alloc(12);
    header.writeUInt16BE(0x8000 | type, 0);
    header.writeUInt16BE(++sequence, 2);
    return srtp.rtp(Buffer.concat([header, payload]));
  };
  return {
    ...{ audio, calls, log, children, packet },
    hungUp: () => hungUp,
    say: (packets: readonly Buffer[]) => {
      for (const payload of packets) audio.take(packet(payload));
    },
    heard: () => samplesOf(Buffer.concat(calls.flatMap(({ pcm }) => pcm))),
  };
}

describe('what a viewer says', () => {
  it.each([8000, 16_000, 24_000])('comes to the camera at its sample rate (%i Hz)', async (sampleRate) => {
    const { say, heard, calls, audio } = start({ sampleRate });
    say(spoken);
    await expect.poll(() => findTone(heard(), HERTZ, sampleRate).ms, GENEROUS).toBeGreaterThan(900);
    expect(findTone(heard(), HERTZ, sampleRate).ms).toBeLessThan(1100);
    expect(calls).toHaveLength(1);
    expect(audio.speaking).toBe(true);
  });

  it('calls nobody while it is silence', async () => {
    const { say, calls, children, audio } = start();
    say(silent);
    expect(children).toHaveLength(1);
    say(spoken);
    await expect.poll(() => calls.length, GENEROUS).toBe(1);
    // Had the silence called, there would be all of it before the tone.
    const samples = samplesOf(Buffer.concat(calls[0]?.pcm ?? []));
    expect(findTone(samples, HERTZ, 8000).firstMs ?? 0).toBeLessThan(400);
    await audio[Symbol.asyncDispose]();
    expect(calls).toHaveLength(1);
  });

  it('starts no program for comfort noise, for RTCP, for what a stranger sends and for nothing said', () => {
    const { audio, children, packet } = start();
    const stranger = start();
    audio.take(packet(spoken[0] ?? Buffer.alloc(0), 13));
    audio.take(packet(Buffer.of(0xd8, 0xff)));
    audio.take(stranger.packet(spoken[0] ?? Buffer.alloc(0)));
    audio.take(Buffer.from([0x81, 201, 0, 1, 0, 0, 0, 0]));
    audio.take(Buffer.alloc(0));
    audio.take(randomBytes(200));
    expect(children).toHaveLength(0);
  });

  it('is heard once, even when the network brings packets twice', async () => {
    const { audio, packet, heard } = start({ sampleRate: 16_000 });
    for (const payload of spoken) {
      const once = packet(payload);
      audio.take(once);
      audio.take(once);
    }
    await expect.poll(() => findTone(heard(), HERTZ, 16_000).ms, GENEROUS).toBeGreaterThan(900);
    await audio[Symbol.asyncDispose]();
    expect(findTone(heard(), HERTZ, 16_000).ms).toBeLessThan(1100);
  });

  it('says once why nobody hears it, and goes on', async () => {
    const { say, log, audio } = start({ refuse: true });
    say(spoken);
    await expect.poll(() => log, GENEROUS).toEqual([expect.stringContaining('Somebody speaks.')]);
    say(spoken);
    expect(audio.speaking).toBe(false);
    await audio[Symbol.asyncDispose]();
    expect(log).toHaveLength(1);
  });

  it('says once that it cannot be decoded', async () => {
    const { say, log, calls } = start({ ffmpeg: '/nowhere/ffmpeg' });
    say(spoken);
    await expect.poll(() => log, GENEROUS).toEqual([expect.stringContaining('cannot be decoded')]);
    say(spoken);
    expect(calls).toHaveLength(0);
    expect(log).toHaveLength(1);
  });

  it('says why the camera hung up, and calls again a little later', async () => {
    const { say, log, calls, audio } = start();
    say(spoken);
    await expect.poll(() => calls.length, GENEROUS).toBe(1);
    calls[0]?.end('the camera closed the connection');
    await expect.poll(() => log, GENEROUS).toEqual([expect.stringContaining('closed the connection')]);
    expect(audio.speaking).toBe(false);
    await expect
      .poll(
        () => {
          say(spoken.slice(0, 10));
          return calls.length;
        },
        { ...GENEROUS, interval: 200 },
      )
      .toBe(2);
  });

  it('leaves the camera to others when nobody says anything for a while, and calls again', async () => {
    const clock = new ManualClock();
    const { say, calls, children, hungUp, audio } = start({ clock });
    say(spoken);
    await expect.poll(() => calls.length, GENEROUS).toBe(1);
    clock.advance(14_000);
    expect(hungUp()).toBe(0);
    clock.advance(3000);
    await expect.poll(hungUp, GENEROUS).toBe(1);
    await children[0]?.exited;
    expect(clock.pending).toBe(0);
    say(spoken);
    await expect.poll(() => calls.length, GENEROUS).toBe(2);
    await audio[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });

  it('hangs up when it is over, and leaves nothing behind', async () => {
    const { say, calls, children, hungUp, audio } = start();
    say(spoken);
    await expect.poll(() => calls.length, GENEROUS).toBe(1);
    await audio[Symbol.asyncDispose]();
    expect(hungUp()).toBe(1);
    for (const child of children) expect((await child.exited).error).toBeUndefined();
  });
});
