/** What a phone says: sounds as Opus packets, as HomeKit sends them, and what of a tone came out at the other end. */

import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MediaParser } from '../../plugin/camera/media-parser.ts';
import { samplesIn } from '../../plugin/homekit/mp4-samples.ts';
import { startChild } from '../../plugin/system/child.ts';
import { decodeG711, type Heard, toAdts } from '../../simulator/backchannel.ts';
import type { LiveView } from '../../simulator/homekit/live-view.ts';
import { samplesOf, tone, toneShare } from './tone.ts';

/** Mono PCM as Opus packets of 20 ms, at 24 kbit/s. */
export async function opusPackets(pcm: Buffer, sampleRate: 16000 | 24000 = 16000): Promise<Buffer[]> {
  const mp4 = await through(
    [
      ...['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'],
      ...['-c:a', 'libopus', '-application', 'lowdelay', '-frame_duration', '20', '-b:a', '24k'],
      ...['-f', 'mp4', '-movflags', 'frag_every_frame+empty_moov+default_base_moof', 'pipe:1'],
    ],
    pcm,
  );
  const parts = new MediaParser().push(mp4);
  return parts.flatMap((part) =>
    part.type === 'packet' ? samplesIn(part.data).map(({ data }) => data) : [],
  );
}

/** The sound in all that a simulated camera heard. */
export async function soundOf({ kind, packets, sampleRate }: Heard): Promise<Int16Array> {
  if (kind === 'pcmu' || kind === 'pcma') {
    return decodeG711(kind, Buffer.concat(packets.map(({ payload }) => payload)));
  }
  const out = ['-f', 's16le', '-ar', String(sampleRate), 'pipe:1'];
  return samplesOf(await through(['-f', 'aac', '-i', 'pipe:0', ...out], toAdts(packets)));
}

const PIECE_MS = 20;

/** How long the tone is in the sound, in ms, by pieces of 20 ms; and where the first of them begins, in ms. */
export function findTone(samples: Int16Array, hertz: number, sampleRate: number) {
  const piece = (sampleRate * PIECE_MS) / 1000;
  const found: number[] = [];
  for (let at = 0; at + piece <= samples.length; at += piece) {
    if (toneShare(samples.subarray(at, at + piece), hertz, sampleRate) > 0.9) found.push(at / piece);
  }
  return { ms: found.length * PIECE_MS, firstMs: found[0] === undefined ? undefined : found[0] * PIECE_MS };
}

/**
 * Speaks a tone into a phone, and waits until a camera with G.711 has heard it. For benches, too.
 * @returns ms from the first spoken packet to the first packet at the camera that holds the tone
 */
export async function talkDelay(
  view: Pick<LiveView, 'speak'>,
  camera: { heard(): Promise<Heard> },
  hertz: number,
  seconds: number,
): Promise<number> {
  const before = (await camera.heard()).packets.length;
  const [spokenAt = 0] = await view.speak(await opusPackets(tone(hertz, seconds, 16_000)));
  const deadline = AbortSignal.timeout(30_000);
  for (;;) {
    const heard = await camera.heard();
    const at = toneHeardAt({ ...heard, packets: heard.packets.slice(before) }, hertz);
    if (at !== undefined) return at - spokenAt;
    if (deadline.aborted) throw new Error('The tone was not heard.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The first packet of G.711 that holds the tone: its epoch ms of arrival. */
function toneHeardAt({ kind, packets, sampleRate }: Heard, hertz: number): number | undefined {
  if (kind !== 'pcmu' && kind !== 'pcma')
    throw new Error('Only G.711 tells the time of a sound by its packet.');
  const holds = (payload: Buffer) => toneShare(decodeG711(kind, payload), hertz, sampleRate) > 0.9;
  return packets.find(({ payload }) => holds(payload))?.at;
}

async function through(args: readonly string[], input: Buffer): Promise<Buffer> {
  await using child = startChild('ffmpeg', ['-loglevel', 'error', ...args], { stdin: true, outputs: 1 });
  child.stdin?.end(input);
  const output = await buffer(child.outputs[0] as Readable);
  const { code, stderrTail } = await child.exited;
  if (code !== 0) throw new Error(`ffmpeg made nothing of it: ${stderrTail.join(', ')}`);
  return output;
}
