/** Packages that somebody else sees: a camera with package detection of its own, or a message over MQTT. */
import type { EventDraft, PackageFacts } from '../../protocol/event.ts';

/** What lies on the doorstep, as far as was said. */
export type PackageState = Pick<PackageFacts, 'id' | 'count' | 'deliveredAt'> | undefined;

/** Epoch ms. `newId` names a package that was not there before. */
export type PackageWord =
  | { type: 'delivered'; at: number; newId: () => string }
  | { type: 'removed'; at: number };

/** Cameras repeat themselves while a package lies there; what they say within this time is the same package. In ms. */
const SAME_MS = 60_000;

/**
 * The state after a word, and the event it makes; no event where nothing changed. Who took a package away, nobody has seen: the verdict
 * is `unknown`.
 */
export function hearOfPackage(
  state: PackageState,
  word: PackageWord,
): { state: PackageState; event?: Pick<EventDraft, 'kind' | 'phase' | 'at' | 'package'> } {
  if (word.type === 'removed') {
    if (!state) return { state };
    const { id, count, deliveredAt } = state;
    return {
      state: undefined,
      event: {
        kind: 'package',
        phase: 'removed',
        at: word.at,
        package: {
          ...{ id, count, verdict: 'unknown' },
          ...(deliveredAt !== undefined && { deliveredAt, presentForMs: Math.max(0, word.at - deliveredAt) }),
        },
      },
    };
  }
  if (state && Math.abs(word.at - (state.deliveredAt ?? word.at)) < SAME_MS) return { state };
  const next = state
    ? { id: state.id, count: state.count + 1, deliveredAt: word.at }
    : { id: word.newId(), count: 1, deliveredAt: word.at };
  return { state: next, event: { kind: 'package', phase: 'delivered', at: word.at, package: next } };
}

/** What lay there when the hub stopped: the newest package event of a camera says it. */
export function packageStateAfter(newest: Pick<EventDraft, 'phase' | 'package'> | undefined): PackageState {
  const facts = newest?.package;
  if (!facts || facts.count === 0 || newest.phase === 'removed') return undefined;
  const { id, count, deliveredAt } = facts;
  return { id, count, ...(deliveredAt !== undefined && { deliveredAt }) };
}
