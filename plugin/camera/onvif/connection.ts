/** Keeps one camera connected: connects, listens, and does so again when that ends. */
import type { Problem } from '../../../protocol/api.ts';
import { type Clock, sleep } from '../../system/clock.ts';
import { createListeners } from '../../system/listeners.ts';
import type { Log } from '../../system/log.ts';
import { inWords, ProblemError, reason } from '../../system/problem.ts';
import type { Reach } from '../tcp-reach.ts';
import type { OnvifState } from './contract.ts';
import { OnvifError } from './onvif-error.ts';
import { CLOSED, eventsProblem, NO_EVENTS, onvifProblem, PAUSED } from './onvif-problem.ts';
import { retryMs } from './retry-policy.ts';
import { connect, type OnvifSession } from './session.ts';
import type { SoapClient } from './soap-client.ts';

export interface ConnectionOptions {
  client: SoapClient;
  /** IPv6 without brackets. */
  host: string;
  port: number;
  /** Whether the camera's events are wanted. */
  events: boolean;
  /** Begins paused. */
  paused: boolean;
  /** Listens to events until the signal aborts; rejects when it cannot any more. */
  listen: (session: OnvifSession, onListening: () => void, signal: AbortSignal) => Promise<void>;
}

export interface ConnectionDeps {
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random: () => number;
  reach: Reach;
}

export interface Connection extends AsyncDisposable {
  readonly state: OnvifState;
  onState(listener: (state: OnvifState) => void): () => void;
  /** Asks the camera something. Rejects with a `ProblemError`, at once while the camera is known to be away. */
  ask<T>(question: (session: OnvifSession) => Promise<T>): Promise<T>;
  /** Ends what is under way, and asks nothing more until `resume`. Resolves when the last request is over. */
  pause(): Promise<void>;
  resume(): void;
}

/** While no events are wanted, how often it is asked whether it is there; and how long a good connection lasts. */
const CHECK_MS = 60_000;
/** A subscription that ends now and then is nothing; one that ends again and again is a problem. */
const FAILURES_TOLD = 3;
/** Between two looks whether a camera that could not be reached is there again, shortened by up to a quarter at random. */
const LOOK_MS = 1_000;

type Outcome = PromiseWithResolvers<OnvifSession>;

interface End {
  /** `gone`: nothing takes a connection; `away`: it cannot be asked; `events`: it can be asked, but its events do not come. */
  kind: 'gone' | 'away' | 'events';
  problem: Problem;
  /** User or password, or their rights. */
  refused: boolean;
}

/** Connects, and keeps connecting with back-off until it is disposed. Never throws. */
export function keepConnected(options: ConnectionOptions, deps: ConnectionDeps): Connection {
  const { client, host, port } = options;
  const { clock, log, random, reach } = deps;
  const listeners = createListeners<OnvifState>(log);
  let state: OnvifState = { reachable: false, listening: false, since: clock.now() };
  /** Stays while its events fail: other questions are answered all the same. */
  let session: OnvifSession | undefined;
  /** Why the last try failed, until the next begins. */
  let failed: Problem | undefined;
  /** Why it is not to be asked at all. */
  let barred: Problem | undefined = options.paused ? PAUSED : undefined;
  let outcome = newOutcome();
  /** The problem that the log knows of; a camera that comes and goes every few seconds is told of once. */
  let told: string | undefined;
  /** Why its events do not come, from when that is sure until they do. */
  let eventless: Problem | undefined;
  let ending = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const setState = (change: Omit<OnvifState, 'since'>) => {
    const since = change.reachable === state.reachable ? state.since : clock.now();
    const next = { ...change, since };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    if (next.problem && next.problem.code !== told) {
      told = next.problem.code;
      log.warn(inWords(next.problem));
    }
    state = next;
    listeners.tell(state);
  };

  const reached = (found: OnvifSession, listening: boolean, problem?: Problem) => {
    const { clockOffsetMs } = client;
    setState({
      reachable: true,
      listening,
      device: found.device,
      features: found.features,
      ...(clockOffsetMs !== undefined && { clockOffsetMs }),
      ...(problem && { problem }),
    });
  };

  const watch = async (found: OnvifSession, signal: AbortSignal): Promise<void> => {
    const onListening = () => {
      if (signal.aborted) return;
      eventless = undefined;
      reached(found, true);
    };
    reached(found, false, eventless);
    if (options.events && found.features.events) return options.listen(found, onListening, signal);
    while (!signal.aborted) {
      reached(found, false, options.events ? NO_EVENTS : undefined);
      await sleep(clock, CHECK_MS, signal);
      if (!signal.aborted) await found.refresh();
    }
  };

  const settle = (): Outcome => {
    const settled = outcome;
    outcome = newOutcome();
    return settled;
  };

  /** One connection, from its beginning to its end; undefined when the signal ended it. */
  const live = async (signal: AbortSignal): Promise<End | undefined> => {
    failed = undefined;
    let found: OnvifSession | undefined;
    try {
      found = await connect({ client, host, port, signal });
      session = found;
      settle().resolve(found);
      await watch(found, signal);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      log.debug(`ONVIF: ${reason(error)}`);
      const kind = error instanceof OnvifError ? error.kind : 'fault';
      const refused = kind === 'refused';
      const lost = kind === 'unreachable' || kind === 'silent';
      if (found && !lost) return { kind: 'events', problem: eventsProblem(error, host), refused };
      const problem = onvifProblem(error, { host, port, clockOffsetMs: client.clockOffsetMs });
      session = undefined;
      failed = problem;
      settle().reject(new ProblemError(problem));
      return { kind: kind === 'unreachable' ? 'gone' : 'away', problem, refused };
    }
  };

  const run = async (signal: AbortSignal): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      const beganAt = clock.monotonic();
      const end = await live(signal);
      if (!end) return;
      const wasGood = clock.monotonic() - beganAt > CHECK_MS;
      failures = wasGood ? 1 : failures + 1;
      if (wasGood) told = undefined;
      if (end.kind !== 'events') {
        setState({ ...state, reachable: false, listening: false, problem: end.problem });
      } else if (failures >= FAILURES_TOLD || end.refused) {
        eventless = end.problem;
        setState({ ...state, listening: false, problem: eventless });
      }
      await sleep(clock, retryMs({ failures, refused: end.refused, random: random() }), signal);
      if (end.kind === 'gone') await untilReached(signal);
    }
  };

  const untilReached = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted && !(await reach({ host, port }, signal)))
      await sleep(clock, LOOK_MS * (1 - 0.25 * random()), signal);
  };

  const begin = () => {
    ending = new AbortController();
    const { signal } = ending;
    running = running.then(() => run(signal));
  };

  const bar = (why: Problem) => {
    barred = why;
    session = undefined;
    failed = undefined;
    ending.abort();
    settle().reject(new ProblemError(why));
  };

  if (!barred) begin();

  return {
    get state() {
      return state;
    },
    onState: listeners.add,
    async ask(question) {
      const away = barred ?? failed;
      if (away) throw new ProblemError(away);
      const found = session ?? (await outcome.promise);
      try {
        return await question(found);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        throw new ProblemError(
          barred ?? onvifProblem(error, { host, port, clockOffsetMs: client.clockOffsetMs }),
        );
      }
    },
    async pause() {
      if (!barred) {
        bar(PAUSED);
        const { problem, ...rest } = state;
        setState({ ...rest, reachable: false, listening: false });
      }
      await running;
    },
    resume() {
      if (barred !== PAUSED) return;
      barred = undefined;
      begin();
    },
    [Symbol.asyncDispose]: async () => {
      bar(CLOSED);
      listeners.clear();
      await running;
    },
  };
}

function newOutcome(): Outcome {
  const outcome = Promise.withResolvers<OnvifSession>();
  // Often nobody waits for it.
  outcome.promise.catch(() => {});
  return outcome;
}
