import { type Cells, emptyCells } from './cells.ts';
import { type Light, SAME_LIGHT } from './light.ts';
import type { Settle } from './settle.ts';

/** A cell must differ by so much from the background, in luma or in both parts of the colour together. */
const LEAST_DIFFERENCE = 9;
const LEAST_COLOUR_DIFFERENCE = 9;
const NOISE_FACTOR = 4;
/** A place must rest for so long before the background learns from it, in ms. */
const CALM_MS = 1000;
const LEARNING = 0.03;

/** What each place looks like with nothing new in it: learned where it is calm, kept as it was where something waits to be judged. */
export class Background {
  readonly value: Cells;
  /** 1 where it is known. */
  readonly known: Uint8Array;
  /** 1 where its colour is known, too. */
  readonly coloured: Uint8Array;
  /** 1 where what is there now differs from it. */
  readonly differs: Uint8Array;
  /** Epoch ms at which a cell was learned from nothing, later than the rest; 0 elsewhere. */
  readonly learnedLateAt: Float64Array;
  /** Light of now against `value`. */
  light: Light = SAME_LIGHT;

  constructor(columns: number, rows: number) {
    const count = columns * rows;
    this.value = emptyCells(columns, rows);
    this.known = new Uint8Array(count);
    this.coloured = new Uint8Array(count);
    this.differs = new Uint8Array(count);
    this.learnedLateAt = new Float64Array(count);
  }

  /** Difference of luma in the light of now. */
  difference(settle: Settle, cell: number): number {
    const { gain, offset } = this.light;
    return (
      (settle.value.luma[cell] as number) - Math.min(255, gain * (this.value.luma[cell] as number) + offset)
    );
  }

  /** Difference of both parts of the colour together; 0 where it cannot be compared. */
  colourDifference(settle: Settle, cell: number): number {
    const { colour, cbOffset, crOffset } = this.light;
    if (!colour || !this.coloured[cell]) return 0;
    return (
      Math.abs((settle.value.cb[cell] as number) - (this.value.cb[cell] as number) - cbOffset) +
      Math.abs((settle.value.cr[cell] as number) - (this.value.cr[cell] as number) - crOffset)
    );
  }

  /** Marks what differs, and learns where nothing does and `mayLearn` allows it. */
  compare(settle: Settle, at: number, mayLearn: (cell: number) => boolean): void {
    const { columns } = this.value;
    const { luma } = this.value;
    const count = luma.length;
    const { gain } = this.light;
    for (let i = 0; i < count; i++) {
      if (!this.known[i]) continue;
      // A shake of less than a cell shows where the picture is steep.
      const steep =
        i > columns && i < count - columns - 1
          ? 0.3 *
            gain *
            Math.max(
              Math.abs((luma[i + 1] as number) - (luma[i - 1] as number)),
              Math.abs((luma[i + columns] as number) - (luma[i - columns] as number)),
            )
          : 0;
      const least =
        Math.max(LEAST_DIFFERENCE, NOISE_FACTOR * (settle.noise[i] as number)) + Math.min(25, steep);
      const differs =
        Math.abs(this.difference(settle, i)) > least ||
        this.colourDifference(settle, i) > LEAST_COLOUR_DIFFERENCE + Math.min(6, steep);
      this.differs[i] = differs ? 1 : 0;
      if (!differs && at - (settle.since[i] as number) > CALM_MS && mayLearn(i))
        this.#learn(settle, i, LEARNING);
    }
  }

  /** Takes what is there now as it is, in these cells. */
  accept(settle: Settle, cells: Iterable<number>): void {
    for (const cell of cells) {
      this.#learn(settle, cell, 1);
      this.known[cell] = 1;
      this.coloured[cell] = this.light.colour ? 1 : 0;
      this.differs[cell] = 0;
    }
  }

  /** Learns a place of which nothing was known. */
  begin(
    settle: Settle,
    cell: number,
    { at, hasColour, late }: { at: number; hasColour: boolean; late: boolean },
  ): void {
    this.#learn(settle, cell, 1);
    this.known[cell] = 1;
    this.coloured[cell] = hasColour ? 1 : 0;
    this.differs[cell] = 0;
    this.learnedLateAt[cell] = late ? at : 0;
  }

  /** Knows nothing any more. */
  forget(): void {
    this.known.fill(0);
    this.coloured.fill(0);
    this.differs.fill(0);
    this.light = SAME_LIGHT;
  }

  #learn(settle: Settle, cell: number, rate: number): void {
    const { gain, offset, colour, cbOffset, crOffset } = this.light;
    const { luma, cb, cr } = this.value;
    const now = ((settle.value.luma[cell] as number) - offset) / gain;
    luma[cell] = (luma[cell] as number) + rate * (now - (luma[cell] as number));
    if (!colour) return;
    const known = this.coloured[cell] ? rate : 1;
    this.coloured[cell] = 1;
    cb[cell] =
      (cb[cell] as number) + known * ((settle.value.cb[cell] as number) - cbOffset - (cb[cell] as number));
    cr[cell] =
      (cr[cell] as number) + known * ((settle.value.cr[cell] as number) - crOffset - (cr[cell] as number));
  }
}
