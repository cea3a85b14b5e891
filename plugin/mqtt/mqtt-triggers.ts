/** Listens at an MQTT broker for what means a press or motion at a camera. It sends nothing. */
import { connect, type MqttClient } from 'mqtt';
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { type BrokerLogin, clientOptions } from './broker.ts';
import { BrokerTrouble } from './broker-trouble.ts';
import { type MqttTrigger, matches, topicFault } from './trigger-match.ts';

export interface MqttTriggersOptions<T extends MqttTrigger> extends BrokerLogin {
  triggers: readonly T[];
}

export interface MqttTriggersDeps<T extends MqttTrigger> {
  log: Log;
  /** Called for each message that sets off a trigger. What it throws is logged. */
  onTrigger: (trigger: T) => void;
}

export interface MqttTriggers extends AsyncDisposable {
  /** Why it does not hear now, and what it does not listen for. */
  readonly problems: readonly Problem[];
  /** Resolves when all topics are subscribed for the first time. */
  readonly ready: Promise<void>;
}

const LOSS = 'triggers from it are not heard';
/** A doorbell's message is short; whatever is longer is none. */
const MAX_PAYLOAD = 16 * 1024;

/** Connects, and connects again whenever the connection is lost, until it is disposed. Never throws. */
export function listenForTriggers<T extends MqttTrigger>(
  options: MqttTriggersOptions<T>,
  { log, onTrigger }: MqttTriggersDeps<T>,
): MqttTriggers {
  const ready = Promise.withResolvers<void>();
  const usable = options.triggers.filter(({ topic }) => topicFault(topic) === undefined);
  const faulty = options.triggers
    .filter((trigger) => !usable.includes(trigger))
    .map(({ topic }) => badTopic(topic));
  for (const { what, cure } of faulty) log.error(`${what} ${cure}`);
  const trouble = new BrokerTrouble(options.url, LOSS, log);
  const problems = () => (trouble.problem ? [...faulty, trouble.problem] : faulty);

  let client: MqttClient;
  try {
    client = connect(options.url, clientOptions(options));
  } catch (error) {
    trouble.failed(error);
    return { problems: problems(), ready: ready.promise, [Symbol.asyncDispose]: async () => {} };
  }
  client.on('connect', () => {
    client
      .subscribeAsync([...new Set(usable.map(({ topic }) => topic))], { qos: 1 })
      .then((granted) => {
        const refused = granted.filter(({ qos }) => qos >= 128).map(({ topic }) => topic);
        if (refused.length > 0) return trouble.say(notAllowed(refused));
        trouble.over('MQTT: connected again.');
        ready.resolve();
      })
      .catch((error) => trouble.failed(error));
  });
  client.on('message', (topic, payload, { retain }) => {
    if (payload.length > MAX_PAYLOAD) return;
    const message = { topic, payload: payload.toString('utf8'), retained: retain };
    for (const trigger of usable) {
      if (!matches(trigger, message)) continue;
      try {
        onTrigger(trigger);
      } catch (error) {
        log.warn(`MQTT: what "${topic}" says was not taken: ${reason(error)}`);
      }
    }
  });
  trouble.follow(client);
  return {
    get problems() {
      return problems();
    },
    ready: ready.promise,
    [Symbol.asyncDispose]: () => client.endAsync(true).then(() => {}),
  };
}

function badTopic(topic: string): Problem {
  return {
    code: 'mqtt-topic',
    what: `The MQTT topic "${topic}" ${topicFault(topic)}, so nothing is heard from it.`,
    cure: 'Correct it in the plugin settings.',
  };
}

/** Somebody wants to be told by a broker, and there is none. */
export const NO_BROKER: Problem = {
  code: 'mqtt-no-broker',
  what: 'The MQTT triggers of the cameras are not heard: there is no broker.',
  cure: 'Fill in "mqtt.url" in the plugin settings.',
};

function notAllowed(topics: readonly string[]): Problem {
  return {
    code: 'mqtt-not-allowed',
    what: `The MQTT broker does not let this user read ${topics.map((topic) => `"${topic}"`).join(', ')}.`,
    cure: 'Allow it in the access list of the broker, or use another user.',
  };
}
