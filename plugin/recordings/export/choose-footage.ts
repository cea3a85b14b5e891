/** Which recordings, and which part of each, show a stretch of time without showing any moment twice. */
import type { Recording } from '../recording.ts';

type Timed = Pick<Recording, 'id' | 'kind' | 'startedAt' | 'endedAt'>;

/** A part of a recording. Times are epoch ms. */
export interface Chosen<T extends Timed = Recording> {
  recording: T;
  from: number;
  to: number;
  /** What is shown before it, or after it, comes from another recording: nothing outside of `from` and `to` may be shown then. */
  joinsBefore: boolean;
  joinsAfter: boolean;
}

/** Clocks and rounding make recordings that follow on each other overlap by a little. */
export const SLACK_MS = 1500;

/**
 * Continuous recording comes first; clips fill what it leaves open. The parts are in order and do not overlap; the first and the last may reach
 * beyond the stretch.
 */
export function chooseFootage<T extends Timed>(
  recordings: readonly T[],
  from: number,
  to: number,
): Chosen<T>[] {
  const rank = ({ kind }: T) => (kind === 'continuous' ? 0 : 1);
  const inTurn = [...recordings].sort((a, b) => rank(a) - rank(b) || a.startedAt - b.startedAt);
  const chosen: Chosen<T>[] = [];
  for (const recording of inTurn) chosen.push(...whatIsLeft(recording, chosen));
  return chosen
    .filter((part) => part.to > from && part.from < to)
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

/** The recording that shows a moment, or ended just before it. */
export function footageAt<T extends Timed>(recordings: readonly T[], at: number): T | undefined {
  return chooseFootage(recordings, at - SLACK_MS, at + 1).findLast(({ from }) => from <= at)?.recording;
}

/** The parts of a recording that the others do not show already. */
function whatIsLeft<T extends Timed>(recording: T, taken: readonly Chosen<T>[]): Chosen<T>[] {
  const { startedAt, endedAt } = recording;
  let left: Chosen<T>[] = [
    { recording, from: startedAt, to: endedAt, joinsBefore: false, joinsAfter: false },
  ];
  for (const other of taken) left = left.flatMap((part) => without(part, other));
  return left;
}

function without<T extends Timed>(part: Chosen<T>, other: Chosen<T>): Chosen<T>[] {
  const overlap = Math.min(part.to, other.to) - Math.max(part.from, other.from);
  const little = overlap <= SLACK_MS && overlap < (part.to - part.from) / 2;
  if (overlap <= 0 || little) return [part];
  const parts = [
    { ...part, to: other.from, joinsAfter: true },
    { ...part, from: other.to, joinsBefore: true },
  ];
  return parts.filter(({ from, to }) => to - from > SLACK_MS);
}
