import { type Cells, emptyCells } from './cells.ts';
import { type Light, SAME_LIGHT } from './light.ts';
import { lightField } from './light-field.ts';
import type { Settle } from './settle.ts';

/** A cell must differ by so much from the background, in luma or in both parts of the colour together. */
const LEAST_DIFFERENCE = 7;
const LEAST_COLOUR_DIFFERENCE = 8;
const NOISE_FACTOR = 4;
/** Parts of the step across a cell that a shake may make of it, and the most of luma and of colour. */
const STEEP_FACTOR = 0.3;
const MOST_STEEP = 25;
const MOST_STEEP_COLOUR = 6;
/** A place must rest for so long before the background learns from it, in ms. */
const CALM_MS = 1000;
/** What differs and has been still for so long counts as `differingStill`, in ms. */
const STILL_MS = 1000;
/** Each so many-th row is learned in a picture. */
const LEARNING_TURNS = 4;
const LEARNING = 0.12;
/** A middle gray; the light rests while this is off by no more than so many steps from what it has been lately. */
const MIDDLE = 128;
const LEVEL_LEARNING = 0.15;
const MOST_LEVEL_STEP = 2.5;
/** With fewer cells that differ, local light is not looked for. */
const LEAST_DIFFERING = 40;

/** What each place looks like with nothing new in it: learned where it is calm, kept as it was where something waits to be judged. */
export class Background {
  readonly value: Cells;
  /** 1 where it is known. */
  readonly known: Uint8Array;
  /** 1 where its colour is known, too. */
  readonly coloured: Uint8Array;
  /** 1 where what is there now differs from it. */
  readonly differs: Uint8Array;
  /** Epoch ms since which a cell has differed. */
  readonly differsSince: Float64Array;
  /** Epoch ms at which a cell was learned from nothing, later than the rest; 0 elsewhere. */
  readonly learnedLateAt: Float64Array;
  /** Light of now against `value`. */
  light: Light = SAME_LIGHT;
  /** What `value` looks like in the light of now, in luma. */
  readonly expected: Float32Array;
  /** Difference of both parts of the colour together that the light does not explain; 0 where it cannot be compared. */
  readonly colourLeft: Float32Array;
  /** How many cells differ. */
  differing = 0;
  /** Part of the picture, people left out, that differs and is still. */
  differingStill = 0;
  /** Whether all of it is known. */
  complete = false;
  /** Local light, by cell, beside `light`. */
  #field: Float32Array | undefined;
  #turn = 0;
  /** What a middle gray of `value` has looked like lately. */
  #level = MIDDLE;

  constructor(columns: number, rows: number) {
    const count = columns * rows;
    this.value = emptyCells(columns, rows);
    this.expected = new Float32Array(count);
    this.colourLeft = new Float32Array(count);
    this.known = new Uint8Array(count);
    this.coloured = new Uint8Array(count);
    this.differs = new Uint8Array(count);
    this.differsSince = new Float64Array(count);
    this.learnedLateAt = new Float64Array(count);
  }

  /** Marks what differs, and learns where nothing does and nobody is (`people`, 1 there). */
  compare(settle: Settle, at: number, people: Uint8Array): void {
    this.#expect(settle);
    const { known, differs, differsSince, expected, colourLeft } = this;
    const { gain } = this.light;
    const { noise, value, since } = settle;
    const { luma } = value;
    let differing = 0;
    let asked = 0;
    let still = 0;
    for (let i = 0; i < luma.length; i++) {
      if (!known[i]) continue;
      if (!people[i]) asked++;
      const byLuma = Math.abs((luma[i] as number) - (expected[i] as number));
      const byColour = colourLeft[i] as number;
      const flicker = NOISE_FACTOR * (noise[i] as number);
      const least = flicker > LEAST_DIFFERENCE ? flicker : LEAST_DIFFERENCE;
      if (byLuma <= least && byColour <= LEAST_COLOUR_DIFFERENCE) {
        differs[i] = 0;
        continue;
      }
      const steep = STEEP_FACTOR * gain * this.#steepness(i);
      if (
        byLuma <= least + Math.min(MOST_STEEP, steep) &&
        byColour <= LEAST_COLOUR_DIFFERENCE + Math.min(MOST_STEEP_COLOUR, steep)
      ) {
        differs[i] = 0;
        continue;
      }
      differing++;
      if (!people[i] && at - (since[i] as number) > STILL_MS) still++;
      if (differs[i]) continue;
      differs[i] = 1;
      differsSince[i] = at;
    }
    this.differing = differing;
    this.differingStill = still / Math.max(1, asked);
    if (this.#isSteady()) this.#learnCalm(settle, at, people);
  }

  /** Whether the light rests: while it changes it is not known well enough to learn in it. */
  #isSteady(): boolean {
    const level = this.light.gain * MIDDLE + this.light.offset;
    this.#level += LEVEL_LEARNING * (level - this.#level);
    return Math.abs(level - this.#level) < MOST_LEVEL_STEP;
  }

  /** Learns the next rows, where they are calm. */
  #learnCalm({ since, value }: Settle, at: number, people: Uint8Array): void {
    const { known, differs } = this;
    const { columns, rows } = value;
    this.#turn = (this.#turn + 1) % LEARNING_TURNS;
    for (let row = this.#turn; row < rows; row += LEARNING_TURNS) {
      for (let i = row * columns; i < (row + 1) * columns; i++) {
        if (!known[i] || differs[i] || people[i] || at - (since[i] as number) <= CALM_MS) continue;
        this.#learn(value, i, LEARNING);
      }
    }
  }

  /** Brings `value` to the light of now. */
  #expect(settle: Settle): void {
    const { luma, cb, cr } = this.value;
    const { expected, colourLeft, coloured, light } = this;
    const { gain, offset, colour, colourGain } = light;
    const { cb: nowCb, cr: nowCr } = settle.value;
    const moveCb = 128 - 128 * colourGain + light.cbOffset;
    const moveCr = 128 - 128 * colourGain + light.crOffset;
    for (let i = 0; i < luma.length; i++) {
      const value = gain * (luma[i] as number) + offset;
      expected[i] = value > 255 ? 255 : value < 0 ? 0 : value;
      colourLeft[i] =
        colour && coloured[i]
          ? Math.abs((nowCb[i] as number) - colourGain * (cb[i] as number) - moveCb) +
            Math.abs((nowCr[i] as number) - colourGain * (cr[i] as number) - moveCr)
          : 0;
    }
    this.#field =
      this.differing < LEAST_DIFFERING
        ? undefined
        : lightField({ expected, now: settle.value, known: this.known, colourLeft });
    const field = this.#field;
    if (!field) return;
    for (let i = 0; i < expected.length; i++) {
      const value = (expected[i] as number) * (field[i] as number);
      expected[i] = value > 255 ? 255 : value;
    }
  }

  /** Step across a cell: a shake of less than a cell shows there. */
  #steepness(cell: number): number {
    const { columns, luma } = this.value;
    if (cell <= columns || cell >= luma.length - columns - 1) return 0;
    return Math.max(
      Math.abs((luma[cell + 1] as number) - (luma[cell - 1] as number)),
      Math.abs((luma[cell + columns] as number) - (luma[cell - columns] as number)),
    );
  }

  /** Takes what is there now as it is, in these cells. */
  accept(settle: Settle, cells: Iterable<number>): void {
    for (const cell of cells) {
      this.#learn(settle.value, cell, 1);
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
    this.#learn(settle.value, cell, 1);
    this.known[cell] = 1;
    this.coloured[cell] = hasColour ? 1 : 0;
    this.differs[cell] = 0;
    this.learnedLateAt[cell] = late ? at : 0;
  }

  /** Knows nothing any more. */
  forget(): void {
    this.known.fill(0);
    this.complete = false;
    this.coloured.fill(0);
    this.differs.fill(0);
    this.light = SAME_LIGHT;
    this.#field = undefined;
  }

  #learn(seen: Cells, cell: number, rate: number): void {
    const { gain, offset, colour, colourGain, cbOffset, crOffset } = this.light;
    const { luma, cb, cr } = this.value;
    const now =
      ((seen.luma[cell] as number) / (this.#field ? (this.#field[cell] as number) : 1) - offset) / gain;
    luma[cell] = (luma[cell] as number) + rate * (now - (luma[cell] as number));
    if (!colour) return;
    const known = this.coloured[cell] ? rate : 1;
    this.coloured[cell] = 1;
    const nowCb = 128 + ((seen.cb[cell] as number) - 128 - cbOffset) / colourGain;
    const nowCr = 128 + ((seen.cr[cell] as number) - 128 - crOffset) / colourGain;
    cb[cell] = (cb[cell] as number) + known * (nowCb - (cb[cell] as number));
    cr[cell] = (cr[cell] as number) + known * (nowCr - (cr[cell] as number));
  }
}
