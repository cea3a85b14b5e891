/** When somebody is there, and when they have left: many looks, one visit. Pure. */
import type { Box } from '../../../protocol/detection.ts';
import type { Detected } from '../contract.ts';
import { areaOf, likeness, sharedBox } from '../places.ts';

/** One look at the picture, as far as people go. Times are epoch ms. */
export interface VisitLook {
  at: number;
  /** Figures that count: not static, not in an ignored area. */
  figures: readonly VisitFigure[];
  /** Since when something has been moving; `at` where nothing does. */
  movingSince: number;
  /** A part of the picture was looked at: whom it does not show may still be there. */
  partly: boolean;
}

export interface VisitFigure extends Detected {
  /** Whether something moves there, or has just moved. */
  moved: boolean;
}

export interface Visit {
  /** Newest last: which looks showed somebody, at most three. */
  hits: readonly boolean[];
  /** Best of the hits before it is told of. */
  best?: VisitFigure;
  firstAt: number;
  lastAt: number;
  /** Where they were seen last. */
  boxes: readonly Box[];
  /** Whether it was told of. */
  told: boolean;
  /** How good the best view is that was told of. */
  value: number;
  /** Looks in a row that showed nobody. */
  misses: number;
}

export interface VisitRules {
  /** A figure with this score may be somebody; to stay somebody, three quarters are enough. */
  threshold: number;
}

export interface VisitStep {
  visit: Visit | undefined;
  /** Somebody to tell of: a visit has begun, or this is a clearly better view. */
  tell?: VisitFigure;
  /** The visit is over, since then. */
  leftAt?: number;
}

const STAYS = 0.75;
/** Of the two hits, one must be better than the threshold by this. */
const SURE_BY = 0.03;
/** Something must have moved, or somebody been seen, for so long. */
const LEAST_MS = 1000;
/** A visit ends after so many looks without them, … */
const MOST_MISSES = 3;
/** … and not sooner than this: who bends down is not gone. */
const AWAY_MS = 3000;
/** A view that is better by this factor is told of. */
const CLEARLY_BETTER = 1.4;
/** A look that comes so long after the last has nothing to do with it. */
const LONGEST_PAUSE_MS = 30_000;

/** The visit after one more look, and what to tell. Without a visit, `undefined` goes in. */
export function stepVisit(before: Visit | undefined, look: VisitLook, { threshold }: VisitRules): VisitStep {
  const stepped =
    before !== undefined && (look.at < before.lastAt || look.at - before.lastAt > LONGEST_PAUSE_MS);
  if (stepped) {
    const next = stepVisit(undefined, look, { threshold });
    return before.told ? { ...next, leftAt: before.lastAt } : next;
  }
  const figures = look.figures.filter((figure) => counts(figure, before, threshold));
  const [best] = [...figures].sort((a, b) => worthOf(b) - worthOf(a));
  if (!best) return missed(before, look);
  const visit = hit(before, look, figures, best, threshold);
  const value = worthOf(best);
  if (visit.told) {
    const better = value >= CLEARLY_BETTER * visit.value;
    return better ? { visit: { ...visit, value }, tell: best } : { visit };
  }
  const tell = visit.best ?? best;
  if (!begins(visit, look, threshold)) return { visit };
  return {
    visit: { ...visit, told: true, value: worthOf(tell) },
    tell: best.score >= threshold ? best : tell,
  };
}

/** How good a view of somebody is: sure, and large. */
export const worthOf = ({ score, box }: Detected) => score * Math.sqrt(areaOf(box));

function counts(figure: VisitFigure, before: Visit | undefined, threshold: number): boolean {
  if (before?.boxes.some((box) => isNear(box, figure.box))) {
    return figure.score >= STAYS * threshold;
  }
  return figure.moved && figure.score >= threshold;
}

/** Whether two boxes may show the same person in two looks. */
export const isNear = (a: Box, b: Box) =>
  likeness(a, b) > 0.25 || areaOf(sharedBox(a, b)) > 0.6 * Math.min(areaOf(a), areaOf(b));

function hit(
  before: Visit | undefined,
  look: VisitLook,
  figures: readonly VisitFigure[],
  best: VisitFigure,
  threshold: number,
): Visit {
  const isBetter = !before?.best || best.score > before.best.score;
  const sure = best.score >= threshold;
  return {
    hits: sure || before?.told ? [...(before?.hits ?? []), true].slice(-3) : (before?.hits ?? []),
    best: isBetter ? best : (before?.best ?? best),
    firstAt: before?.firstAt ?? look.at,
    lastAt: look.at,
    boxes: figures.map(({ box }) => box),
    told: before?.told ?? false,
    value: before?.value ?? 0,
    misses: 0,
  };
}

function begins({ hits, best, firstAt }: Visit, { at, movingSince }: VisitLook, threshold: number): boolean {
  const often = hits.filter(Boolean).length >= 2;
  const sure = (best?.score ?? 0) >= threshold + SURE_BY;
  return often && sure && at - Math.min(firstAt, movingSince) >= LEAST_MS;
}

function missed(before: Visit | undefined, look: VisitLook): VisitStep {
  if (!before || look.partly) return { visit: before };
  const misses = before.misses + 1;
  const hits = [...before.hits, false].slice(-3);
  const away = look.at - before.lastAt;
  if (!before.told) return { visit: hits.includes(true) ? { ...before, hits, misses } : undefined };
  if (misses >= MOST_MISSES && away >= AWAY_MS) return { visit: undefined, leftAt: before.lastAt };
  return { visit: { ...before, hits, misses } };
}
