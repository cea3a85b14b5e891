import { describe, expect, it } from 'vitest';
import type { RtspServer, RtspServerOptions } from '../../../simulator/rtsp-server.ts';
import { startStreamServer } from '../../../test/support/published-stream.ts';
import { findTone, soundOf } from '../../../test/support/spoken.ts';
import { tone } from '../../../test/support/tone.ts';
import type { TalkConfig } from '../../config.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { TalkSession } from '../contract.ts';
import { createCameraTalk } from './camera-talk.ts';

const HERTZ = 1000;
const SECONDS = 1;
const GENEROUS = { timeout: 20_000, interval: 20 };

async function house(options: RtspServerOptions = {}, config: Partial<TalkConfig> = {}) {
  const server = await startStreamServer(options);
  const login = options.credentials ? `${options.credentials.user}:${options.credentials.password}@` : '';
  const url = `rtsp://${login}127.0.0.1:${server.port}/main`;
  const lines: string[] = [];
  const note = (line: string) => lines.push(line);
  const talk = createCameraTalk(
    { url, config: { via: 'auto', output: [], halfDuplex: false, ...config } },
    {
      ...{ ffmpeg: 'ffmpeg', startChild, clock: systemClock },
      log: { debug: note, info: note, warn: note, error: note },
    },
  );
  return {
    ...{ server, talk, lines, url },
    open: (signal = new AbortController().signal) => talk.talk({ signal }),
    async [Symbol.asyncDispose]() {
      await talk[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Speaks as a phone would: in real time, a little unevenly. */
async function speak(session: TalkSession, pcm: Buffer): Promise<void> {
  const bytes = session.sampleRate * 2 * 0.04;
  for (let at = 0; at < pcm.length; at += bytes) {
    session.write(pcm.subarray(at, at + bytes));
    await new Promise((resolve) => setTimeout(resolve, 40));
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
    await expect.poll(() => toneMs(here.server), GENEROUS).toBeGreaterThan(SECONDS * 900);
    expect(await toneMs(here.server)).toBeLessThan(SECONDS * 1100);
    await session[Symbol.asyncDispose]();
    expect(await session.ended).toBeUndefined();
    await expect.poll(() => here.server.sessions(), GENEROUS).toEqual([]);
  });
});
