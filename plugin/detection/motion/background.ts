import { fitBrightness } from '../brightness-fit.ts';
import { CELL, type CellMeasures, type HalfPicture } from './cell-grid.ts';
import { CELL_COUNTS, CELL_IGNORED } from './cell-zones.ts';
import type { CellMarks } from './find-things.ts';
import { RestlessCells } from './restless-cells.ts';
import { SteadyValues } from './steady-values.ts';

/** Luma steps by which a cell must differ from the background at least; a leaning of 1 takes off so much. */
const LEAST_DIFFERENCE = { shipped: 6, leaning: 2 };
/** The same for its structure, as energy. */
const LEAST_STRANGE = { shipped: 16, leaning: 6 };
/** A cell that always flickers (leaves, a clock) must differ by so many times what it does by itself. */
const RESTLESS_FACTOR = 4;
/** What a shift by a part of a pixel does to a cell with edges: so much of their size, and of their energy. More while the camera shakes. */
const EDGE_ALLOWANCE = { calm: 0.25, shaken: 0.8 };
const STRANGE_ALLOWANCE = { calm: 0.35, shaken: 1 };
/** Light makes noise stronger as well: by the square of how much brighter it is, and by no more than this. */
const MOST_STRONGER = 12;
/** So much energy in its noise hides the structure of a picture. */
const NOISY = 8;
/** Of what it takes to differ, so much must have come within two pictures for a cell to count as active. */
const ACTIVE_PART = 0.7;
/** How quickly the background takes on what is seen. */
const LEARNING = { calm: 0.05, moving: 0.004 };
/** What differs and has not moved for so many pictures belongs to the background from now on. */
const STILL_AFTER = 15;
/** While more than this differs, the fit of the brightness may follow a visitor and is not kept. */
const KEEP_FIT_BELOW = 0.3;

/** What the whole picture is like while it is compared. */
export interface Conditions {
  /** What each cell counts for: `cellZones`. */
  zones: Uint8Array;
  /** -1 careful to 1 keen. */
  leaning: number;
  /** Whether the camera shakes. */
  shaken: boolean;
}

/** What the picture looks like when nothing moves. */
export class Background {
  /** In pixels of the half picture. */
  luma = new Float32Array();
  readonly #columns: number;
  readonly #rows: number;
  #gain = 1;
  #offset = 0;
  readonly #difference: Float32Array;
  readonly #steadyDifference: SteadyValues;
  readonly #steadyStrange: SteadyValues;
  readonly #restless: RestlessCells;
  /** Pictures since a cell was active. */
  readonly #still: Uint8Array;
  readonly #marks: CellMarks;

  constructor(columns: number, rows: number) {
    this.#columns = columns;
    this.#rows = rows;
    const count = columns * rows;
    this.#difference = new Float32Array(count);
    this.#steadyDifference = new SteadyValues(count);
    this.#steadyStrange = new SteadyValues(count);
    this.#restless = new RestlessCells(count);
    this.#still = new Uint8Array(count).fill(STILL_AFTER);
    this.#marks = {
      ...{ columns, rows, differs: new Uint8Array(count), active: new Uint8Array(count) },
      ...{ strange: new Uint8Array(count), habitual: new Uint8Array(count) },
      difference: this.#steadyDifference.now,
    };
  }

  /** Takes the picture as it is: the light is another one. */
  rebase({ luma }: HalfPicture): void {
    this.luma = Float32Array.from(luma);
    this.#steadyDifference.clear();
    this.#steadyStrange.clear();
    this.#still.fill(STILL_AFTER);
  }

  /** Whether noise hides the structure of things. */
  get noisy(): boolean {
    return this.#restless.noise > NOISY;
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
  compare(measures: CellMeasures, { zones, leaning, shaken }: Conditions): CellMarks {
    this.#take(measures);
    const { mean, expected, expectedEnergy } = measures;
    const { differs, active, strange: odd } = this.#marks;
    const { flicker, strange: usual } = this.#restless;
    const [difference, strange] = [this.#steadyDifference, this.#steadyStrange];
    const least = LEAST_DIFFERENCE.shipped - LEAST_DIFFERENCE.leaning * leaning;
    const leastStrange = LEAST_STRANGE.shipped - LEAST_STRANGE.leaning * leaning;
    const edgeAllowance = shaken ? EDGE_ALLOWANCE.shaken : EDGE_ALLOWANCE.calm;
    const strangeAllowance = shaken ? STRANGE_ALLOWANCE.shaken : STRANGE_ALLOWANCE.calm;
    for (let i = 0; i < mean.length; i++) {
      const edges = expectedEnergy[i] as number;
      const limit =
        Math.max(least, RESTLESS_FACTOR * (flicker[i] as number)) + edgeAllowance * Math.sqrt(edges);
      const stronger = strongerNoise(mean[i] as number, expected[i] as number);
      const strangeLimit =
        Math.max(leastStrange, RESTLESS_FACTOR * stronger * (usual[i] as number)) + strangeAllowance * edges;
      const counts = zones[i] !== CELL_IGNORED;
      const isStrange = counts && (strange.now[i] as number) > strangeLimit;
      odd[i] = isStrange ? 1 : 0;
      differs[i] = isStrange || (counts && Math.abs(difference.now[i] as number) > limit) ? 1 : 0;
      const isActive =
        difference.change(i) > ACTIVE_PART * limit || strange.change(i) > ACTIVE_PART * strangeLimit;
      active[i] = differs[i] && isActive && zones[i] === CELL_COUNTS ? 1 : 0;
    }
    return this.#marks;
  }

  /** Learns from the picture that was compared last; little where something moves that counts. */
  learn({ luma, width }: HalfPicture, occupied: Uint8Array): void {
    const { differs, active } = this.#marks;
    this.#restless.learn(this.#steadyDifference, this.#steadyStrange, this.#marks, occupied);
    let differing = 0;
    for (const one of differs) differing += one;
    const keepFit = differing < KEEP_FIT_BELOW * differs.length;
    const gain = keepFit ? this.#gain : 1;
    const offset = keepFit ? this.#offset : 0;
    for (let row = 0, cell = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++, cell++) {
        const still = active[cell] ? 0 : Math.min(255, (this.#still[cell] as number) + 1);
        this.#still[cell] = still;
        const absorbed = differs[cell] === 1 && still >= STILL_AFTER;
        // What has become background is no change when it no longer differs.
        if (absorbed) this.#forget(cell);
        const rate = absorbed ? 1 : differs[cell] ? LEARNING.moving : LEARNING.calm;
        for (let y = row * CELL; y < (row + 1) * CELL; y++) {
          for (let at = y * width + column * CELL, end = at + CELL; at < end; at++) {
            const expected = gain * (this.luma[at] as number) + offset;
            this.luma[at] = expected + rate * ((luma[at] as number) - expected);
          }
        }
      }
    }
  }

  #take({ mean, expected, strange }: CellMeasures): void {
    const { gain, offset } = fitBrightness(expected, mean);
    this.#gain = gain;
    this.#offset = offset;
    for (let i = 0; i < mean.length; i++) {
      this.#difference[i] = (mean[i] as number) - gain * (expected[i] as number) - offset;
    }
    this.#steadyDifference.add(this.#difference);
    this.#steadyStrange.add(strange);
  }

  #forget(cell: number): void {
    this.#steadyDifference.forget(cell);
    this.#steadyStrange.forget(cell);
  }
}

function strongerNoise(mean: number, expected: number): number {
  const brighter = (mean + 4) / (expected + 4);
  return brighter <= 1 ? 1 : Math.min(MOST_STRONGER, brighter * brighter);
}
