/** Tells an MQTT broker each event, and keeps there how each camera is. */
import { connect, type MqttClient } from 'mqtt';
import type { CameraInfo, Problem } from '../../protocol/api.ts';
import { type DoorstepEvent, eventTopic } from '../../protocol/event.ts';
import { atMost, type Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { type BrokerLogin, clientOptions } from './broker.ts';
import { BrokerTrouble } from './broker-trouble.ts';
import {
  type CameraState,
  endsMotion,
  type Motion,
  packagesState,
  statesAfter,
  statesNow,
} from './camera-states.ts';

/** Retained: `online` while the hub tells, `offline` when it does not. */
export const STATUS_TOPIC = 'doorstep/status';

export interface EventTeller extends AsyncDisposable {
  /** Why nothing is told now. */
  readonly problem: Problem | undefined;
}

export interface ToldHub {
  cameras(): readonly Pick<CameraInfo, 'id' | 'slug' | 'online' | 'packages'>[];
  /** Each new event, as published; the returned function ends it. */
  subscribe(listener: (event: DoorstepEvent) => void): () => void;
}

const LOSS = 'events are not told there';
/** With quality 1, mqtt.js would give what nobody acknowledged again after a reconnect: a ring of a minute ago is none. */
const ONCE = { qos: 0, retain: false } as const;
const KEPT = { qos: 1, retain: true } as const;
/** What lies on a doorstep may be known otherwise without an event; so often it is looked at. */
export const LOOK_MS = 10 * 60_000;
/** A broker that is slower than this learns of our end by the last will. */
const FAREWELL_MS = 2000;

/**
 * Each event goes to `doorstep/<slug>/<kind>/<phase>` as the same JSON that it is everywhere; states are kept at `doorstep/<slug>/motion`,
 * `person`, `packages` and `online`. What happens while the broker is away, or silent, is not told late. Connects again until it is
 * disposed; never throws.
 */
export function tellEvents(
  login: BrokerLogin,
  hub: ToldHub,
  { clock, log }: { clock: Clock; log: Log },
): EventTeller {
  const trouble = new BrokerTrouble(login.url, LOSS, log);
  let client: MqttClient;
  try {
    const will = { topic: STATUS_TOPIC, payload: Buffer.from('offline'), ...KEPT };
    client = connect(login.url, { ...clientOptions(login), will });
  } catch (error) {
    trouble.failed(error);
    return { problem: trouble.problem, [Symbol.asyncDispose]: async () => {} };
  }

  const say = async (topic: string, payload: string, options: typeof ONCE | typeof KEPT) => {
    // mqtt.js would keep it and tell it late.
    if (!client.connected) return;
    await client.publishAsync(topic, payload, options).catch((error) => {
      log.debug(`MQTT: ${topic} was not taken: ${reason(error)}`);
    });
  };
  /** By camera id, the motion that was told of last. */
  const motions = new Map<string, Motion>();
  /** By short name, what is kept of packages. */
  const packages = new Map<string, string>();
  const keep = (slug: string, states: readonly CameraState[]) =>
    states.map(({ topic, payload }) => {
      if (topic === 'packages') packages.set(slug, payload);
      return say(`doorstep/${slug}/${topic}`, payload, KEPT);
    });
  const keepAll = () =>
    hub.cameras().flatMap((camera) => keep(camera.slug, statesNow(camera, motions.get(camera.id))));
  const look = () => {
    cancelLook = clock.after(LOOK_MS, look);
    for (const camera of hub.cameras()) {
      const state = packagesState(camera);
      if (packages.get(camera.slug) !== state.payload) keep(camera.slug, [state]);
    }
  };
  let cancelLook = clock.after(LOOK_MS, look);

  client.on('connect', () => {
    trouble.over('MQTT: events are told again.');
    void say(STATUS_TOPIC, 'online', KEPT);
    keepAll();
  });
  trouble.follow(client);
  const stop = hub.subscribe((event) => {
    void say(`doorstep/${eventTopic(event)}`, JSON.stringify(event), ONCE);
    const camera = hub.cameras().find(({ id }) => id === event.camera?.id);
    if (!camera) return;
    if (event.kind === 'motion') motions.set(camera.id, event);
    if (endsMotion(event)) motions.delete(camera.id);
    keep(camera.slug, statesAfter(event, camera));
  });
  return {
    get problem() {
      return trouble.problem;
    },
    async [Symbol.asyncDispose]() {
      stop();
      cancelLook();
      // Nobody would clear them.
      motions.clear();
      await atMost(clock, FAREWELL_MS, Promise.all([...keepAll(), say(STATUS_TOPIC, 'offline', KEPT)]));
      await client.endAsync(true);
    },
  };
}
