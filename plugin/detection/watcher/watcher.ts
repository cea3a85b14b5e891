/**
 * The hub's end of the watcher. The process starts with the first camera; one that ends or hangs is replaced, and its cameras go on with
 * their newest options and memory.
 */
import type { Problem } from '../../../protocol/api.ts';
import type { SightInfo } from '../../../protocol/detection.ts';
import type { StartChild } from '../../system/child.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import { type Log, withoutSecrets } from '../../system/log.ts';
import { inWords } from '../../system/problem.ts';
import type { SightOptions } from '../contract.ts';
import type { WatchedCamera, Watcher, WatcherNews } from './contract.ts';
import type { FromWatcher, WatcherSetup } from './messages.ts';
import { unpackNews } from './news-wire.ts';
import { WatchedChannel } from './watched-channel.ts';
import { WatcherProcess } from './watcher-process.ts';

export interface WatcherDeps {
  startChild: StartChild;
  clock: Clock;
  log: Log;
  /** Program of the process; default: the watcher, from source or as built. */
  main?: string;
}

const INFO_MS = 1000;
/** Longer with each one that was of no use: what seems to hang may get too little of a busy machine, and a new start takes more. */
const FIRST_PATIENCE_MS = 30_000;
const LONGEST_PATIENCE_MS = 4 * 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** One that has run for so long was of use: its end is the first again. */
const STEADY_MS = 5 * 60_000;

/** Looks at pictures for as long as it is not disposed. No process runs before the first camera is opened. */
export function startWatcher(setup: WatcherSetup, deps: WatcherDeps): Watcher {
  return new WatcherClient(setup, deps);
}

class WatcherClient implements Watcher {
  readonly #setup: WatcherSetup;
  readonly #deps: WatcherDeps;
  readonly #cameras = new Map<number, WatchedChannel>();
  readonly #calls = new Map<number, (info: SightInfo | undefined) => void>();
  #process: WatcherProcess | undefined;
  #startedAt = 0;
  /** Processes in a row that did not last. */
  #failures = 0;
  #cancelRestart: (() => void) | undefined;
  #stopped: Problem | undefined;
  #detectorProblem: Problem | undefined;
  /** By camera, what keeps its pictures from being looked through. */
  readonly #stumbling = new Map<number, Problem>();
  #last = 0;
  #closed: Promise<void> | undefined;

  constructor(setup: WatcherSetup, deps: WatcherDeps) {
    this.#setup = setup;
    this.#deps = deps;
  }

  get problem(): Problem | undefined {
    return this.#stopped ?? this.#detectorProblem ?? [...this.#stumbling.values()][0];
  }

  open(cameraId: string, options: SightOptions, onNews: (news: WatcherNews) => void): WatchedCamera {
    const number = ++this.#last;
    const channel = new WatchedChannel(number, cameraId, options, onNews, {
      process: () => this.#process,
      info: () => this.#info(number),
      close: () => {
        this.#cameras.delete(number);
        this.#stumbling.delete(number);
      },
      warn: (line) => this.#deps.log.warn(line),
    });
    if (this.#closed) return channel;
    this.#cameras.set(number, channel);
    if (this.#process) channel.begin();
    else if (!this.#cancelRestart) this.#start();
    return channel;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#cancelRestart?.();
    const process = this.#process;
    this.#process = undefined;
    this.#cameras.clear();
    this.#answerAll();
    await process?.end();
  }

  #start(): void {
    this.#cancelRestart = undefined;
    const { startChild, clock, log, main } = this.#deps;
    this.#startedAt = clock.monotonic();
    const process = new WatcherProcess({
      ...{ startChild, clock, ...(main !== undefined && { main }) },
      patienceMs: Math.min(LONGEST_PATIENCE_MS, FIRST_PATIENCE_MS * 2 ** this.#failures),
      onLine: (line) => log.debug(`Detection: ${withoutSecrets(line)}`),
      onMessage: (message, payload) => this.#take(message, payload),
      onFailed: (why) => this.#failed(why),
    });
    this.#process = process;
    process.send({ type: 'setup', ...this.#setup });
    for (const camera of this.#cameras.values()) camera.begin();
  }

  #failed(why: string): void {
    const { clock, log } = this.#deps;
    this.#process = undefined;
    this.#detectorProblem = undefined;
    this.#stumbling.clear();
    this.#answerAll();
    if (clock.monotonic() - this.#startedAt >= STEADY_MS) this.#failures = 0;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures++);
    this.#stopped = {
      code: 'detection-stopped',
      what: `The process that looks at the pictures has stopped. ${why}.`,
      cure: 'It is started again by itself. Where this comes again and again, look for too little memory (it takes about 250 MB), or switch People off.',
    };
    log.warn(`${this.#stopped.what} It is started again in ${pause / 1000} s.`);
    this.#cancelRestart = clock.after(pause, () => this.#start());
  }

  #take(message: Exclude<FromWatcher, { type: 'pong' }>, payload: Buffer): void {
    // Whatever it says: it is there again.
    this.#stopped = undefined;
    if (message.type === 'detector') this.#takeDetector(message.problem);
    else if (message.type === 'warning') this.#deps.log.warn(`Detection: ${withoutSecrets(message.line)}`);
    else if (message.type === 'info') this.#calls.get(message.call)?.(message.info);
    else if (message.type === 'news')
      this.#cameras.get(message.camera)?.tell(unpackNews(message.news, payload));
    else if (message.type === 'forgotten') this.#cameras.get(message.camera)?.forgotten();
    else if (message.type === 'stumbled') this.#takeStumble(message.camera, message.problem);
    else this.#cameras.get(message.camera)?.taken();
  }

  #takeStumble(camera: number, problem: Problem | undefined): void {
    if (!problem || !this.#cameras.has(camera)) this.#stumbling.delete(camera);
    else {
      this.#stumbling.set(camera, problem);
      this.#deps.log.warn(withoutSecrets(inWords(problem)));
    }
  }

  #takeDetector(problem: Problem | undefined): void {
    this.#detectorProblem = problem;
    if (problem) this.#deps.log.warn(inWords(problem));
    else this.#deps.log.info('The detector works again.');
  }

  async #info(camera: number): Promise<SightInfo | undefined> {
    const process = this.#process;
    if (!process) return undefined;
    const call = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<SightInfo | undefined>();
    this.#calls.set(call, resolve);
    process.send({ type: 'info', camera, call });
    try {
      return await atMost(this.#deps.clock, INFO_MS, promise);
    } finally {
      this.#calls.delete(call);
    }
  }

  #answerAll(): void {
    for (const resolve of this.#calls.values()) resolve(undefined);
  }
}
