import type { Box } from '../../../protocol/detection.ts';
import { areaOf, boxAround, heightOf, middleOf, sharedBox, widthOf } from '../places.ts';
import type { Thing } from './find-things.ts';

/** A thing over several pictures. */
export interface Path {
  thing: Thing;
  first: Box;
  bornAt: number;
  lastAt: number;
  /** Pictures in which it was there, and in which it was tall enough and of another structure. */
  hits: number;
  fitting: number;
  /** How far its middle went in all, and how far it got at most, in its own sizes. */
  walked: number;
  got: number;
  /** How much larger it became, as a factor. */
  grew: number;
  /** Whether it counts as motion; once so, it stays so. */
  moves: boolean;
}

export interface PathRules {
  /** Lowest thing that counts, as a part of the picture's height. */
  smallest: number;
  /** In ms. */
  shortestMs: number;
  /** So many of its cells must show another structure. */
  strangeShare: number;
}

/** Not seen for longer, it is another one. In ms. */
const LOST_MS = 700;
/** Pictures in which something must be there, whatever the rate. */
const FEWEST_HITS = 3;
/** A thing that moves gets this far, in its own sizes; what sways or flickers stays where it is. */
const FAR_ENOUGH = 0.35;
const GROWN_ENOUGH = 1.3;
/** So much of what it walked must have brought it on: insects and rain go to and fro. */
const STRAIGHT = 0.3;
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
  return {
    ...{ thing, first: thing.box, bornAt: at, lastAt: at, hits: 1, fitting: fits(thing, rules) ? 1 : 0 },
    ...{ walked: 0, got: 0, grew: 1, moves: false },
  };
}

function lengthened(path: Path, thing: Thing, at: number, rules: PathRules): Path {
  const size = Math.max(0.02, Math.min(widthOf(thing.box), heightOf(thing.box)));
  const [x, y] = middleOf(thing.box);
  const [x0, y0] = middleOf(path.first);
  const [xLast, yLast] = middleOf(path.thing.box);
  const next: Path = {
    ...path,
    ...{ thing, lastAt: at, hits: path.hits + 1, fitting: path.fitting + (fits(thing, rules) ? 1 : 0) },
    walked: path.walked + Math.hypot(x - xLast, y - yLast) / size,
    got: Math.max(path.got, Math.hypot(x - x0, y - y0) / size),
    grew: Math.max(path.grew, areaOf(thing.box) / Math.max(0.0001, areaOf(path.first))),
  };
  return { ...next, moves: path.moves || countsAsMotion(next, rules) };
}

function countsAsMotion(
  { bornAt, lastAt, hits, fitting, walked, got, grew }: Path,
  rules: PathRules,
): boolean {
  if (hits < FEWEST_HITS || lastAt - bornAt < rules.shortestMs - EARLY_MS) return false;
  if (fitting < FEWEST_HITS || fitting < 0.5 * hits) return false;
  const cameOn = got >= FAR_ENOUGH && got >= STRAIGHT * walked;
  return cameOn || grew >= GROWN_ENOUGH ** 2;
}

const fits = ({ box, strange, cells }: Thing, { smallest, strangeShare }: PathRules) =>
  heightOf(box) >= smallest && strange >= strangeShare * cells;

function mayBeSame(a: Box, b: Box): boolean {
  const sizes = areaOf(a) / Math.max(0.0001, areaOf(b));
  if (sizes > OTHER_SIZE ** 2 || sizes < 1 / OTHER_SIZE ** 2) return false;
  if (areaOf(sharedBox(a, b)) > 0) return true;
  const both = boxAround(a, b);
  // Beside each other, with less than half of the taller one between them.
  const room = Math.max(widthOf(both) - widthOf(a) - widthOf(b), heightOf(both) - heightOf(a) - heightOf(b));
  return room <= 0.5 * Math.max(heightOf(a), heightOf(b));
}
