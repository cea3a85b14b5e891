import type { SeenTopic } from './contract.ts';
import type { Notification } from './notification.ts';
import { type TopicMapping, topicMeaning } from './topic-policy.ts';

const MAX_TOPICS = 64;

/** Remembers which topics a camera sends, so that its owner can find the one of the bell. */
export class TopicsSeen {
  readonly #topics = new Map<string, SeenTopic>();
  readonly #mappings: readonly TopicMapping[];

  constructor(mappings: readonly TopicMapping[]) {
    this.#mappings = mappings;
  }

  add({ topic, data }: Notification, at: number): void {
    const meaning = topicMeaning(topic, data, this.#mappings)?.kind;
    const count = (this.#topics.get(topic)?.count ?? 0) + 1;
    this.#topics.delete(topic);
    this.#topics.set(topic, { topic, count, lastAt: at, ...(meaning !== undefined && { meaning }) });
    const oldest = this.#topics.size > MAX_TOPICS ? this.#topics.keys().next().value : undefined;
    if (oldest !== undefined) this.#topics.delete(oldest);
  }

  /** Newest first. */
  list(): SeenTopic[] {
    return [...this.#topics.values()].reverse();
  }
}
