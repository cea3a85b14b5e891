/** Which told event is which act of the truth. Pure; seconds from the start of the clip. */
import type { Box } from '../../protocol/detection.ts';
import type { Act, Phase, Stay } from './truth.ts';

/** A package event as it was told. */
export interface Told {
  phase: Phase;
  /** When it happened, as told. */
  at: number;
  /** When it was told. */
  toldAt: number;
  box: Box;
  /** Taken back later. */
  corrected: boolean;
}

export interface Pair<T extends Told = Told> {
  act: Act;
  told: T;
  /** Told as what it was, and not as the opposite. */
  right: boolean;
}

export interface Matching<T extends Told = Told> {
  found: Pair<T>[];
  missed: Act[];
  /** Told without an act, also where it was taken back later: a telephone had rung by then. */
  wrong: T[];
}

/**
 * Each act goes with at most one told event and the other way round: those of the same phase first, then the nearest in time. A told
 * event that was taken back later finds nothing.
 */
export function matchActs<T extends Told>(
  acts: readonly Act[],
  told: readonly T[],
  stays: readonly Stay[],
): Matching<T> {
  const pairs = acts
    .flatMap((act) =>
      told
        .filter((one) => !one.corrected && fits(act, one, stays))
        .map((one): Pair<T> => ({ act, told: one, right: act.phase === one.phase })),
    )
    .sort((one, other) => Number(other.right) - Number(one.right) || distance(one) - distance(other));
  const found: Pair<T>[] = [];
  for (const pair of pairs)
    if (!found.some(({ act, told }) => act === pair.act || told === pair.told)) found.push(pair);
  return {
    found: found.sort((one, other) => one.act.at - other.act.at),
    missed: acts.filter((act) => !found.some((pair) => pair.act === act)),
    wrong: told.filter((one) => !found.some((pair) => pair.told === one)),
  };
}

const distance = ({ act, told }: Pair) => Math.abs(act.at - told.at);

function fits(act: Act, told: Told, stays: readonly Stay[]): boolean {
  const { where } = act;
  const [x, y] = [(told.box.left + told.box.right) / 2, (told.box.top + told.box.bottom) / 2];
  const inPlace = !where || (x >= where.left && x <= where.right && y >= where.top && y <= where.bottom);
  // Who stands before it hides when it happened.
  const seen = Math.max(act.at, leftAfter(act.at, stays) ?? 0);
  return inPlace && told.at >= act.at - act.early && told.at <= seen + act.late;
}

/** How much the truth's times of people may be off, in seconds. */
const SLACK = 1;

/** When the last of those went who were there at this time; undefined where nobody was. */
export function leftAfter(at: number, stays: readonly Stay[]): number | undefined {
  const there = stays.filter(({ from, to }) => from <= at + SLACK && to >= at - SLACK);
  return there.length === 0 ? undefined : Math.max(...there.map(({ to }) => to));
}

export interface StayMatching {
  /** Stays of the truth in which somebody was seen, and in which nobody was. */
  found: Stay[];
  missed: Stay[];
  /** Visits told while nobody was there. */
  wrong: Stay[];
}

/** Which visits were seen. Two people who come one right after the other may be one visit. */
export function matchStays(truth: readonly Stay[], told: readonly Stay[]): StayMatching {
  const overlap = (one: Stay, other: Stay) => one.from <= other.to + SLACK && other.from <= one.to + SLACK;
  return {
    found: truth.filter((stay) => told.some((visit) => overlap(stay, visit))),
    missed: truth.filter((stay) => !told.some((visit) => overlap(stay, visit))),
    wrong: told.filter((visit) => !truth.some((stay) => overlap(stay, visit))),
  };
}
