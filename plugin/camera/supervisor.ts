/** Keeps one stream of a camera being read: opens it, and opens it again whenever it ends. */
import type { Problem } from '../../protocol/api.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { nextAudioPlan } from './audio-plan.ts';
import { backoffMs } from './backoff-policy.ts';
import { type ReaderDeps, type ReaderSink, read } from './reader.ts';
import type { StreamPlan } from './reader-args.ts';
import { readerProblem } from './reader-problem.ts';

export interface SuperviseOptions {
  plan: StreamPlan;
  signal: AbortSignal;
  /** For each connection, where what it gives goes to. */
  connect: (generation: number) => ReaderSink;
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
  for (let generation = 1; !signal.aborted; generation++) {
    const life = new Life(clock);
    const sink = life.around(options.connect(generation));
    const end = await read(plan, { generation, sink, signal }, deps);
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
    const problem = readerProblem(end, plan.url);
    options.onDown(problem);
    const offlineMs = clock.monotonic() - offlineSince;
    const refused = problem.code === 'wrong-password';
    await sleep(clock, backoffMs({ failures, offlineMs, random: random(), refused }), signal);
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
