/** ffmpeg as redaction starts it: no shell, no network, a fixed format, bounds on what it may open, and an end to its patience. */
import { setPriority } from 'node:os';
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import type { Child, Exit, StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { withoutSecrets } from '../../system/log.ts';
import { badSource, redactionFailed, sourceTooLarge } from './problems.ts';
import { MOST_SIDE } from './source-facts.ts';

export interface FfmpegDeps {
  ffmpeg: Ffmpeg;
  startChild: StartChild;
  clock: Clock;
}

/** Lower than that of reading cameras. */
const PRIORITY = 10;
/** Most pixels of a picture: 8K. */
const MOST_PIXELS = MOST_SIDE * 4320;

export const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'level+error'];

/** Opens this file as MP4 and as nothing else, whatever it holds; what it may refer to is not followed. */
export function fromFile(path: string): string[] {
  return [
    ...['-protocol_whitelist', 'file,pipe', '-enable_drefs', '0', '-max_pixels', String(MOST_PIXELS)],
    ...['-f', 'mov', '-i', `file:${path}`],
  ];
}

/** Runs it for as long as `use` takes, and never leaves it behind. Rejects with the signal's reason when that aborts. */
export async function withFfmpeg<T>(
  { ffmpeg, startChild }: FfmpegDeps,
  args: readonly string[],
  options: { stdin?: boolean; outputs?: number; signal: AbortSignal },
  use: (child: Child) => Promise<T>,
): Promise<T> {
  const { signal, ...pipes } = options;
  signal.throwIfAborted();
  await using child = startChild(ffmpeg.path, [...QUIET, ...args], pipes);
  behindTheCameras(child);
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await use(child);
  } catch (error) {
    // What breaks a pipe is not the reason.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function behindTheCameras({ pid }: Child): void {
  try {
    if (pid !== undefined) setPriority(pid, PRIORITY);
  } catch {
    // It may be gone already, or this system may not allow it.
  }
}

/** Throws when it did not end well, in words about the source. */
export function checkDecoded({ code, signal, error, stderrTail }: Exit): void {
  if (code === 0) return;
  if (error) throw redactionFailed(withoutSecrets(error.message));
  if (stderrTail.some((line) => /max.?pixel|Picture size .* invalid|dimensions.*invalid/i.test(line)))
    throw sourceTooLarge('it has more pixels than 8K');
  throw badSource(`ffmpeg cannot decode it (ended with ${code ?? signal})`);
}

/** Throws when it did not end well, in words about the copy. */
export function checkEncoded({ code, signal, error, stderrTail }: Exit): void {
  if (code === 0) return;
  throw redactionFailed(
    withoutSecrets(error?.message ?? stderrTail.at(-1) ?? `ffmpeg ended with ${code ?? signal}`),
  );
}

/** Aborts with a problem when nothing goes on for a while, or all of it takes too long. */
export class Watchdog implements Disposable {
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  readonly #endTotal: () => void;
  #endStall: () => void = () => {};

  constructor(clock: Clock, totalMs: number) {
    this.#clock = clock;
    this.#endTotal = clock.after(totalMs, () => this.#bite('it took too long'));
    this.kick();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Something goes on. */
  kick(): void {
    this.#endStall();
    this.#endStall = this.#clock.after(STALL_MS, () => this.#bite('ffmpeg no longer goes on'));
  }

  #bite(why: string): void {
    this.#abort.abort(redactionFailed(why));
  }

  [Symbol.dispose](): void {
    this.#endStall();
    this.#endTotal();
  }
}

const STALL_MS = 60_000;
