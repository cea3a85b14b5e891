import type { Box } from '../../../protocol/detection.ts';
import { boxAround, heightOf, widthOf } from '../places.ts';

/** Something that differs from the background and moves. */
export interface Thing {
  box: Box;
  /** Cells that differ, and those of them that have just changed. */
  cells: number;
  active: number;
  /** Active cells in which something moves all the time. */
  habitual: number;
  /** Cells whose structure is another one, and not only their brightness. */
  strange: number;
  /** Cells in which its difference ends abruptly; light fades. */
  ends: number;
  /** Mean difference in brightness, in luma steps. */
  contrast: number;
}

/** One picture in cells, row by row: `columns` to a row. */
export interface CellMarks {
  columns: number;
  rows: number;
  /** Whether a cell differs from the background. */
  differs: Uint8Array;
  /** Whether it has just changed. */
  active: Uint8Array;
  /** Whether something moves in it all the time. */
  habitual: Uint8Array;
  /** Whether its structure is another one. */
  strange: Uint8Array;
  /** By how much it is brighter or darker. */
  difference: Float32Array;
}

/** What differs counts up to so many cells from where something has just changed: what was parked beside it does not belong to it. */
const REACH = 2;
/** Cells of one thing are this far apart at most, corners included. */
const BRIDGE = 1;
/** So many cells further on, less than this is left of the difference where a thing ends. */
const END = 2;
const ENDS_BELOW = 0.35;
/** Fewer cells than this are noise. */
const FEWEST = 2;

/**
 * The things in a picture, largest first: cells that differ near to cells that have just changed, pieces of one thing put together.
 * `spots` is how many pieces there were, noise among them; `scatter` the part of them all that is not in the largest three.
 */
export function findThings(marks: CellMarks): { things: Thing[]; spots: number; scatter: number } {
  const { columns, rows, differs, active, habitual, strange, difference } = marks;
  const part = nearActive(marks);
  const stack: number[] = [];
  const things: Thing[] = [];
  let spots = 0;
  let all = 0;
  for (let seed = 0; seed < part.length; seed++) {
    if (!part[seed]) continue;
    let [left, top, right, bottom] = [columns, rows, 0, 0];
    let [cells, movers, habit, odd, ends, contrast] = [0, 0, 0, 0, 0, 0];
    spots++;
    stack.push(seed);
    part[seed] = 0;
    for (let cell = stack.pop(); cell !== undefined; cell = stack.pop()) {
      const column = cell % columns;
      const row = (cell - column) / columns;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row + 1);
      cells += differs[cell] as number;
      movers += active[cell] as number;
      habit += (active[cell] as number) * (habitual[cell] as number);
      odd += strange[cell] as number;
      ends += endsAbruptly(marks, column, row) ? 1 : 0;
      contrast += Math.abs(difference[cell] as number);
      for (let y = Math.max(0, row - BRIDGE); y <= Math.min(rows - 1, row + BRIDGE); y++) {
        for (let x = Math.max(0, column - BRIDGE); x <= Math.min(columns - 1, column + BRIDGE); x++) {
          const next = y * columns + x;
          if (!part[next]) continue;
          part[next] = 0;
          stack.push(next);
        }
      }
    }
    all += cells;
    if (cells < FEWEST) continue;
    things.push({
      box: { left: left / columns, top: top / rows, right: right / columns, bottom: bottom / rows },
      ...{ cells, active: movers, habitual: habit, strange: odd, ends, contrast: contrast / cells },
    });
  }
  const whole = joined(things).sort((a, b) => b.cells - a.cells);
  const gathered = whole.slice(0, 3).reduce((sum, { cells }) => sum + cells, 0);
  return { things: whole, spots, scatter: all > 0 ? 1 - gathered / all : 0 };
}

function endsAbruptly({ columns, rows, difference }: CellMarks, column: number, row: number): boolean {
  const here = difference[row * columns + column] as number;
  const limit = ENDS_BELOW * Math.abs(here);
  const endsAt = (x: number, y: number) => {
    if (x < 0 || y < 0 || x >= columns || y >= rows) return false;
    return (difference[y * columns + x] as number) * Math.sign(here) < limit;
  };
  return (
    endsAt(column - END, row) ||
    endsAt(column + END, row) ||
    endsAt(column, row - END) ||
    endsAt(column, row + END)
  );
}

function nearActive({ columns, rows, differs, active }: CellMarks): Uint8Array {
  const near = new Uint8Array(differs.length);
  for (let cell = 0; cell < differs.length; cell++) {
    if (!active[cell]) continue;
    const column = cell % columns;
    const row = (cell - column) / columns;
    for (let y = Math.max(0, row - REACH); y <= Math.min(rows - 1, row + REACH); y++) {
      for (let x = Math.max(0, column - REACH); x <= Math.min(columns - 1, column + REACH); x++) {
        near[y * columns + x] = differs[y * columns + x] as number;
      }
    }
  }
  return near;
}

/** Puts pieces together that lie above each other, as the head and the legs of somebody in a coat like the wall. */
function joined(things: Thing[]): Thing[] {
  const whole: Thing[] = [];
  for (const thing of things.sort((a, b) => b.cells - a.cells)) {
    const other = whole.findIndex((one) => belongTogether(one.box, thing.box));
    const one = whole[other];
    if (!one) whole.push(thing);
    else whole[other] = together(one, thing);
  }
  return whole;
}

function belongTogether(a: Box, b: Box): boolean {
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const gap = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  return shared >= 0.5 * Math.min(widthOf(a), widthOf(b)) && gap <= 0.7 * Math.max(heightOf(a), heightOf(b));
}

function together(a: Thing, b: Thing): Thing {
  const cells = a.cells + b.cells;
  return {
    box: boxAround(a.box, b.box),
    cells,
    active: a.active + b.active,
    habitual: a.habitual + b.habitual,
    strange: a.strange + b.strange,
    ends: a.ends + b.ends,
    contrast: (a.contrast * a.cells + b.contrast * b.cells) / cells,
  };
}
