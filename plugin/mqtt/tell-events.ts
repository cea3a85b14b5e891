/** Tells each event, once, as the same JSON that it is everywhere. */
import { entityEventOf } from './entity-event.ts';
import type { ToldHub } from './hub.ts';
import type { Link } from './link.ts';
import type { Topics } from './topics.ts';

export interface TellEventsOptions {
  topics: Topics;
  /** Whether it is also told in the form in which Home Assistant wants it. */
  homeAssistant: boolean;
}

/** The returned function ends it. */
export function tellEvents(
  link: Pick<Link, 'say'>,
  hub: Pick<ToldHub, 'subscribe'>,
  { topics, homeAssistant }: TellEventsOptions,
): () => void {
  return hub.subscribe((event) => {
    link.say(topics.event(event), JSON.stringify(event));
    const entity = homeAssistant && entityEventOf(event);
    if (entity && event.camera)
      link.say(topics.entityEvent(event.camera.slug, entity.entity), JSON.stringify(entity.payload));
  });
}
