/** Figures that never move: furniture, bottles, a coat on its hook. The model gives them a steady score in the same place for ever. */
import type { Detected } from '../contract.ts';
import { likeness } from '../places.ts';

/** A figure that is seen in one place. */
export interface KnownFigure extends Detected {
  firstAt: number;
  lastAt: number;
  /** Looks that saw it while nothing moved there. */
  seen: number;
}

/** The same place: so much of their union is shared. The model's boxes of a thing that stands still hardly move. */
const SAME_PLACE = 0.6;
/** A score that is higher by more than this is somebody before it. */
const SAME_SCORE = 0.1;
/** Seen so often, for so long, with nothing moving there, it is furniture. */
const SEEN_ENOUGH = 3;
const LONG_ENOUGH_MS = 8_000;
/** Somebody may stand still for long: a good score takes this long. */
const LONG_ENOUGH_FOR_SURE_MS = 120_000;
const SURE_SCORE = 0.36;
/** Forgotten when it was not seen for so long. */
const FORGOTTEN_MS = 24 * 3600_000;
const MOST = 32;

/** Whether a figure is one of those that never move. */
export function isStatic(known: readonly KnownFigure[], figure: Detected): boolean {
  return known.some(
    (one) => isLearnt(one) && samePlace(one, figure) && figure.score <= one.score + SAME_SCORE,
  );
}

/**
 * What is known after one more look.
 *
 * @param quiet whether nothing moves at a figure, and nobody of a visit stands there
 */
export function learnFigures(
  known: readonly KnownFigure[],
  figures: readonly Detected[],
  at: number,
  quiet: (figure: Detected) => boolean,
): KnownFigure[] {
  const next = known.filter(({ lastAt }) => at - lastAt < FORGOTTEN_MS && lastAt <= at);
  for (const figure of figures) {
    if (!quiet(figure)) continue;
    const index = next.findIndex((one) => samePlace(one, figure));
    const one = next[index];
    if (one && Math.abs(one.score - figure.score) <= SAME_SCORE) next[index] = seenAgain(one, figure, at);
    else if (one && isLearnt(one)) next[index] = { ...one, lastAt: at };
    else {
      if (one) next.splice(index, 1);
      next.push({ ...figure, firstAt: at, lastAt: at, seen: 1 });
    }
  }
  return next.sort((a, b) => b.lastAt - a.lastAt).slice(0, MOST);
}

function seenAgain(one: KnownFigure, figure: Detected, at: number): KnownFigure {
  const mixed = (a: number, b: number) => a + 0.2 * (b - a);
  const { box } = figure;
  return {
    ...one,
    score: mixed(one.score, figure.score),
    box: {
      left: mixed(one.box.left, box.left),
      top: mixed(one.box.top, box.top),
      right: mixed(one.box.right, box.right),
      bottom: mixed(one.box.bottom, box.bottom),
    },
    lastAt: at,
    seen: one.seen + 1,
  };
}

function isLearnt({ firstAt, lastAt, seen, score }: KnownFigure): boolean {
  const needed = score >= SURE_SCORE ? LONG_ENOUGH_FOR_SURE_MS : LONG_ENOUGH_MS;
  return seen >= SEEN_ENOUGH && lastAt - firstAt >= needed;
}

const samePlace = (a: Detected, b: Detected) => likeness(a.box, b.box) >= SAME_PLACE;
