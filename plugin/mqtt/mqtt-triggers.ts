/** Listens at an MQTT broker for what means a press or motion at a camera. */
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords, reason } from '../system/problem.ts';
import type { Link } from './link.ts';
import { type MqttTrigger, matches, topicFault } from './trigger-match.ts';

/** A trigger, and what it sets off. */
export interface HeardTrigger extends MqttTrigger {
  report(): void;
}

/** Returns what is wrong with triggers; the others are heard. What `report` throws is logged. */
export function hearTriggers(
  link: Pick<Link, 'hear'>,
  triggers: readonly HeardTrigger[],
  log: Log,
): Problem[] {
  const usable = triggers.filter(({ topic }) => topicFault(topic) === undefined);
  const faulty = triggers.filter((trigger) => !usable.includes(trigger)).map(({ topic }) => badTopic(topic));
  for (const problem of faulty) log.error(inWords(problem));
  link.hear([...new Set(usable.map(({ topic }) => topic))], (message) => {
    for (const trigger of usable) {
      if (!matches(trigger, message)) continue;
      try {
        trigger.report();
      } catch (error) {
        log.warn(`MQTT: what "${message.topic}" says was not taken: ${reason(error)}`);
      }
    }
  });
  return faulty;
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
