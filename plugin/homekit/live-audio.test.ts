import { describe, expect, it } from 'vitest';
import { makeStream } from '../../test/support/recorded-media.ts';
import type { Camera, MediaItem } from '../camera/contract.ts';
import { startChild } from '../system/child.ts';
import { sendLiveAudio } from './live-audio.ts';
import { createLiveTimeline } from './live-timeline.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const GENEROUS = { timeout: 20_000, interval: 20 };

describe('the sound of a live view', () => {
  it('is not sent while the viewer speaks, and goes on at its own time', async () => {
    const { init, fragments } = await makeStream({
      input: ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10', '-f', 'lavfi', '-i', 'sine=sample_rate=16000'],
      seconds: 3,
      video: ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '10'],
      audio: ['-c:a', 'aac'],
    });
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const watch = async function* (): AsyncGenerator<MediaItem> {
      yield init;
      for (const fragment of fragments) {
        if (fragment.time >= 1) await gates[0]?.promise;
        if (fragment.time >= 2) await gates[1]?.promise;
        yield { ...fragment, at: 1 + fragment.time * 1000 };
      }
      await gates[2]?.promise;
    };
    const sent: number[] = [];
    let speaking = false;
    /** It is asked for each packet of 20 ms. */
    let packets = 0;
    const muted = () => {
      packets += 1;
      return speaking;
    };
    const sending = sendLiveAudio({
      ...{
        camera: { watch } as unknown as Camera,
        timeline: createLiveTimeline(0),
        ffmpeg: 'ffmpeg',
        startChild,
      },
      ...{ log: quiet, signal: new AbortController().signal, muted },
      target: { encoder: 'libopus', sampleRate: 16_000, kbps: 24, packetMs: 20 },
      rtp: { send: (_payload, seconds) => sent.push(seconds) },
    });
    await expect.poll(() => packets, GENEROUS).toBeGreaterThan(40);
    speaking = true;
    gates[0]?.resolve();
    await expect.poll(() => packets, GENEROUS).toBeGreaterThan(90);
    speaking = false;
    gates[1]?.resolve();
    await expect.poll(() => sent.at(-1), GENEROUS).toBeGreaterThan(2.5);
    gates[2]?.resolve();
    await sending;
    expect(sent.filter((seconds) => seconds > 1.1 && seconds < 1.75)).toEqual([]);
    expect(sent.filter((seconds) => seconds < 0.9).length).toBeGreaterThan(35);
  });
});
