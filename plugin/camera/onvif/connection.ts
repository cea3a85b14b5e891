/** Keeps one camera connected: connects, listens, and does so again when that ends. */
import type { Problem } from '../../../protocol/api.ts';
import { type Clock, sleep } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { OnvifState } from './contract.ts';
import { createListeners } from './listeners.ts';
import { OnvifError } from './onvif-error.ts';
import { CLOSED, eventsProblem, NO_EVENTS, onvifProblem } from './onvif-problem.ts';
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
  /** Listens to events until the signal aborts; rejects when it cannot any more. */
  listen: (session: OnvifSession, onListening: () => void, signal: AbortSignal) => Promise<void>;
}

export interface ConnectionDeps {
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random: () => number;
}

export interface Connection extends AsyncDisposable {
  readonly state: OnvifState;
  onState(listener: (state: OnvifState) => void): () => void;
  /** Asks the camera something. Rejects with a `ProblemError`, at once while the camera is known to be away. */
  ask<T>(question: (session: OnvifSession) => Promise<T>): Promise<T>;
}

/** While no events are wanted, how often it is asked whether it is there; and how long a good connection lasts. */
const CHECK_MS = 60_000;
/** A subscription that ends now and then is nothing; one that ends again and again is a problem. */
const FAILURES_TOLD = 3;

type Outcome = PromiseWithResolvers<OnvifSession>;
/** `events`: the camera is there, its events are not. */
type End = { kind: 'away' | 'events'; problem: Problem };

/** Connects, and keeps connecting with back-off until it is disposed. Never throws. */
export function keepConnected(
  options: ConnectionOptions,
  { clock, log, random }: ConnectionDeps,
): Connection {
  const { client, host, port } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const listeners = createListeners<OnvifState>(log);
  let state: OnvifState = { reachable: false, listening: false, since: clock.now() };
  let session: OnvifSession | undefined;
  /** Why the last try failed, until the next begins. */
  let failed: Problem | undefined;
  let outcome = newOutcome();
  /** The problem that the log knows of; a camera that comes and goes every few seconds is told of once. */
  let told: string | undefined;

  const setState = (change: Omit<OnvifState, 'since'>) => {
    const since = change.reachable === state.reachable ? state.since : clock.now();
    const next = { ...change, since };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    if (next.problem && next.problem.code !== told) {
      told = next.problem.code;
      log.warn(`${next.problem.what} ${next.problem.cure}`);
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

  const watch = async (found: OnvifSession): Promise<void> => {
    if (options.events && found.features.events)
      return options.listen(found, () => reached(found, true), signal);
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
  const live = async (): Promise<End | undefined> => {
    failed = undefined;
    try {
      session = await connect({ client, host, port, signal });
      settle().resolve(session);
      await watch(session);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      log.debug(`ONVIF: ${reason(error)}`);
      const there = session !== undefined && !isLost(error);
      if (there) return { kind: 'events', problem: eventsProblem(error, host) };
      const problem = onvifProblem(error, { host, port, clockOffsetMs: client.clockOffsetMs });
      failed = problem;
      settle().reject(new ProblemError(problem));
      return { kind: 'away', problem };
    } finally {
      session = undefined;
    }
  };

  const run = async (): Promise<void> => {
    let failures = 0;
    let offlineSince = clock.monotonic();
    while (!signal.aborted) {
      const beganAt = clock.monotonic();
      const end = await live();
      if (!end) return;
      const now = clock.monotonic();
      const wasGood = now - beganAt > CHECK_MS;
      failures = wasGood ? 1 : failures + 1;
      if (wasGood) told = undefined;
      if (wasGood || (end.kind === 'away' && state.reachable)) offlineSince = now;
      if (end.kind === 'away')
        setState({ ...state, reachable: false, listening: false, problem: end.problem });
      else if (failures >= FAILURES_TOLD) setState({ ...state, listening: false, problem: end.problem });
      const refused = end.kind === 'away' && REFUSED.has(end.problem.code);
      const wait = retryMs({ failures, offlineMs: now - offlineSince, refused, random: random() });
      await sleep(clock, wait, signal);
    }
  };
  const running = run();

  return {
    get state() {
      return state;
    },
    onState: listeners.add,
    async ask(question) {
      const away = signal.aborted ? CLOSED : failed;
      if (away) throw new ProblemError(away);
      const found = session ?? (await outcome.promise);
      try {
        return await question(found);
      } catch (error) {
        if (error instanceof ProblemError) throw error;
        throw new ProblemError(onvifProblem(error, { host, port, clockOffsetMs: client.clockOffsetMs }));
      }
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      listeners.clear();
      outcome.reject(new ProblemError(CLOSED));
      await running;
    },
  };
}

const REFUSED: ReadonlySet<string> = new Set(['onvif-wrong-password', 'onvif-clock']);

function isLost(error: unknown): boolean {
  return error instanceof OnvifError && (error.kind === 'unreachable' || error.kind === 'silent');
}

function newOutcome(): Outcome {
  const outcome = Promise.withResolvers<OnvifSession>();
  // Often nobody waits for it.
  outcome.promise.catch(() => {});
  return outcome;
}
