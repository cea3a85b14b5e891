import { type Cells, emptyCells } from './cells.ts';
import { Grain } from './grain.ts';
import { colourIn, type Light } from './light.ts';

/** A cell must differ by so much from what it was to count as changed. */
const LEAST_CHANGE = 5;
const LEAST_COLOUR_CHANGE = 7;
const NOISE_FACTOR = 4;
/** What a cell differs by at the most by the grain of the whole picture, against its median. */
const GRAIN_FACTOR = 5;
const COLOUR_GRAIN_FACTOR = 3;
const NOISE_LEARNING = 0.03;
const MOST_NOISE = 8;
/** Pictures in a row in which a cell must differ: one alone is a raindrop. */
const STRIKES = 2;
const LEARNING = 0.15;
/** Cells along a side of a neighbourhood that light shifts together; by how much in a picture, and how unevenly (variance). */
const BLOCK = 8;
const LEAST_SHIFT = 0.5;
const MOST_SHIFT = 5;
const MOST_UNEVEN = 4;

/** What each cell has been showing lately, and since when. Light that changes everywhere does not count as a change. */
export class Settle {
  readonly value: Cells;
  /** Epoch ms at which a cell last became something else. */
  readonly since: Float64Array;
  /** How much a cell flickers, in steps of luma. */
  readonly noise: Float32Array;
  /** Pictures in a row in which it has differed. */
  readonly strikes: Uint8Array;
  /** Cells that became something else in the newest picture. */
  changed: number[] = [];
  readonly #grain = new Grain();
  #begun = false;

  constructor(columns: number, rows: number) {
    this.value = emptyCells(columns, rows);
    this.since = new Float64Array(columns * rows);
    this.noise = new Float32Array(columns * rows).fill(1.5);
    this.strikes = new Uint8Array(columns * rows);
  }

  /** Takes a picture; `light` is that of it against `value`. */
  push(now: Cells, at: number, light: Light): void {
    if (!this.#begun) {
      this.#begun = true;
      this.restart(now, at);
      return;
    }
    this.#adjust(light);
    if (!light.colour) {
      this.value.cb.set(now.cb);
      this.value.cr.set(now.cr);
    }
    this.#followLocalLight(now);
    this.#grain.measure(this.value, now);
    this.#take(now, at);
  }

  /** Follows what is as it was, and notes what became something else. */
  #take({ luma: nowLuma, cb: nowCb, cr: nowCr }: Cells, at: number): void {
    const { luma, cb, cr } = this.value;
    const { noise, strikes } = this;
    const leastChange = Math.max(LEAST_CHANGE, GRAIN_FACTOR * this.#grain.luma);
    const leastColour = Math.max(LEAST_COLOUR_CHANGE, COLOUR_GRAIN_FACTOR * this.#grain.colour);
    this.changed = [];
    for (let i = 0; i < luma.length; i++) {
      const difference = (nowLuma[i] as number) - (luma[i] as number);
      const size = Math.abs(difference);
      const flicker = noise[i] as number;
      const byCb = (nowCb[i] as number) - (cb[i] as number);
      const byCr = (nowCr[i] as number) - (cr[i] as number);
      if (
        size < Math.max(leastChange, NOISE_FACTOR * flicker) &&
        Math.abs(byCb) + Math.abs(byCr) < leastColour
      ) {
        strikes[i] = 0;
        luma[i] = (luma[i] as number) + LEARNING * difference;
        cb[i] = (cb[i] as number) + LEARNING * byCb;
        cr[i] = (cr[i] as number) + LEARNING * byCr;
        noise[i] = flicker + NOISE_LEARNING * (Math.min(size, MOST_NOISE) - flicker);
      } else if (++(strikes[i] as number) >= STRIKES) {
        strikes[i] = 0;
        luma[i] = nowLuma[i] as number;
        cb[i] = nowCb[i] as number;
        cr[i] = nowCr[i] as number;
        this.since[i] = at;
        this.changed.push(i);
      }
    }
  }

  /** Takes the picture as it is, everywhere. */
  restart(now: Cells, at: number): void {
    this.value.luma.set(now.luma);
    this.value.cb.set(now.cb);
    this.value.cr.set(now.cr);
    this.since.fill(at);
    this.changed = [];
    this.strikes.fill(0);
  }

  /** The shadow of a cloud that comes or goes shifts a whole neighbourhood a little, from picture to picture. */
  #followLocalLight({ luma: nowLuma }: Cells): void {
    const { columns, rows, luma } = this.value;
    for (let top = 0; top < rows; top += BLOCK) {
      for (let left = 0; left < columns; left += BLOCK) {
        const bottom = Math.min(rows, top + BLOCK);
        const right = Math.min(columns, left + BLOCK);
        let sum = 0;
        let squares = 0;
        for (let row = top; row < bottom; row++) {
          for (let cell = row * columns + left; cell < row * columns + right; cell++) {
            const difference = (nowLuma[cell] as number) - (luma[cell] as number);
            sum += difference;
            squares += difference * difference;
          }
        }
        const n = (bottom - top) * (right - left);
        const shift = sum / n;
        const size = Math.abs(shift);
        if (size < LEAST_SHIFT || size > MOST_SHIFT || squares / n - shift * shift > MOST_UNEVEN) continue;
        for (let row = top; row < bottom; row++) {
          for (let cell = row * columns + left; cell < row * columns + right; cell++) {
            luma[cell] = (luma[cell] as number) + shift;
          }
        }
      }
    }
  }

  #adjust(light: Light): void {
    const { luma, cb, cr } = this.value;
    const { gain, offset, colour, colourGain, cbOffset, crOffset } = light;
    if (Math.abs(gain - 1) > 0.004 || Math.abs(offset) > 0.4) {
      for (let i = 0; i < luma.length; i++) luma[i] = gain * (luma[i] as number) + offset;
    }
    if (!colour || (Math.abs(cbOffset) + Math.abs(crOffset) < 1 && Math.abs(colourGain - 1) < 0.02)) return;
    for (let i = 0; i < cb.length; i++) {
      cb[i] = colourIn(light, cb[i] as number, cbOffset);
      cr[i] = colourIn(light, cr[i] as number, crOffset);
    }
  }
}
