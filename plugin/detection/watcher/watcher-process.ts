/** One watcher process, seen from the hub: what goes there, what comes back, and its end. */
import { fileURLToPath } from 'node:url';
import type { Child, Exit, StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { encodeFrame, type Frame, FrameDecoder } from '../../system/frames.ts';
import { reason } from '../../system/problem.ts';
import type { FromWatcher, ToWatcher } from './messages.ts';

export interface WatcherProcessDeps {
  startChild: StartChild;
  clock: Clock;
  /** Its program; default: the watcher, from source or as built. */
  main?: string;
  /** So long it may be silent, in ms. It looks for some hundred ms at a time, but others may leave it little of the machine. */
  patienceMs: number;
  /** A line that it wrote for the log. */
  onLine(line: string): void;
  onMessage(message: Exclude<FromWatcher, { type: 'pong' }>, payload: Buffer): void;
  /** Told once, with why, when it is of no use any more: it ended, hangs, or talks nonsense. Not after `end`. */
  onFailed(why: string): void;
}

/** Source or built, as this file is. */
const MAIN = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'main.ts' : 'main.js', import.meta.url));
const PING_EVERY_MS = 5000;
/** For its first word, so many times as long: a small machine may just be starting everything at once. */
const START_FACTOR = 3;

export class WatcherProcess {
  readonly #child: Child;
  readonly #deps: WatcherProcessDeps;
  readonly #decoder = new FrameDecoder<FromWatcher>();
  #cancelTimer = () => {};
  #over = false;

  constructor(deps: WatcherProcessDeps) {
    this.#deps = deps;
    const { startChild, onLine, main = MAIN } = deps;
    this.#child = startChild(process.execPath, [main], { stdin: true, graceMs: 1000, onLine });
    this.#child.outputs[0]?.on('data', (chunk: Buffer) => this.#read(chunk));
    void this.#child.exited.then((exit) => this.#fail(endOf(exit)));
    this.#ping(START_FACTOR * deps.patienceMs);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(message: ToWatcher, payload?: Buffer): void {
    if (!this.#over) this.#child.stdin?.write(encodeFrame(message, payload));
  }

  /** Ends it. Resolves when it is gone. */
  async end(): Promise<void> {
    this.#over = true;
    this.#cancelTimer();
    await this.#child.stop();
  }

  #ping(deadlineMs: number): void {
    this.send({ type: 'ping' });
    this.#cancelTimer = this.#deps.clock.after(deadlineMs, () =>
      this.#fail(`It gave no sign of life for ${deadlineMs / 1000} s`),
    );
  }

  #read(chunk: Buffer): void {
    if (this.#over) return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#take(frame);
    } catch (error) {
      this.#fail(`It said something that cannot be understood: ${reason(error)}`);
    }
  }

  #take({ header, payload }: Frame<FromWatcher>): void {
    if (this.#over) return;
    if (header.type === 'pong') {
      this.#cancelTimer();
      this.#cancelTimer = this.#deps.clock.after(PING_EVERY_MS, () => this.#ping(this.#deps.patienceMs));
    } else this.#deps.onMessage(header, payload);
  }

  #fail(why: string): void {
    if (this.#over) return;
    void this.end();
    this.#deps.onFailed(why);
  }
}

function endOf({ code, signal, error, stderrTail }: Exit): string {
  if (error) return `It could not be started: ${error.message}`;
  const last = stderrTail.at(-1);
  return `It ended by itself (${signal ?? `code ${code}`}${last ? `; ${last}` : ''})`;
}
