import type { RecipientClass } from '../../../protocol/sharing.ts';
import type { State } from '../contract.ts';
import { DAY_MS, type Policy } from './policy.ts';

/** A share as the limits see it. */
export interface Counted {
  class: RecipientClass;
  state: State;
  /** By `Moment.ran`. */
  releasedRan?: number;
}

/**
 * Whether one more release would be too many. What waits to be released counts as released; what may have left counts even where it
 * failed. A day is one of the gate's running time, so that a clock set forward makes no room.
 */
export function releasesUsedUp(
  to: RecipientClass,
  others: readonly Counted[],
  ran: number,
  { releasesPerDay }: Pick<Policy, 'releasesPerDay'>,
): boolean {
  const counting = others.filter(
    ({ state, releasedRan }) =>
      state === 'waiting' || (releasedRan !== undefined && ran - releasedRan < DAY_MS),
  );
  const ofClass = counting.filter((other) => other.class === to).length;
  return counting.length >= releasesPerDay.all || ofClass >= (releasesPerDay[to] ?? Infinity);
}

/** @param proposedRan when programs proposed, by `Moment.ran`; the kept ones alone */
export function proposalsUsedUp(
  proposedRan: readonly number[],
  ran: number,
  { proposalsPerDay }: Pick<Policy, 'proposalsPerDay'>,
): boolean {
  return proposedRan.filter((at) => ran - at < DAY_MS).length >= proposalsPerDay;
}
