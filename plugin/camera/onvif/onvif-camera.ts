import type { OnvifConfig } from '../../config.ts';
import type { Clock } from '../../system/clock.ts';
import { createListeners } from '../../system/listeners.ts';
import { type Log, prefixed } from '../../system/log.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Polygon } from '../masks.ts';
import { type Reach, tcpReach } from '../tcp-reach.ts';
import { withoutBrackets } from './address-policy.ts';
import { Chime } from './chime.ts';
import { keepConnected } from './connection.ts';
import type { OnvifCamera, OnvifEvent, OnvifStreams } from './contract.ts';
import { createEventFilter } from './event-filter.ts';
import { createPost, type Post } from './http-post.ts';
import { type MaskTokens, readMasks, writeMasks } from './masks.ts';
import type { Notification } from './notification.ts';
import { NO_CHIME, NO_STREAM } from './onvif-problem.ts';
import { readProfiles } from './profiles.ts';
import { runPullPoint } from './pull-point.ts';
import type { OnvifSession } from './session.ts';
import { createSoapClient } from './soap-client.ts';
import { chooseStreams } from './stream-choice.ts';
import { TopicsSeen } from './topics-seen.ts';

export interface OnvifOptions {
  config: OnvifConfig;
  /** Of the camera, for the log. */
  name: string;
  /** Begins paused: nothing is sent until `resume`. Default false. */
  paused?: boolean;
}

export interface OnvifDeps {
  clock: Clock;
  log: Log;
  /** 0 to 1. Default: `Math.random`. */
  random?: () => number;
  /** The network; default: HTTP. */
  post?: Post;
  /** Whether a camera that was gone is there again; default: a TCP connection. */
  reach?: Reach;
  /** Which masks at the camera are ours; default: those made since the start. */
  maskTokens?: MaskTokens;
}

/** Clocks of cameras drift by seconds a day, and some are set now and then. */
const CLOCK_EVERY_MS = 30 * 60_000;

/** Connects to a camera by ONVIF, and keeps doing so with back-off until it is disposed. Never throws. */
export function openOnvif({ config, name, paused = false }: OnvifOptions, deps: OnvifDeps): OnvifCamera {
  const { clock, random = Math.random, reach = tcpReach } = deps;
  const { post = createPost(clock), maskTokens = tokensInMemory() } = deps;
  const log = prefixed(deps.log, name);
  const { port, username, password } = config;
  const host = withoutBrackets(config.host);
  const client = createSoapClient({ username, password }, { clock, post });
  const filter = createEventFilter(config.topics);
  const topics = new TopicsSeen(config.topics);
  const listeners = createListeners<OnvifEvent>(log);
  const chime = new Chime();

  const onNotification = (notification: Notification) => {
    const now = clock.now();
    topics.add(notification, now);
    const event = filter.take(notification, { now, offsetMs: client.clockOffsetMs ?? 0 });
    if (event) listeners.tell(event);
  };

  const connection = keepConnected(
    {
      ...{ client, host, port, events: config.events, paused },
      listen: async (session, onListening, signal) => {
        const { endpoints } = session;
        filter.restart();
        if (!endpoints.events) return;
        let measuredAt = clock.monotonic();
        const afterPull = async () => {
          if (clock.monotonic() - measuredAt < CLOCK_EVERY_MS) return;
          measuredAt = clock.monotonic();
          await session.refresh();
          onListening();
        };
        const calls = { onListening, onNotification, afterPull };
        await runPullPoint(
          { client, endpoint: endpoints.events, reach: session.reach, signal, ...calls },
          { clock, log },
        );
      },
    },
    { clock, log, random, reach },
  );

  const streams = async (): Promise<OnvifStreams> => {
    const profiles = await connection.ask((session) => readProfiles(session, { host, username, password }));
    const choice = chooseStreams(profiles);
    if (!choice) throw new ProblemError(NO_STREAM);
    return { main: choice.main.url, ...(choice.detect && { detect: choice.detect.url }), profiles };
  };

  const quietly = async <T>(
    what: string,
    question: (session: OnvifSession) => Promise<T>,
  ): Promise<T | undefined> => {
    try {
      return await connection.ask(question);
    } catch (error) {
      log.debug(`ONVIF, ${what}: ${reason(error)}`);
      return undefined;
    }
  };

  /** One after the other: two at once would make each mask twice. */
  let writing: Promise<boolean> = Promise.resolve(false);
  const write = async (polygons: readonly Polygon[]): Promise<boolean> =>
    (await quietly('masks', (session) => writeMasks(session, polygons, maskTokens))) ?? false;

  return {
    get state() {
      return connection.state;
    },
    onState: connection.onState,
    onEvent: listeners.add,
    streams,
    topicsSeen: () => topics.list(),
    masks: {
      read: () =>
        quietly('masks', async (session) =>
          (await readMasks(session)).filter(({ enabled }) => enabled).map(({ polygon }) => polygon),
        ),
      write: (polygons) => {
        writing = writing.then(() => write(polygons));
        return writing;
      },
    },
    chime: {
      get: () => quietly('chime', (session) => chime.get(session)),
      set: (level) =>
        connection.ask(async (session) => {
          if (!session.features.audioOutput) throw new ProblemError(NO_CHIME);
          await chime.set(session, level);
        }),
    },
    pause: connection.pause,
    resume: connection.resume,
    [Symbol.asyncDispose]: async () => {
      listeners.clear();
      await connection[Symbol.asyncDispose]();
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
