/** How PCM goes into an ffmpeg: without a probe, and never faster than it reads. */
import type { Writable } from 'node:stream';

/** Input arguments for mono, signed 16-bit PCM on stdin. */
export function pcmInput(sampleRate: number): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-protocol_whitelist', 'pipe'],
    ...['-probesize', '32', '-analyzeduration', '0'],
    ...['-f', 's16le', '-ar', String(sampleRate), '-ac', '1', '-i', 'pipe:0'],
  ];
}

/** About a second of speech; what waits longer would be heard too late. */
const MAX_WAITING_BYTES = 32 * 1024;

/** Writes, or drops what a program that hangs would not take. */
export function writeLive(stdin: Writable | undefined, pcm: Buffer): void {
  if (stdin && !stdin.destroyed && stdin.writableLength < MAX_WAITING_BYTES) stdin.write(pcm);
}
