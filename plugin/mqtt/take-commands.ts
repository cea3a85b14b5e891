/** Does what is ordered over MQTT. */
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { commandOf } from './commands.ts';
import type { ToldHub } from './hub.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';

/** More than a person or an automation that works has to say: at most so many in this time, in ms. */
const MOST = 20;
const WITHIN_MS = 10_000;
/** Of so many topics it is said that they mean nothing. */
const MOST_NAMED = 20;

/** Hears `<base>/<short name>/set/<name>`. What the broker kept from earlier is no order. */
export function takeCommands(
  link: Pick<Link, 'hear'>,
  hub: Pick<ToldHub, 'cameras' | 'act'>,
  { topics, clock, log }: { topics: Topics; clock: Clock; log: Log },
): void {
  const named = new Set<string>();
  const once = (key: string, words: string) => {
    if (named.has(key) || named.size >= MOST_NAMED) return;
    named.add(key);
    log.warn(words);
  };
  let taken: number[] = [];
  const tooMany = () => {
    const now = clock.monotonic();
    taken = taken.filter((at) => now - at < WITHIN_MS);
    return taken.push(now) > MOST;
  };

  for (const { id, slug } of hub.cameras()) {
    const filter = topics.command(slug, '+');
    link.hear([filter], ({ topic, payload, retained }) => {
      if (retained)
        return once(
          topic,
          `MQTT: "${topic}" is kept by the broker, and is not taken: send it without "retain".`,
        );
      const command = commandOf(topic.slice(filter.length - 1), payload);
      if (!command)
        return once(topic, `MQTT: "${topic}" orders nothing that is known, or not in the words for it.`);
      if (tooMany()) {
        taken.pop();
        return once(
          '',
          `MQTT: more than ${MOST} orders in ${WITHIN_MS / 1000} s; those beyond are not taken.`,
        );
      }
      log.debug(`MQTT: "${topic}" orders ${command.action}.`);
      const { action, ...details } = command;
      hub
        .act(id, action, details)
        .catch((error) => log.warn(`MQTT: what "${topic}" orders was not done: ${reason(error)}`));
    });
  }
}
