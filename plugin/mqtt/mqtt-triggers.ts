/** Listens at an MQTT broker for what means a press or motion at a camera. */
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords, reason } from '../system/problem.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';
import { type MqttTrigger, matches, topicFault } from './trigger-match.ts';

/** A trigger, and what it sets off. */
export interface HeardTrigger extends MqttTrigger {
  report(): void;
}

/**
 * Returns what is wrong with triggers; the others are heard. What this hub says itself sets nothing off, whatever the wildcards: each of its
 * events would make the next. What `report` throws is logged.
 */
export function hearTriggers(
  link: Pick<Link, 'hear'>,
  triggers: readonly HeardTrigger[],
  { topics, log }: { topics: Pick<Topics, 'isOwn'>; log: Log },
): Problem[] {
  const faultOf = (topic: string) =>
    topicFault(topic) ?? (topics.isOwn(topic) ? 'is one of those where this hub itself speaks' : undefined);
  const usable = triggers.filter(({ topic }) => faultOf(topic) === undefined);
  const faulty = triggers.flatMap(({ topic }) => badTopic(topic, faultOf(topic)) ?? []);
  for (const problem of faulty) log.error(inWords(problem));
  link.hear([...new Set(usable.map(({ topic }) => topic))], (message) => {
    if (topics.isOwn(message.topic)) return;
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

function badTopic(topic: string, fault: string | undefined): Problem | undefined {
  if (fault === undefined) return undefined;
  return {
    code: 'mqtt-topic',
    what: `The MQTT topic "${topic}" ${fault}, so nothing is heard from it.`,
    cure: 'Correct it in the plugin settings.',
  };
}

/** Somebody wants to be told by a broker, and there is none. */
export const NO_BROKER: Problem = {
  code: 'mqtt-no-broker',
  what: 'The MQTT triggers of the cameras are not heard: there is no broker.',
  cure: 'Fill in "mqtt.url" in the plugin settings.',
};
