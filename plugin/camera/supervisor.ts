/** Keeps one stream of a camera being read: opens it, and opens it again whenever it ends. */
import type { Problem } from '../../protocol/api.ts';
import { type Clock, sleep } from '../system/clock.ts';
import { ProblemError, reason } from '../system/problem.ts';
import type { AudioPlan } from './audio-plan.ts';
import { backoffMs, causeOf } from './backoff-policy.ts';
import { blamesEncoder } from './encoder-blame.ts';
import type { LoginGate, LoginTry } from './login-gate.ts';
import { type ReaderDeps, type ReaderSink, read } from './reader.ts';
import type { Mask, StreamPlan } from './reader-args.ts';
import { firstHabits, learn, type ReadingHabits } from './reader-lessons.ts';
import { type ReaderEnd, readerProblem, tcpAddressOf } from './reader-problem.ts';
import type { Hiding } from './stream-masks.ts';
import { type StreamSource, streamAddress } from './stream-source.ts';
import type { Reach } from './tcp-reach.ts';

export interface SuperviseOptions {
  source: StreamSource;
  stream: Pick<StreamPlan, 'transport' | 'role'> & { audio: AudioPlan };
  signal: AbortSignal;
  /** The number of the next connection. */
  nextGeneration: () => number;
  /** When its login may be tried; one for all streams of a camera. */
  logins: LoginGate;
  /** For each connection, what has to be hidden in its pictures. Rejects with a `ProblemError` when that cannot be done. */
  hide: (url: string, signal: AbortSignal) => Promise<Hiding>;
  /** Told of a connection with a mask whose encoder failed; whether another encoder takes over. */
  encoderFailed: (mask: Mask) => boolean;
  /** For each connection, where what it gives goes to, and whether it is the camera that hides what has to be hidden. */
  connect: (hiding: Pick<Hiding, 'byCamera'>) => ReaderSink;
  /** The connection is lost, or could not be made. */
  onDown: (problem: Problem) => void;
}

export interface SuperviseDeps extends ReaderDeps {
  /** 0 to 1. */
  random: () => number;
  reach: Reach;
}

/** A connection that gave pictures for this long was a good one: counting failures begins anew. */
const HEALTHY_MS = 10_000;
/** What was learned is forgotten with a connection that lasted this long: the camera may have been set up anew. */
const LESSON_MS = 10 * 60_000;
/** Between two looks whether a camera that could not be reached is there again, shortened by up to a quarter at random. */
const LOOK_MS = 1_000;

/** Runs until the signal aborts; then no program is left. Never rejects. */
export async function supervise(options: SuperviseOptions, deps: SuperviseDeps): Promise<void> {
  const { log } = deps;
  const { signal, stream } = options;
  const pace = new Pace(deps);
  let habits = firstHabits(stream.audio);
  while (!signal.aborted) {
    const over = await connectOnce(habits, options, deps);
    if (!over || signal.aborted) return;
    if ('problem' in over) {
      options.onDown(over.problem);
      await pace.wait(over.problem, over.url, signal);
      continue;
    }
    const { end, life, url, mask } = over;
    if (end === 'hiding') {
      log.debug('What hides its masks changes; opening the stream anew.');
      continue;
    }
    pace.ended(end, life);
    const better = learn(habits, end, { began: life.began, timesLost: pace.timesLost });
    if (better) {
      log.debug(`Reading differently: ${JSON.stringify(better)}.`);
      habits = better;
      continue;
    }
    if (life.lastedMs >= LESSON_MS) habits = firstHabits(stream.audio);
    if (end.kind === 'changed' || end.kind === 'times') {
      log.info(`${REOPENED[end.kind]}; opening the stream anew.`);
      await pace.waitForChange(signal);
      continue;
    }
    const problem = readerProblem(end, url);
    options.onDown(problem);
    if (mask && blamesEncoder(end, mask.encoder, life) && options.encoderFailed(mask)) continue;
    await pace.wait(problem, url, signal);
  }
}

const REOPENED = {
  changed: 'The camera changed its picture',
  times: 'The camera changed its clock',
};

type Over =
  | { problem: Problem; url: string | undefined }
  | { end: ReaderEnd | 'hiding'; life: Life; url: string; mask: Mask | undefined };

/** One connection, from asking for its address to its end; undefined when the signal aborts. */
async function connectOnce(
  habits: ReadingHabits,
  options: SuperviseOptions,
  deps: SuperviseDeps,
): Promise<Over | undefined> {
  const { source, signal, logins } = options;
  let url: string | undefined;
  try {
    url = await streamAddress(source, signal);
    if (url === undefined) return undefined;
    using login = await logins.enter(url, signal);
    if (!login) return undefined;
    return await readHidden(url, { habits, login }, options, deps);
  } catch (error) {
    if (signal.aborted) return undefined;
    return { problem: problemOf(error), url };
  }
}

async function readHidden(
  url: string,
  { habits, login }: { habits: ReadingHabits; login: LoginTry },
  { stream, signal, nextGeneration, hide, connect }: SuperviseOptions,
  deps: SuperviseDeps,
): Promise<Over | undefined> {
  await using hiding = await hide(url, signal).catch((error: unknown) => {
    if (isRefusal(error)) login.refused();
    throw error;
  });
  if (signal.aborted) return undefined;
  const { mask, over } = hiding;
  const life = new Life(deps.clock, () => login.accepted());
  const plan: StreamPlan = { ...stream, ...habits, url, ...(mask && { mask }) };
  const sink = life.around(connect(hiding));
  const either = AbortSignal.any([signal, over]);
  const end = await read(plan, { nextGeneration, sink, signal: either }, deps);
  if (!end) return signal.aborted ? undefined : { end: 'hiding', life, url, mask };
  if (end.kind === 'exit' && readerProblem(end, url).code === REFUSED) login.refused();
  return { end, life, url, mask };
}

const REFUSED = 'wrong-password';

const isRefusal = (error: unknown) => error instanceof ProblemError && error.problem.code === REFUSED;

function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return {
    code: 'no-stream-address',
    what: `The camera could not be asked for its stream (${reason(error)}).`,
    cure: 'It is tried again. If this stays, write the RTSP URL into "main".',
  };
}

/** Counts what went wrong, and waits accordingly. */
class Pace {
  readonly #deps: SuperviseDeps;
  #failures = 0;
  #changes = 0;
  #seen = false;
  #offlineSince: number;
  timesLost = 0;

  constructor(deps: SuperviseDeps) {
    this.#deps = deps;
    this.#offlineSince = deps.clock.monotonic();
  }

  ended(end: ReaderEnd, life: Life): void {
    const healthy = life.lastedMs >= HEALTHY_MS;
    const reopened = end.kind === 'changed' || end.kind === 'times';
    this.#failures = reopened || healthy ? 0 : this.#failures;
    this.#changes = reopened ? (healthy ? 1 : this.#changes + 1) : 0;
    this.timesLost = end.kind === 'times' ? this.timesLost + 1 : healthy ? 0 : this.timesLost;
    if (!life.began) return;
    this.#seen = true;
    this.#offlineSince = this.#deps.clock.monotonic();
  }

  /** Once is opened at once; some cameras change to and fro for ever. */
  async waitForChange(signal: AbortSignal): Promise<void> {
    await this.#sleep(this.#changes, 'camera', signal);
  }

  /** @param url whose host is waited for when it could not be reached */
  async wait({ code }: Problem, url: string | undefined, signal: AbortSignal): Promise<void> {
    this.#failures++;
    // What the camera refuses waits before it is tried again.
    if (code === REFUSED) return;
    await this.#sleep(this.#failures, causeOf(code), signal);
    const address = code === 'camera-unreachable' && url !== undefined ? tcpAddressOf(url) : undefined;
    if (!address) return;
    const { clock, random, reach } = this.#deps;
    while (!signal.aborted && !(await reach(address, signal)))
      await sleep(clock, LOOK_MS * (1 - 0.25 * random()), signal);
  }

  #sleep(failures: number, cause: ReturnType<typeof causeOf>, signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#deps;
    const offlineMs = clock.monotonic() - this.#offlineSince;
    return sleep(
      clock,
      backoffMs({ failures, offlineMs, random: random(), cause, seen: this.#seen }),
      signal,
    );
  }
}

/** Whether, and for how long, a connection gave pictures. */
class Life {
  readonly #clock: Clock;
  readonly #onFirst: () => void;
  #first: number | undefined;

  constructor(clock: Clock, onFirst: () => void) {
    this.#clock = clock;
    this.#onFirst = onFirst;
  }

  get began(): boolean {
    return this.#first !== undefined;
  }

  get lastedMs(): number {
    return this.#first === undefined ? 0 : this.#clock.monotonic() - this.#first;
  }

  around(sink: ReaderSink): ReaderSink {
    const mark = () => {
      if (this.#first !== undefined) return;
      this.#first = this.#clock.monotonic();
      this.#onFirst();
    };
    return {
      media: (item) => {
        if (item.type === 'fragment') mark();
        sink.media(item);
      },
      still: (picture) => {
        mark();
        sink.still(picture);
      },
      small: (frame) => {
        mark();
        sink.small(frame);
      },
    };
  }
}
