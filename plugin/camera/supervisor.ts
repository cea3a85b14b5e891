/** Keeps one stream of a camera being read: opens it, and opens it again whenever it ends. */
import type { Problem } from '../../protocol/api.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { nextAudioPlan } from './audio-plan.ts';
import { backoffMs } from './backoff-policy.ts';
import { type ReaderDeps, type ReaderSink, read } from './reader.ts';
import type { StreamPlan } from './reader-args.ts';
import { readerProblem } from './reader-problem.ts';
import { type StreamSource, streamAddress } from './stream-source.ts';

export interface SuperviseOptions {
  source: StreamSource;
  plan: Omit<StreamPlan, 'url'>;
  signal: AbortSignal;
  /** The number of the next connection. */
  nextGeneration: () => number;
  /** For each connection, where what it gives goes to. */
  connect: () => ReaderSink;
  /** The connection is lost, or could not be made. */
  onDown: (problem: Problem) => void;
}

export interface SuperviseDeps extends ReaderDeps {
  /** 0 to 1. */
  random: () => number;
}

/** A connection that gave pictures for this long was a good one: counting failures begins anew. */
const HEALTHY_MS = 10_000;

/** Runs until the signal aborts; then no program is left. Never rejects. */
export async function supervise(options: SuperviseOptions, deps: SuperviseDeps): Promise<void> {
  const { clock, log, random } = deps;
  const { signal } = options;
  let plan = options.plan;
  let failures = 0;
  let changes = 0;
  let offlineSince = clock.monotonic();
  while (!signal.aborted) {
    const life = new Life(clock);
    const url = await addressOrProblem(options.source, signal);
    if (url === undefined) return;
    if (typeof url !== 'string') {
      options.onDown(url);
      await sleep(
        clock,
        backoffMs({
          failures: ++failures,
          offlineMs: clock.monotonic() - offlineSince,
          random: random(),
          refused: false,
        }),
        signal,
      );
      continue;
    }
    const sink = life.around(options.connect());
    const end = await read({ ...plan, url }, { generation: options.nextGeneration(), sink, signal }, deps);
    if (!end) return;
    if (end.kind === 'changed') {
      changes = life.lastedMs >= HEALTHY_MS ? 1 : changes + 1;
      log.info('The camera changed its picture; opening the stream anew.');
      // Once is opened at once; some cameras change to and fro for ever.
      const wait = { failures: changes - 1, offlineMs: 0, random: random(), refused: false };
      if (changes > 1) await sleep(clock, backoffMs(wait), signal);
      continue;
    }
    changes = 0;
    const audio = end.kind === 'exit' && !life.began ? nextAudioPlan(plan.audio, end.exit) : undefined;
    if (audio) {
      log.debug(`Sound of the camera: now "${audio}".`);
      plan = { ...plan, audio };
      continue;
    }
    if (life.began) offlineSince = clock.monotonic();
    failures = life.lastedMs >= HEALTHY_MS ? 1 : failures + 1;
    const problem = readerProblem(end, url);
    options.onDown(problem);
    const offlineMs = clock.monotonic() - offlineSince;
    const refused = problem.code === 'wrong-password';
    await sleep(clock, backoffMs({ failures, offlineMs, random: random(), refused }), signal);
  }
}

async function addressOrProblem(
  source: StreamSource,
  signal: AbortSignal,
): Promise<string | Problem | undefined> {
  try {
    return await streamAddress(source, signal);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    return {
      code: 'no-stream-address',
      what: `The camera could not be asked where its stream is (${reason(error)}).`,
      cure: 'It is tried again. If this stays, write the RTSP URL into "main".',
    };
  }
}

/** Whether, and for how long, a connection gave pictures. */
class Life {
  readonly #clock: Clock;
  #first: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get began(): boolean {
    return this.#first !== undefined;
  }

  get lastedMs(): number {
    return this.#first === undefined ? 0 : this.#clock.monotonic() - this.#first;
  }

  around(sink: ReaderSink): ReaderSink {
    const mark = () => {
      this.#first ??= this.#clock.monotonic();
    };
    return {
      media: (item) => {
        mark();
        sink.media(item);
      },
      still: (picture) => {
        mark();
        sink.still(picture);
      },
      gray: (frame) => {
        mark();
        sink.gray(frame);
      },
    };
  }
}
