/** Who a package went with, as far as the household said something that explains it. Nobody is watched for this. */
import type { HomeState } from '../../protocol/detection.ts';
import type { PackageFacts } from '../../protocol/event.ts';

export type Verdict = NonNullable<PackageFacts['verdict']>;

/** What the household does that may explain why a package is gone. Times are epoch ms. */
export interface HouseholdSignal {
  /** "I took it in", the door was opened, somebody came home or left. */
  kind: 'collected' | 'door' | 'presence';
  at: number;
}

/** A package that is gone: since when, and when that was known; in the dark, hours may lie between. Epoch ms. */
export interface Removal {
  at: number;
  decidedAt: number;
  /** Nobody saw it go: at any time after this, epoch ms. */
  unseenSince?: number;
}

/** Whoever takes a package in does so soon after the door was opened, or says it later: for an hour they are asked. In ms. */
const BEFORE_MS = 120_000;
export const ASKED_MS = 3_600_000;
const AFTER_MS: Record<HouseholdSignal['kind'], number> = {
  collected: ASKED_MS,
  door: 600_000,
  // Phones are noticed some time after their owners; who comes much later found nothing.
  presence: 120_000,
};

/** Whether this signal says that the household has the package. */
export function explains({ kind, at }: HouseholdSignal, removal: Removal): boolean {
  const { unseenSince = removal.at } = removal;
  return at >= Math.min(unseenSince, removal.at) - BEFORE_MS && at <= knownAt(removal) + AFTER_MS[kind];
}

/** When it was known that a package is gone. */
export const knownAt = ({ at, decidedAt }: Removal): number => Math.max(at, decidedAt);

/** `taken` is no more than a hypothesis: nobody was home, nobody said anything, and it was seen to go. */
export function verdictOf(
  removal: Removal,
  { home, signals }: { home: HomeState; signals: readonly HouseholdSignal[] },
): Verdict {
  if (home === 'home' || signals.some((signal) => explains(signal, removal))) return 'collected';
  return home === 'away' && removal.unseenSince === undefined ? 'taken' : 'unknown';
}

/** What a change of presence tells; undefined where nobody came or left. */
export function presenceSignal(before: HomeState, now: HomeState, at: number): HouseholdSignal | undefined {
  return before !== now && (before === 'home' || now === 'home') ? { kind: 'presence', at } : undefined;
}
