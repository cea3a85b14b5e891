/** Of all that a camera says, what happened: states that were already known, and the same press told twice, are left out. */
import type { OnvifEvent } from './contract.ts';
import { eventTime } from './event-time.ts';
import type { Notification } from './notification.ts';
import { type TopicMapping, topicMeaning } from './topic-policy.ts';

export interface EventFilter {
  /** A new subscription begins: what it tells first of each property is how things are. */
  restart(): void;
  /** The event that a notification makes, or undefined. */
  take(notification: Notification, options: { now: number; offsetMs: number }): OnvifEvent | undefined;
}

/** A camera that tells one press by two topics (digital input and vendor's own) does it within this time. */
const SAME_PRESS_MS = 1_500;
/** A button that went down so long ago was let go: some cameras tell that again and again, and some lose the end. */
const STATE_FORGOTTEN_MS = 60_000;
const MAX_STATES = 256;

interface State {
  active: boolean;
  /** When it began where that was an event, else when it was told last; in epoch ms. */
  at: number;
  /** Whether it was an event. False where it was so when the subscription began. */
  happened: boolean;
}

interface Told {
  kind: OnvifEvent['kind'];
  active: boolean;
  initialized: boolean;
  now: number;
}

export function createEventFilter(mappings: readonly TopicMapping[]): EventFilter {
  /** By topic and source. */
  const states = new Map<string, State>();
  let lastRing: { at: number; topic: string } | undefined;

  const remember = (key: string, state: State) => {
    states.delete(key);
    states.set(key, state);
    const oldest = states.size > MAX_STATES ? states.keys().next().value : undefined;
    if (oldest !== undefined) states.delete(oldest);
  };

  const isNews = (key: string, told: Told): boolean => {
    const { kind, active, initialized, now } = told;
    const known = states.get(key);
    const same = known?.active === active && now - known.at < STATE_FORGOTTEN_MS;
    // Some firmwares call every message initialized: one that differs from what was known is news all the same.
    const wasSo = initialized && (known === undefined || same);
    // Motion that is told again goes on; a button that is told again is still down.
    const goesOn = same && (!active || (kind === 'ring' && known.happened));
    const news = !wasSo && !goesOn;
    // The time of a press is kept while it is told again, so that a press whose end was lost does not silence the next for ever.
    const held = !news && active && known?.happened;
    if (!held) remember(key, { active, at: now, happened: news });
    return news;
  };

  return {
    restart: () => states.clear(),
    take(notification, { now, offsetMs }) {
      const { topic, operation, source, data, utcTime } = notification;
      const meaning = topicMeaning(topic, data, mappings);
      if (!meaning || meaning.kind === 'ignore' || operation === 'deleted') return undefined;
      const { kind, active } = meaning;
      const initialized = operation === 'initialized';
      // What has no state is over at once: there is nothing to remember, and nothing that "is so" when a subscription begins.
      const news = meaning.momentary
        ? !initialized
        : isNews(JSON.stringify([topic, kind, ...source]), { kind, active, initialized, now });
      if (!news) return undefined;
      if (kind === 'ring' && active) {
        const again = lastRing && now - lastRing.at < SAME_PRESS_MS && lastRing.topic !== topic;
        if (again) return undefined;
        lastRing = { at: now, topic };
      }
      return { kind, active, at: eventTime({ utcTime, offsetMs, now }), topic };
    },
  };
}
