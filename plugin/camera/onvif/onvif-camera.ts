import type { Problem } from '../../../protocol/api.ts';
import type { OnvifConfig } from '../../config.ts';
import { type Clock, sleep } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { backoffMs } from '../backoff-policy.ts';
import { withoutBrackets } from './address-policy.ts';
import { Chime } from './chime.ts';
import type { OnvifCamera, OnvifEvent, OnvifState, OnvifStreams } from './contract.ts';
import { createEventFilter } from './event-filter.ts';
import { createPost, type Post } from './http-post.ts';
import { type MaskTokens, readMasks, writeMasks } from './masks.ts';
import { OnvifError } from './onvif-error.ts';
import { onvifProblem } from './onvif-problem.ts';
import { readProfiles } from './profiles.ts';
import { runPullPoint } from './pull-point.ts';
import { connect, type OnvifSession } from './session.ts';
import { createSoapClient } from './soap-client.ts';
import { chooseStreams } from './stream-choice.ts';
import { TopicsSeen } from './topics-seen.ts';

export interface OnvifOptions {
  config: OnvifConfig;
  /** Of the camera, for the log. */
  name: string;
}

export interface OnvifDeps {
  clock: Clock;
  log: Log;
  /** 0 to 1. */
  random?: () => number;
  /** The network; default: HTTP. */
  post?: Post;
  /** Which masks are ours; default: those made since the start. */
  maskTokens?: MaskTokens;
}

/** While no events are wanted, how often it is asked whether it is there. */
const CHECK_MS = 60_000;
/** Refused logins lock many cameras for half an hour: the time between them grows to this. */
const REFUSED_LONGEST_MS = 5 * 60_000;
const REFUSED_FIRST_MS = 30_000;

/** Connects to a camera by ONVIF, and keeps doing so with back-off until it is disposed. Never throws. */
export function openOnvif(
  { config, name }: OnvifOptions,
  { clock, log, random = Math.random, post = createPost(clock), maskTokens = tokensInMemory() }: OnvifDeps,
): OnvifCamera {
  const ending = new AbortController();
  const { signal } = ending;
  const host = withoutBrackets(config.host);
  const { port, username, password } = config;
  const client = createSoapClient({ username, password }, { clock, post });
  const filter = createEventFilter(config.topics);
  const topics = new TopicsSeen(config.topics);
  const chime = new Chime();
  const stateListeners = new Set<(state: OnvifState) => void>();
  const eventListeners = new Set<(event: OnvifEvent) => void>();
  let state: OnvifState = { reachable: false, listening: false, since: clock.now() };
  let session: OnvifSession | undefined;
  let attempt = Promise.withResolvers<OnvifSession>();
  attempt.promise.catch(() => {});

  const problemOf = (error: unknown) =>
    onvifProblem(error, { host, port, clockOffsetMs: client.clockOffsetMs });

  const tell = <T>(listeners: ReadonlySet<(value: T) => void>, value: T) => {
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (error) {
        log.error(`[${name}] ONVIF: a listener failed: ${reason(error)}`);
      }
    }
  };

  const setState = (change: Omit<OnvifState, 'since'>) => {
    const since = change.reachable === state.reachable ? state.since : clock.now();
    const next = { ...change, since };
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    if (next.problem && next.problem.code !== state.problem?.code)
      log.warn(`[${name}] ${next.problem.what} ${next.problem.cure}`);
    state = next;
    tell(stateListeners, state);
  };

  const knowledge = (found: OnvifSession) => ({
    device: found.device,
    features: found.features,
    ...(client.clockOffsetMs !== undefined && { clockOffsetMs: client.clockOffsetMs }),
  });

  const events = (found: OnvifSession, endpoint: NonNullable<OnvifSession['endpoints']['events']>) => {
    filter.restart();
    return runPullPoint(
      {
        client,
        endpoint,
        signal,
        onListening: () => setState({ reachable: true, listening: true, ...knowledge(found) }),
        onNotification: (notification) => {
          const now = clock.now();
          topics.add(notification, now);
          const event = filter.take(notification, { now, offsetMs: client.clockOffsetMs ?? 0 });
          if (event) tell(eventListeners, event);
        },
      },
      { clock, log },
    );
  };

  const watch = async (found: OnvifSession): Promise<void> => {
    const { events: endpoint } = found.endpoints;
    if (config.events && endpoint) return events(found, endpoint);
    setState({
      reachable: true,
      listening: false,
      ...knowledge(found),
      ...(config.events && { problem: NO_EVENTS }),
    });
    while (!signal.aborted) {
      await sleep(clock, CHECK_MS, signal);
      if (!signal.aborted) await found.refresh();
      setState({ ...state, ...knowledge(found) });
    }
  };

  /** One connection, from its beginning to its end. Gives for how long it worked, in ms. */
  const live = async (): Promise<number> => {
    let workedSince: number | undefined;
    try {
      session = await connect({ client, host, port, signal });
      workedSince = clock.monotonic();
      attempt.resolve(session);
      await watch(session);
    } catch (error) {
      fail(error, workedSince !== undefined);
    }
    session = undefined;
    return workedSince === undefined ? 0 : clock.monotonic() - workedSince;
  };

  const fail = (error: unknown, connected: boolean) => {
    if (signal.aborted) return;
    const problem = problemOf(error);
    log.debug(`[${name}] ONVIF: ${reason(error)}`);
    attempt.reject(new ProblemError(problem));
    const lost =
      !connected || ['unreachable', 'silent'].includes(error instanceof OnvifError ? error.kind : '');
    setState(
      lost ? { ...state, reachable: false, listening: false, problem } : { ...state, listening: false },
    );
    if (!lost) lostEvents = problem;
  };

  let lostEvents: Problem | undefined;

  const run = async (): Promise<void> => {
    let failures = 0;
    let offlineSince = clock.monotonic();
    while (!signal.aborted) {
      const workedMs = await live();
      if (signal.aborted) return;
      failures = workedMs > CHECK_MS ? 1 : failures + 1;
      if (workedMs > 0) offlineSince = clock.monotonic();
      // Once is nothing: a subscription that the camera ended is made anew at once.
      if (lostEvents && failures > 2) setState({ ...state, problem: lostEvents });
      lostEvents = undefined;
      const offlineMs = clock.monotonic() - offlineSince;
      const wait = backoffMs({ failures, offlineMs, random: random(), refused: false });
      const refused = state.problem?.code === 'onvif-wrong-password' || state.problem?.code === 'onvif-clock';
      const longer = Math.min(REFUSED_LONGEST_MS, REFUSED_FIRST_MS * 2 ** Math.min(8, failures - 1));
      await sleep(clock, refused ? longer : wait, signal);
      attempt = Promise.withResolvers<OnvifSession>();
      attempt.promise.catch(() => {});
    }
  };
  const running = run();

  /** The connection that is, or that is just being made. Rejects with a `ProblemError`. */
  const connected = async (): Promise<OnvifSession> => {
    if (signal.aborted) throw new ProblemError(CLOSED);
    return session ?? attempt.promise;
  };

  const asking = async <T>(ask: (found: OnvifSession) => Promise<T>): Promise<T> => {
    const found = await connected();
    try {
      return await ask(found);
    } catch (error) {
      throw error instanceof ProblemError ? error : new ProblemError(problemOf(error));
    }
  };

  const quietly = async <T>(
    what: string,
    ask: (found: OnvifSession) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await asking(ask);
    } catch (error) {
      log.debug(`[${name}] ONVIF, ${what}: ${reason(error)}`);
      return undefined;
    }
  };

  const streams = async (): Promise<OnvifStreams> => {
    const profiles = await asking((found) => readProfiles(found, { host, username, password }));
    const choice = chooseStreams(profiles);
    if (!choice) throw new ProblemError(NO_STREAM);
    return {
      main: choice.main.url,
      ...(choice.detect && { detect: choice.detect.url }),
      profiles,
    };
  };

  const listen = <T>(listeners: Set<(value: T) => void>, listener: (value: T) => void) => {
    const own = (value: T) => listener(value);
    listeners.add(own);
    return () => void listeners.delete(own);
  };

  return {
    get state() {
      return state;
    },
    onState: (listener) => listen(stateListeners, listener),
    onEvent: (listener) => listen(eventListeners, listener),
    streams,
    topicsSeen: () => topics.list(),
    masks: {
      read: () =>
        quietly('masks', async (found) =>
          (await readMasks(found)).filter(({ enabled }) => enabled).map(({ polygon }) => polygon),
        ),
      write: async (polygons) =>
        (await quietly('masks', (found) => writeMasks(found, polygons, maskTokens))) ?? false,
    },
    chime: {
      get: () => quietly('chime', (found) => chime.get(found)),
      set: (level) =>
        asking(async (found) => {
          if (!found.features.audioOutput) throw new ProblemError(NO_CHIME);
          await chime.set(found, level);
        }),
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      attempt.reject(new ProblemError(CLOSED));
      stateListeners.clear();
      eventListeners.clear();
      await running;
    },
  };
}

function tokensInMemory(): MaskTokens {
  let tokens: readonly string[] = [];
  return {
    read: async () => tokens,
    write: async (next) => {
      tokens = next;
    },
  };
}

const NO_EVENTS: Problem = {
  code: 'onvif-no-events',
  what: 'The camera has ONVIF, but no events.',
  cure: 'Use a webhook, an MQTT topic or Node-RED for its bell, and switch its ONVIF events off here.',
};

const NO_STREAM: Problem = {
  code: 'onvif-no-stream',
  what: 'The camera names no H.264 or HEVC stream by ONVIF.',
  cure: 'Enter the RTSP address of its main stream, which its manual tells.',
};

const NO_CHIME: Problem = {
  code: 'no-chime',
  what: 'The camera has no loudspeaker whose volume can be set by ONVIF.',
  cure: 'Set the volume in its own app.',
};

const CLOSED: Problem = {
  code: 'camera-closed',
  what: 'The camera is not being read any more.',
  cure: 'Try again when the hub has started.',
};
