/** One ffmpeg that makes the file of an export out of what is written to it. */
import { rename, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { Writable } from 'node:stream';
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import { passEachFrame } from '../../camera/reader-args.ts';
import type { Child, Exit, StartChild } from '../../system/child.ts';
import { withoutSecrets } from '../../system/log.ts';
import { PART } from '../layout.ts';
import { exportDiskFull, exportFailed, noEncoder } from './problems.ts';

export interface EncodeOrder {
  /** Before `-i`, such as the format. */
  input: readonly string[];
  /** Filters and encoders, all that stands between input and file. */
  output: readonly string[];
  /** What ffmpeg reads. */
  source: AsyncIterable<Buffer>;
  /** Where the file goes; it has this name once it is complete. */
  path: string;
  signal: AbortSignal;
}

export interface EncodeDeps {
  ffmpeg: Ffmpeg | undefined;
  startChild: StartChild;
}

/** Lower than that of reading cameras: nobody shall lose a picture since somebody saves a film. */
const PRIORITY = 10;

const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error'];

/** H.264 with the times that the pictures have, in a file that can be played while it is being loaded. */
export function videoArgs(ffmpeg: Ffmpeg, rate: readonly string[]): string[] {
  return [
    ...passEachFrame(ffmpeg),
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', ...rate],
  ];
}

/**
 * Has ffmpeg make the file, and gives it its name when it is complete. Rejects with a `ProblemError`, with that of the source when it fails, and with the
 * signal's reason when it aborts; no ffmpeg and no file is left then.
 */
export async function encode(order: EncodeOrder, { ffmpeg, startChild }: EncodeDeps): Promise<void> {
  const { path, signal } = order;
  signal.throwIfAborted();
  if (!ffmpeg?.encoders.has('libx264')) throw noEncoder();
  const part = path + PART;
  const args = [
    ...[...QUIET, '-protocol_whitelist', 'pipe', ...order.input, '-i', 'pipe:0', ...order.output],
    ...['-movflags', '+faststart', '-f', 'mp4', '-y', part],
  ];
  try {
    await using child = startChild(ffmpeg.path, args, { stdin: true, outputs: 0 });
    behindTheCameras(child);
    const stop = () => void child.stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      const [fed, exit] = await Promise.all([feed(child, order.source), child.exited]);
      signal.throwIfAborted();
      if (fed) throw fed.error;
      if (exit.code !== 0) throw failureOf(exit);
    } finally {
      signal.removeEventListener('abort', stop);
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Gives a program the priority of what may wait. */
export function behindTheCameras({ pid }: Child): void {
  try {
    if (pid !== undefined) setPriority(pid, PRIORITY);
  } catch {
    // It may be gone already, or this system may not allow it.
  }
}

/** Resolves to the error of the source; ffmpeg's own end says what is wrong with ffmpeg. */
export async function feed(
  child: Child,
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<{ error: unknown } | undefined> {
  const { stdin } = child;
  if (!stdin) return undefined;
  try {
    for await (const chunk of source) {
      // It stops reading when it has all that it needs.
      if (!stdin.writable) break;
      if (!stdin.write(chunk)) await drained(stdin);
    }
    stdin.end();
    return undefined;
  } catch (error) {
    await child.stop();
    return { error };
  }
}

function drained(stdin: Writable): Promise<void> {
  if (stdin.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stdin.off('drain', done).off('close', done);
      resolve();
    };
    stdin.on('drain', done).on('close', done);
  });
}

/** What its end says that went wrong. */
export function failureOf({ error, stderrTail, code, signal }: Exit): Error {
  const said = error?.message ?? stderrTail.at(-1) ?? `ffmpeg ended with ${code ?? signal}`;
  const full = stderrTail.some((line) => /No space left on device|Disk quota exceeded/.test(line));
  return full ? exportDiskFull() : exportFailed(withoutSecrets(said));
}
