import type { Cells } from './cells.ts';

/** Each so many-th cell is looked at. */
const STEP = 5;
const LEARNING = 0.1;
/** More than this is no grain, in steps of luma and of both parts of the colour together. */
const MOST = { luma: 3, colour: 6 };
const BINS_A_STEP = 4;
const BINS = 64;

/** How grainy a camera's pictures are, as in the dark: the median difference between a picture and what has been seen lately. */
export class Grain {
  luma = 0;
  /** Of both parts of the colour together. */
  colour = 0;
  #measured = 0;
  readonly #luma = new Uint16Array(BINS);
  readonly #colour = new Uint16Array(BINS);

  /** Learns from a picture. Both have the same size, and are in the same light. */
  measure(lately: Cells, now: Cells): void {
    this.#luma.fill(0);
    this.#colour.fill(0);
    let n = 0;
    for (let i = 0; i < now.luma.length; i += STEP, n++) {
      const luma = Math.abs((now.luma[i] as number) - (lately.luma[i] as number));
      const colour =
        Math.abs((now.cb[i] as number) - (lately.cb[i] as number)) +
        Math.abs((now.cr[i] as number) - (lately.cr[i] as number));
      count(this.#luma, luma);
      count(this.#colour, colour);
    }
    const rate = Math.max(LEARNING, 1 / ++this.#measured);
    this.luma += rate * (Math.min(MOST.luma, median(this.#luma, n)) - this.luma);
    this.colour += rate * (Math.min(MOST.colour, median(this.#colour, n)) - this.colour);
  }
}

function count(bins: Uint16Array, value: number): void {
  const bin = Math.min(BINS - 1, Math.floor(value * BINS_A_STEP));
  bins[bin] = (bins[bin] as number) + 1;
}

function median(bins: Uint16Array, count: number): number {
  let left = count / 2;
  let bin = 0;
  while (bin < BINS - 1 && left > (bins[bin] as number)) left -= bins[bin++] as number;
  return bin / BINS_A_STEP;
}
