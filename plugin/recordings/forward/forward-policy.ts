/** What the forwarder does next, and what a fault of the target means. */
import type { TargetState } from '../../../protocol/api.ts';
import type { TargetFault } from '../keeper/contract.ts';

/** What waits to be done at the target and can be tried now. */
export interface ForwardNeeds {
  deletion: boolean;
  snapshot: boolean;
  recording: boolean;
  sidecar: boolean;
  day: boolean;
  /** While a lost index is being made again, nothing may go by what it lists. */
  rebuilding: boolean;
}

export type ForwardStep = 'deletion' | 'snapshot' | 'recording' | 'sidecar' | 'day' | 'rest';

/**
 * Removals come first: they make the room that the rest needs. Snapshots are small and come before footage. Indexes of days are written when nothing
 * else waits.
 */
export function nextStep(needs: ForwardNeeds): ForwardStep {
  if (needs.deletion && !needs.rebuilding) return 'deletion';
  if (needs.snapshot) return 'snapshot';
  if (needs.recording) return 'recording';
  if (needs.sidecar) return 'sidecar';
  if (needs.day && !needs.rebuilding) return 'day';
  return 'rest';
}

/** A day's index is not written again before this, in ms. */
export const DAY_INDEX_MS = 120_000;
/** How often a target that has nothing to do is looked at, in ms. */
export const LOOK_MS = 60_000;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** How long to wait after the n-th fault in a row (from 1), in ms. */
export function backOff(faults: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(faults - 1, 10));
}

/** How long one recording that failed stands back for the others, after its n-th failure, in ms. */
export function standBack(failures: number): number {
  return Math.min(30 * 60_000, 10_000 * 2 ** Math.min(failures - 1, 10));
}

/**
 * What a fault means. `target`: nothing can go there now, so all wait. `file`: this one file failed, and the others are tried. `piece`: the local part is
 * damaged; trying again does not help.
 */
export function meaningOf(fault: TargetFault): 'target' | 'file' | 'piece' {
  if (fault === 'bad-piece') return 'piece';
  return fault === 'corrupt' || fault === 'failed' || fault === 'not-found' ? 'file' : 'target';
}

/** After so many files in a row that failed, it is the target. */
export const FILES_BEFORE_TARGET = 3;
/** A file on which the target hung so often lets the others go first. */
const STUCK_TRIES = 2;

export interface Failure {
  step: Exclude<ForwardStep, 'rest'>;
  fault: TargetFault;
  /** How often this work has failed, this time included. */
  failures: number;
  /** How many files have failed one after the other, this one included. */
  inARow: number;
}

/**
 * What follows when a step failed. `target`: all wait. `prove`: the file stands back, and the place is proven anew before the others are tried. `file`: it
 * stands back alone. `piece`: the local part is damaged. Only what was to be brought there speaks for the whole target: one old file that cannot be
 * removed must not keep new footage from leaving.
 */
export function afterFailure({
  step,
  fault,
  failures,
  inARow,
}: Failure): 'target' | 'prove' | 'file' | 'piece' {
  const meaning = meaningOf(fault);
  if (meaning === 'piece') return 'piece';
  const many = inARow >= FILES_BEFORE_TARGET;
  if (step === 'recording' || step === 'snapshot') {
    if (fault === 'stuck') return failures < STUCK_TRIES ? 'target' : 'prove';
    return meaning === 'target' || many ? 'target' : 'file';
  }
  if (fault === 'missing' || fault === 'stuck') return 'prove';
  if (meaning === 'target' && fault !== 'denied') return 'target';
  return many ? 'prove' : 'file';
}

/** What people see of a target with this fault. `known`: whether it was set up before. */
export function stateFor(fault: TargetFault, known: boolean): TargetState {
  switch (fault) {
    case 'no-marker':
      return known ? 'missing' : 'waiting';
    case 'missing':
    case 'stuck':
    case 'other':
      return 'missing';
    default:
      return 'refused';
  }
}
