/** An ffmpeg that decodes what a viewer says. It knows no network: packets go in on stdin, PCM comes out. */
import { writeLive } from '../camera/talk/pcm-input.ts';
import type { Exit, StartChild } from '../system/child.ts';
import type { AudioEncoder } from './live-args.ts';
import { type ReturnCodec, SoundMp4 } from './return-codec.ts';

/** Samples a second of the PCM. */
export const RETURN_SAMPLE_RATE = 16_000;

export interface ReturnDecoder extends AsyncDisposable {
  /** Takes one RTP payload. */
  write(payload: Buffer): void;
  /** Resolves, never rejects, when the program has ended. */
  readonly exited: Promise<Exit>;
}

export interface ReturnDecoderOptions {
  /** Path of the ffmpeg program. */
  ffmpeg: string;
  startChild: StartChild;
  encoder: AudioEncoder;
  codec: ReturnCodec;
  /** Takes mono, signed 16-bit little-endian PCM of whole samples. */
  onPcm: (pcm: Buffer) => void;
}

/** The limits let it start with the first packet. */
export function decoderArgs(encoder: AudioEncoder): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-protocol_whitelist', 'pipe'],
    ...['-probesize', '32', '-analyzeduration', '0', '-threads', '1'],
    // ffmpeg's own AAC decoder knows no low-delay SBR, which HomeKit sends.
    ...(encoder === 'libfdk_aac' ? ['-c:a', 'libfdk_aac'] : []),
    ...['-f', 'mp4', '-i', 'pipe:0', '-map', '0:a:0', '-ac', '1', '-ar', String(RETURN_SAMPLE_RATE)],
    ...['-c:a', 'pcm_s16le', '-f', 's16le', '-flush_packets', '1', 'pipe:1'],
  ];
}

export function startReturnDecoder(options: ReturnDecoderOptions): ReturnDecoder {
  const { ffmpeg, startChild, encoder, codec, onPcm } = options;
  const child = startChild(ffmpeg, decoderArgs(encoder), { stdin: true, outputs: 1, graceMs: 500 });
  const mp4 = new SoundMp4(codec);
  let over = false;
  let odd: Buffer = Buffer.alloc(0);
  child.outputs[0]?.on('data', (chunk: Buffer) => {
    if (over) return;
    const whole = odd.length > 0 ? Buffer.concat([odd, chunk]) : chunk;
    const even = whole.length & ~1;
    odd = whole.subarray(even);
    if (even > 0) onPcm(whole.subarray(0, even));
  });
  writeLive(child.stdin, mp4.header());
  return {
    exited: child.exited,
    write(payload) {
      for (const fragment of mp4.fragments(payload)) writeLive(child.stdin, fragment);
    },
    async [Symbol.asyncDispose]() {
      over = true;
      await child.stop();
    },
  };
}
