/** Whether packages lie in front of a camera, told from its package events. */
import type { DoorstepEvent } from '../../protocol/event.ts';

export type PackageEvent = Pick<DoorstepEvent, 'id' | 'phase' | 'at' | 'package' | 'supersedes'>;

/** Many cameras say that a package came and never that it is gone; after so long somebody has taken it in unseen. */
export const KEEP_MS = 24 * 60 * 60_000;

export interface PackagesPresent {
  present: boolean;
  /** Epoch ms at which that changes by itself. */
  until?: number;
}

/** @param events oldest first; those of the last `KEEP_MS` are enough */
export function packagesPresent(events: readonly PackageEvent[], now: number): PackagesPresent {
  const since = new Map<string, number>();
  for (const { phase, at, package: facts } of valid(events)) {
    if (phase === 'delivered') since.set(facts?.id ?? '', at);
    // Which one it was, not every camera says; then it was all.
    else if (facts) since.delete(facts.id);
    else since.clear();
  }
  const until = Math.max(...since.values()) + KEEP_MS;
  return since.size > 0 && until > now ? { present: true, until } : { present: false };
}

/**
 * A correction takes back what it supersedes, and may itself be taken back; one that names no event says that there was no package, and
 * one with a verdict says only who took it.
 */
function valid(events: readonly PackageEvent[]): readonly PackageEvent[] {
  const takenBack = new Set<string>();
  const counting = events.filter(({ package: facts, phase }) => phase !== 'corrected' || !facts?.verdict);
  for (const { id, supersedes } of counting.toReversed())
    if (supersedes !== undefined && !takenBack.has(id)) takenBack.add(supersedes);
  return counting.filter(
    ({ id, phase, supersedes }) => !takenBack.has(id) && (phase !== 'corrected' || supersedes === undefined),
  );
}
