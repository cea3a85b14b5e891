import type { Box } from '../../../protocol/detection.ts';
import { areaOf } from '../places.ts';
import type { MotionReading } from './motion.ts';

/** Activity with a longer pause than this is another one, in ms. */
const PAUSE_MS = 3000;
/** Fewer cells than this, or than this part of a box, are noise. */
const FEWEST_CELLS = 2;
const LEAST_PART = 0.06;

/** Where and since when something moves: when each cell was active last. */
export class Activity {
  #columns = 0;
  #rows = 0;
  #activeAt = new Float64Array();
  #since = 0;
  #lastAt = Number.NEGATIVE_INFINITY;
  #likelyAt = Number.NEGATIVE_INFINITY;

  add(at: number, { active, columns, rows, things, likely }: MotionReading): void {
    if (columns !== this.#columns || rows !== this.#rows || at < this.#lastAt) this.#begin(columns, rows);
    for (let cell = 0; cell < active.length; cell++) if (active[cell]) this.#activeAt[cell] = at;
    if (likely) this.#likelyAt = at;
    if (things.length === 0) return;
    if (at - this.#lastAt > PAUSE_MS) this.#since = at;
    this.#lastAt = at;
  }

  /** Whether something moves, or has moved in the last seconds. */
  isActive(at: number): boolean {
    return at - this.#lastAt <= PAUSE_MS;
  }

  /** Whether that is like something that counts. */
  isLikely(at: number): boolean {
    return at - this.#likelyAt <= PAUSE_MS;
  }

  /** Since when, or `at` where nothing does. */
  since(at: number): number {
    return this.isActive(at) ? Math.min(at, this.#since) : at;
  }

  /** Whether something in the box has moved in so many ms before `at`. */
  movedIn(box: Box, at: number, ms: number): boolean {
    const needed = Math.max(FEWEST_CELLS, LEAST_PART * areaOf(box) * this.#columns * this.#rows);
    let cells = 0;
    const top = Math.max(0, Math.floor(box.top * this.#rows));
    const left = Math.max(0, Math.floor(box.left * this.#columns));
    for (let row = top; row < Math.min(this.#rows, box.bottom * this.#rows); row++) {
      for (let column = left; column < Math.min(this.#columns, box.right * this.#columns); column++) {
        const then = this.#activeAt[row * this.#columns + column] as number;
        if (Math.abs(at - then) <= ms && ++cells >= needed) return true;
      }
    }
    return false;
  }

  #begin(columns: number, rows: number): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#activeAt = new Float64Array(columns * rows).fill(Number.NEGATIVE_INFINITY);
    this.#lastAt = Number.NEGATIVE_INFINITY;
    this.#likelyAt = Number.NEGATIVE_INFINITY;
  }
}
