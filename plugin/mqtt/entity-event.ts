/** What an event is for an event entity of Home Assistant, which knows one word for what happened. Pure. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { EntityEvent } from './topics.ts';

/** By entity, each word that it may say. Home Assistant wants `ring` of every doorbell. */
export const EVENT_TYPES = {
  doorbell: ['ring'],
  package: ['delivered', 'collected', 'taken', 'removed', 'corrected'],
} as const satisfies Record<EntityEvent, readonly string[]>;

/** The event and its word, as one JSON object; undefined where no entity tells of it. */
export function entityEventOf(
  event: DoorstepEvent,
): { entity: EntityEvent; payload: DoorstepEvent & { event_type: string } } | undefined {
  if (event.kind !== 'doorbell' && event.kind !== 'package') return undefined;
  return { entity: event.kind, payload: { event_type: wordOf(event), ...event } };
}

/** A package that went: `collected`, or perhaps `taken`; `removed` where nobody knows. */
function wordOf({ phase, package: facts }: DoorstepEvent): string {
  if (phase !== 'removed') return phase;
  const verdict = facts?.verdict ?? 'unknown';
  return verdict === 'unknown' ? 'removed' : verdict;
}
