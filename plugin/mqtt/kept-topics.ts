/** Remembers what the broker keeps for this hub, so that what it told of a camera that is gone does not stay there for ever. */
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { TextFile } from '../system/text-file.ts';

export interface KeptTopics {
  /** Kept from before, and not of this hub any more. */
  readonly stale: readonly string[];
  /** The broker has let go of those. */
  cleared(): void;
}

interface Remembered {
  broker: string;
  topics: string[];
}

/**
 * Notes what will be kept, before it is. At another broker nothing was told before. Never throws: what cannot be read or noted is in the log.
 * @param broker its address, without secrets
 */
export function keptTopics(file: TextFile, { broker, topics }: Remembered, log: Log): KeptTopics {
  const before = read(file, log);
  const stale = before?.broker === broker ? before.topics.filter((topic) => !topics.includes(topic)) : [];
  const note = (kept: readonly string[]) => {
    try {
      file.write(`${JSON.stringify({ broker, topics: kept })}\n`);
    } catch (error) {
      log.warn(`MQTT: which topics the broker keeps cannot be noted: ${reason(error)}`);
    }
  };
  if (before && before.broker !== broker && before.topics.length > 0)
    log.warn(
      `MQTT: the former broker, ${before.broker}, still keeps what this hub told it, pictures too if there were any. Empty it, or connect to it once more with the options off.`,
    );
  const isNews = before?.broker !== broker || topics.some((topic) => !before.topics.includes(topic));
  if (isNews) note([...topics, ...stale]);
  return {
    stale,
    cleared: () => {
      if (stale.length > 0) note(topics);
    },
  };
}

function read(file: TextFile, log: Log): Remembered | undefined {
  try {
    const text = file.read();
    if (text === undefined) return undefined;
    const { broker, topics } = (JSON.parse(text) ?? {}) as Partial<Record<keyof Remembered, unknown>>;
    if (typeof broker !== 'string' || !Array.isArray(topics)) throw new Error('it says something else');
    return { broker, topics: topics.filter((topic) => typeof topic === 'string') };
  } catch (error) {
    log.warn(`MQTT: which topics the broker kept is not known: ${reason(error)}`);
    return undefined;
  }
}
