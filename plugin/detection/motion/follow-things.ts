import type { Box } from '../../../protocol/detection.ts';
import { areaOf, boxAround, heightOf, middleOf, sharedBox, widthOf } from '../places.ts';
import type { Thing } from './find-things.ts';

/** A thing over several pictures. */
export interface Path {
  thing: Thing;
  bornAt: number;
  lastAt: number;
  /** Pictures in which it was there, and in which it was like something that counts. */
  hits: number;
  fitting: number;
  /** Where it was lately, newest last. */
  boxes: readonly Box[];
  /** Whether it has come on far enough to count as motion; once so, it stays so. */
  moves: boolean;
  /** Whether it is like something that counts in this picture. */
  fitsNow: boolean;
}

export interface PathRules {
  /** Lowest thing that counts, as a part of the picture's height. */
  smallest: number;
  /** In ms. */
  shortestMs: number;
  /** So many of its cells must show another structure. */
  strangeShare: number;
  /** Whether noise hides structure: then what ends abruptly is a thing as well. */
  noisy: boolean;
  /** Cells of the whole picture. */
  gridCells: number;
}

/** Not seen for longer, it is another one. In ms. */
const LOST_MS = 700;
/** Pictures in which something must be there, whatever the rate. */
const FEWEST_HITS = 3;
/** So many boxes of a path are compared, the older half with the newer. */
const BOXES_KEPT = 12;
/** From one half to the other a thing that moves gets so far, in its own sizes, or grows so much; what sways stays where it is. */
const FAR_ENOUGH = 0.2;
const GROWN_ENOUGH = 1.15;
/** So much of what it walked must have brought it on: insects and rain go to and fro. */
const STRAIGHT = 0.25;
/** Where more of it than this moves all the time, it is leaves or a flag. */
const MOST_HABITUAL = 0.5;
/** In noise, so many of its cells must be at an abrupt end. */
const ABRUPT = 0.5;
/** A thing fills so much of its box; rain is scattered. */
const DENSE = 0.35;
/** From one picture to the next a thing is at most so much larger or smaller. */
const OTHER_SIZE = 3;
/** A picture comes a little early now and then. In ms. */
const EARLY_MS = 60;

/**
 * The paths after one more picture. A path counts as motion once its thing was there for long enough, tall enough, and has come on or
 * has grown.
 */
export function followThings(
  paths: readonly Path[],
  things: readonly Thing[],
  at: number,
  rules: PathRules,
): Path[] {
  const left = [...things];
  const next: Path[] = [];
  for (const path of [...paths].sort((a, b) => b.hits - a.hits)) {
    const index = left.findIndex((thing) => mayBeSame(path.thing.box, thing.box));
    const thing = left[index];
    if (thing) {
      left.splice(index, 1);
      next.push(lengthened(path, thing, at, rules));
    } else if (at - path.lastAt <= LOST_MS) next.push(path);
  }
  return [...next, ...left.map((thing) => begun(thing, at, rules))];
}

function begun(thing: Thing, at: number, rules: PathRules): Path {
  const fitsNow = fits(thing, rules);
  const fitting = fitsNow ? 1 : 0;
  return { thing, bornAt: at, lastAt: at, hits: 1, fitting, boxes: [thing.box], moves: false, fitsNow };
}

function lengthened(path: Path, thing: Thing, at: number, rules: PathRules): Path {
  const fitsNow = fits(thing, rules);
  const next: Path = {
    ...path,
    ...{ thing, fitsNow, lastAt: at, hits: path.hits + 1, fitting: path.fitting + (fitsNow ? 1 : 0) },
    boxes: [...path.boxes, thing.box].slice(-BOXES_KEPT),
  };
  return { ...next, moves: path.moves || countsAsMotion(next, rules) };
}

function countsAsMotion({ bornAt, lastAt, hits, fitting, boxes }: Path, rules: PathRules): boolean {
  if (hits < FEWEST_HITS || lastAt - bornAt < rules.shortestMs - EARLY_MS) return false;
  if (fitting < FEWEST_HITS || fitting < 0.5 * hits) return false;
  const { got, walked, grew } = courseOf(boxes);
  return (got >= FAR_ENOUGH && got >= STRAIGHT * walked) || grew >= GROWN_ENOUGH;
}

/**
 * How far a thing got from the older half of its boxes to the newer, how far it walked in all, both in its own sizes, and by which
 * factor it grew.
 */
export function courseOf(boxes: readonly Box[]): { got: number; walked: number; grew: number } {
  const half = Math.floor(boxes.length / 2);
  const older = meanOf(boxes.slice(0, half));
  const newer = meanOf(boxes.slice(boxes.length - half));
  const size = Math.max(0.02, Math.min(older.width, older.height, newer.width, newer.height));
  let walked = 0;
  for (const [index, box] of boxes.entries()) {
    const [x0, y0] = middleOf(boxes[Math.max(0, index - 1)] ?? box);
    const [x, y] = middleOf(box);
    walked += Math.hypot(x - x0, y - y0);
  }
  return {
    got: Math.hypot(newer.x - older.x, newer.y - older.y) / size,
    walked: walked / size,
    grew: Math.sqrt((newer.width * newer.height) / Math.max(0.0001, older.width * older.height)),
  };
}

function meanOf(boxes: readonly Box[]): { x: number; y: number; width: number; height: number } {
  const sum = { x: 0, y: 0, width: 0, height: 0 };
  for (const box of boxes) {
    const [x, y] = middleOf(box);
    sum.x += x / boxes.length;
    sum.y += y / boxes.length;
    sum.width += widthOf(box) / boxes.length;
    sum.height += heightOf(box) / boxes.length;
  }
  return sum;
}

function fits({ box, strange, ends, cells, active, habitual }: Thing, rules: PathRules): boolean {
  if (heightOf(box) < rules.smallest || habitual > MOST_HABITUAL * active) return false;
  if (cells < DENSE * areaOf(box) * rules.gridCells) return false;
  return strange >= rules.strangeShare * cells || (rules.noisy && ends >= ABRUPT * cells);
}

function mayBeSame(a: Box, b: Box): boolean {
  const sizes = areaOf(a) / Math.max(0.0001, areaOf(b));
  if (sizes > OTHER_SIZE ** 2 || sizes < 1 / OTHER_SIZE ** 2) return false;
  if (areaOf(sharedBox(a, b)) > 0) return true;
  const both = boxAround(a, b);
  // Beside each other, with less than half of the taller one between them.
  const room = Math.max(widthOf(both) - widthOf(a) - widthOf(b), heightOf(both) - heightOf(a) - heightOf(b));
  return room <= 0.5 * Math.max(heightOf(a), heightOf(b));
}
