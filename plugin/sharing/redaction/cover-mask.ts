/** Which squares of 2 by 2 pixels of a picture are hidden: as many as there are samples of colour. 1 is hidden, 0 is open. */
import type { Box } from '../../../protocol/detection.ts';
import { coveringRectangles, type Polygon } from '../../camera/masks.ts';
import { isInside } from '../../detection/places.ts';
import type { OpenArea, RedactionPlan } from './contract.ts';
import { isOpenAt } from './make-plan.ts';
import type { Seen } from './seen.ts';

/** Of the picture, in pixels; both are even. */
export interface PictureSize {
  width: number;
  height: number;
}

/** What is hidden at each moment of one clip. Where anything is unknown, it is hidden. */
export class CoverMask {
  readonly #plan: RedactionPlan;
  readonly #columns: number;
  readonly #rows: number;
  readonly #openings: { area: OpenArea; squares: Uint8Array }[];
  readonly #zones: Uint8Array;
  readonly #seen: Seen | undefined;
  #last: { key: string; squares: Uint8Array } | undefined;

  /** @param seen what moves and where heads are; without it, a plan that needs it hides all */
  constructor(plan: RedactionPlan, { width, height }: PictureSize, seen?: Seen) {
    this.#plan = plan;
    this.#columns = width / 2;
    this.#rows = height / 2;
    this.#seen = seen;
    this.#openings = plan.open.map((area) => ({ area, squares: this.#wholeSquares(area.corners) }));
    this.#zones = this.#empty();
    for (const rectangle of coveringRectangles(plan.zones)) this.#hide(this.#zones, rectangle);
  }

  /** The squares at a time of the clip, in ms, row by row. Not to be written to, and good until the next call. */
  at(ms: number): Uint8Array {
    const fixed = this.#fixed(ms);
    const { moving, heads } = this.#plan;
    if (!moving && !heads) return fixed;
    const squares = fixed.slice();
    const places = this.#seen?.at(ms);
    if (!places) return squares.fill(1);
    for (const place of places) this.#hide(squares, place);
    return squares;
  }

  #fixed(ms: number): Uint8Array {
    const open = this.#openings.filter(({ area }) => isOpenAt(area, ms));
    const key = open.map((each) => this.#openings.indexOf(each)).join(' ');
    if (this.#last?.key === key) return this.#last.squares;
    const squares = this.#empty().fill(this.#plan.base === 'all' ? 1 : 0);
    for (const { squares: inside } of open)
      for (let at = 0; at < inside.length; at++) if (inside[at]) squares[at] = 0;
    for (let at = 0; at < squares.length; at++) if (this.#zones[at]) squares[at] = 1;
    this.#last = { key, squares };
    return squares;
  }

  #empty(): Uint8Array {
    return new Uint8Array(this.#columns * this.#rows);
  }

  /** Hides what a box touches. */
  #hide(squares: Uint8Array, { left, top, right, bottom }: Box): void {
    const from = Math.max(0, Math.floor(left * this.#columns));
    const to = Math.min(this.#columns, Math.ceil(right * this.#columns));
    const last = Math.min(this.#rows, Math.ceil(bottom * this.#rows));
    for (let row = Math.max(0, Math.floor(top * this.#rows)); row < last && from < to; row++)
      squares.fill(1, row * this.#columns + from, row * this.#columns + to);
  }

  /** The squares with all four corners inside: an opening shows nothing beyond its edge. */
  #wholeSquares(corners: Polygon): Uint8Array {
    const squares = this.#empty();
    const [columns, rows] = [this.#columns, this.#rows];
    const line = (y: number) =>
      Array.from({ length: columns + 1 }, (_, x) => isInside([corners], [edge(x, columns), edge(y, rows)]));
    let upper = line(0);
    for (let row = 0; row < rows; row++) {
      const lower = line(row + 1);
      for (let column = 0; column < columns; column++) {
        const whole = upper[column] && upper[column + 1] && lower[column] && lower[column + 1];
        if (whole) squares[row * columns + column] = 1;
      }
      upper = lower;
    }
    return squares;
  }
}

/** A point on the very edge of the picture is inside of what reaches it. */
function edge(at: number, count: number): number {
  return Math.min(1 - 1e-9, Math.max(1e-9, at / count));
}
