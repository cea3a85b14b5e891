import { fitBrightness } from '../brightness-fit.ts';
import { CELL, type CellMeasures, type HalfPicture } from './cell-grid.ts';
import { CELL_COUNTS, CELL_IGNORED } from './cell-zones.ts';
import type { CellMarks } from './find-things.ts';

/** Luma steps by which a cell must differ from the background at least; a leaning of 1 takes off so much. */
const LEAST_DIFFERENCE = { shipped: 6, leaning: 2 };
/** The same for its structure, as energy. */
const LEAST_STRANGE = { shipped: 16, leaning: 6 };
/** A cell that always flickers (leaves, a clock) must differ by so many times its own flicker, and its structure by so many times its own. */
const FLICKER_FACTOR = 4;
const STRANGE_FACTOR = 4;
/** What a shift by a part of a pixel does to a cell with edges: so much of their size. */
const EDGE_ALLOWANCE = 0.25;
/** A thing with edges of its own, or a camera that shakes a little: so much of the background's structure may be missing. */
const STRANGE_ALLOWANCE = 0.35;
/** Of what it takes to differ, so much must have come within two pictures for a cell to count as active. */
const ACTIVE_PART = 0.7;
const FLICKER_LEARNING = { calm: 0.01, moving: 0.002 };
/** One picture teaches no more than this, so that a passer-by does not count as flicker. */
const MOST_FLICKER = 20;
const MOST_STRANGE = 400;
/** Somebody who stands there for long does not make their place a restless one. */
const USUAL_WHERE_DIFFERENT = 0.2;
/** How quickly the background takes on what is seen. */
const LEARNING = { calm: 0.05, moving: 0.004, still: 0.1 };
/** What differs and has not moved for so many pictures belongs to the background from now on. */
const STILL_AFTER = 15;
/** While more than this differs, the fit of the brightness may follow a visitor and is not kept. */
const KEEP_FIT_BELOW = 0.3;

/** What the picture looks like when nothing moves, and how much each of its cells flickers by itself. */
export class Background {
  readonly #columns: number;
  readonly #rows: number;
  /** In pixels of the half picture. */
  luma = new Float32Array();
  #frames = 0;
  #gain = 1;
  #offset = 0;
  /** Newest first: difference and strangeness of this picture and the two before. */
  #differences: Float32Array[] = [];
  #strangeness: Float32Array[] = [];
  readonly #flicker: Float32Array;
  readonly #usual: Float32Array;
  /** Pictures since a cell was active. */
  readonly #still: Uint8Array;
  readonly #marks: CellMarks;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    const count = columns * rows;
    this.#flicker = new Float32Array(count);
    this.#usual = new Float32Array(count);
    this.#still = new Uint8Array(count).fill(STILL_AFTER);
    this.#marks = {
      ...{ columns, rows, differs: new Uint8Array(count), active: new Uint8Array(count) },
      ...{ strange: new Uint8Array(count), difference: new Float32Array(count) },
    };
  }

  /** Takes the picture as it is: the light is another one. */
  rebase({ luma }: HalfPicture): void {
    this.luma = Float32Array.from(luma);
    this.#differences = [];
    this.#strangeness = [];
    this.#still.fill(STILL_AFTER);
  }

  /** How much of the picture differs, before anything is known of flicker. */
  differingShare({ mean, expected }: CellMeasures): number {
    let count = 0;
    for (let i = 0; i < mean.length; i++) {
      const off = (mean[i] as number) - this.#gain * (expected[i] as number) - this.#offset;
      if (Math.abs(off) > LEAST_DIFFERENCE.shipped) count++;
    }
    return mean.length > 0 ? count / mean.length : 0;
  }

  /** Marks what differs and what has just changed. The marks are written anew with each picture. */
  compare(measures: CellMeasures, zones: Uint8Array, leaning: number): CellMarks {
    const { mean, expected, expectedEnergy, strange } = measures;
    const { differs, active, strange: odd, difference } = this.#marks;
    const fit = fitBrightness(expected, mean);
    this.#gain = fit.gain;
    this.#offset = fit.offset;
    const before = this.#differences;
    const strangeBefore = this.#strangeness;
    const least = LEAST_DIFFERENCE.shipped - LEAST_DIFFERENCE.leaning * leaning;
    const leastStrange = LEAST_STRANGE.shipped - LEAST_STRANGE.leaning * leaning;
    for (let i = 0; i < mean.length; i++) {
      const off = (mean[i] as number) - fit.gain * (expected[i] as number) - fit.offset;
      difference[i] = off;
      const edges = expectedEnergy[i] as number;
      const limit =
        Math.max(least, FLICKER_FACTOR * (this.#flicker[i] as number)) + EDGE_ALLOWANCE * Math.sqrt(edges);
      const strangeLimit =
        Math.max(leastStrange, STRANGE_FACTOR * (this.#usual[i] as number)) + STRANGE_ALLOWANCE * edges;
      const isStrange = (strange[i] as number) > strangeLimit;
      const counts = zones[i] !== CELL_IGNORED;
      odd[i] = counts && isStrange ? 1 : 0;
      differs[i] = counts && (isStrange || Math.abs(off) > limit) ? 1 : 0;
      const change = newestChange(off, before, i);
      const strangeChange = newestChange(strange[i] as number, strangeBefore, i);
      const isActive = change > ACTIVE_PART * limit || strangeChange > ACTIVE_PART * strangeLimit;
      active[i] = differs[i] && isActive && zones[i] === CELL_COUNTS ? 1 : 0;
    }
    return this.#marks;
  }

  /** Learns from the picture that was compared last. */
  learn({ luma, width }: HalfPicture, { strange }: CellMeasures, moving: boolean): void {
    const { differs, active, difference } = this.#marks;
    this.#learnFlicker(strange, moving);
    let differing = 0;
    for (const one of differs) differing += one;
    const keepFit = differing < KEEP_FIT_BELOW * differs.length;
    const [gain, offset] = keepFit ? [this.#gain, this.#offset] : [1, 0];
    for (let row = 0, cell = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++, cell++) {
        const still = active[cell] ? 0 : Math.min(255, (this.#still[cell] as number) + 1);
        this.#still[cell] = still;
        const rate = !differs[cell] ? LEARNING.calm : still >= STILL_AFTER ? LEARNING.still : LEARNING.moving;
        for (let y = row * CELL; y < (row + 1) * CELL; y++) {
          for (let at = y * width + column * CELL, end = at + CELL; at < end; at++) {
            const expected = gain * (this.luma[at] as number) + offset;
            this.luma[at] = expected + rate * ((luma[at] as number) - expected);
          }
        }
      }
    }
    this.#differences = remembered(this.#differences, difference);
    this.#strangeness = remembered(this.#strangeness, strange);
  }

  #learnFlicker(strange: Float32Array, moving: boolean): void {
    const [before] = this.#differences;
    // At first the plain mean, so that leaves in the wind are known after seconds.
    const rate = Math.max(moving ? FLICKER_LEARNING.moving : FLICKER_LEARNING.calm, 1 / ++this.#frames);
    const { difference, differs } = this.#marks;
    for (let i = 0; i < difference.length; i++) {
      const change = before ? Math.abs((difference[i] as number) - (before[i] as number)) : 0;
      const flicker = this.#flicker[i] as number;
      this.#flicker[i] = flicker + rate * (Math.min(change, MOST_FLICKER) - flicker);
      const usual = this.#usual[i] as number;
      const usualRate = differs[i] ? USUAL_WHERE_DIFFERENT * rate : rate;
      this.#usual[i] = usual + usualRate * (Math.min(strange[i] as number, MOST_STRANGE) - usual);
    }
  }
}

/** By how much a value has changed since one of the pictures before. */
function newestChange(value: number, before: readonly Float32Array[], index: number): number {
  let most = 0;
  for (const old of before) most = Math.max(most, Math.abs(value - (old[index] as number)));
  return most;
}

/** The two newest pictures; the older buffer is used again. */
function remembered(before: readonly Float32Array[], newest: Float32Array): Float32Array[] {
  const copy = before[1] ?? new Float32Array(newest.length);
  copy.set(newest);
  return before[0] ? [copy, before[0]] : [copy];
}
