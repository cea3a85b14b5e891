import { type BrightnessFit, fitBrightness } from '../brightness-fit.ts';
import type { Cells } from './cells.ts';

/** How the light of a picture differs from that of another: of luma, and whether its colour can be compared at all. */
export interface Light extends BrightnessFit {
  /** Mean difference that the fit leaves, in steps of luma, and without what fits least. */
  residual: number;
  /** False where one of both has no colour, as after a switch to infrared. */
  colour: boolean;
  /** `now - 128 = colourGain * (before - 128) + offset`, for both parts of the colour. */
  colourGain: number;
  cbOffset: number;
  crOffset: number;
}

export const SAME_LIGHT: Light = {
  gain: 1,
  offset: 0,
  residual: 0,
  colour: true,
  colourGain: 1,
  cbOffset: 0,
  crOffset: 0,
};

/** Each so many-th cell, both ways, is looked at. */
const STEP = 4;
/** Luma beyond these is cut off by the sensor, and says nothing of the light. */
const DARKEST = 6;
const BRIGHTEST = 248;
/** Mean difference from gray below which a picture has no colour. */
const GRAY = 1.2;
/** Colour is the mean of so many cells: grain has none then. */
const GROUP = 8;
/** A picture with less than this part of the other's colour cannot be compared with it. */
const PALE = 0.35;
const MOST_COLOUR_GAIN = 3;
/** Difference of both parts of the colour that is another thing, not other light. */
const OTHER_COLOUR = 14;
const LEAST_CELLS = 40;

/**
 * Light of `now` against `before`: `now = gain * before + offset`. `left` names the cells to leave out. Both pictures have the same size.
 * Undefined with too few cells to tell.
 */
export function compareLight(before: Cells, now: Cells, left?: (cell: number) => boolean): Light | undefined {
  const most = Math.ceil(now.rows / STEP) * Math.ceil(now.columns / STEP);
  const cells = new Int32Array(most);
  const was = new Float32Array(most);
  const is = new Float32Array(most);
  let n = 0;
  for (let row = 1; row < now.rows; row += STEP) {
    for (let column = 1; column < now.columns; column += STEP) {
      const cell = row * now.columns + column;
      if (left?.(cell)) continue;
      const a = before.luma[cell] as number;
      const b = now.luma[cell] as number;
      if (a < DARKEST || b < DARKEST || a > BRIGHTEST || b > BRIGHTEST) continue;
      cells[n] = cell;
      was[n] = a;
      is[n++] = b;
    }
  }
  if (n < LEAST_CELLS) return undefined;
  const fit = fitBrightness(was.subarray(0, n), is.subarray(0, n));
  const errors = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    errors[i] = Math.abs((is[i] as number) - fit.gain * (was[i] as number) - fit.offset);
  }
  return { ...fit, residual: median(errors), ...compareColour(before, now, cells.subarray(0, n)) };
}

type ColourFit = Pick<Light, 'colour' | 'colourGain' | 'cbOffset' | 'crOffset'>;

function compareColour(before: Cells, now: Cells, cells: Int32Array): ColourFit {
  const n = cells.length;
  const strengths = [strength(before, cells), strength(now, cells)];
  const [less, more] = [Math.min(...strengths), Math.max(...strengths)];
  const colour = more < GRAY || less > PALE * more;
  if (!colour) return { colour, colourGain: 1, cbOffset: 0, crOffset: 0 };
  const colourGain = less < GRAY ? 1 : within(MOST_COLOUR_GAIN, gainOf(before, now, cells));
  const cb = new Float32Array(n);
  const cr = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const cell = cells[i] as number;
    cb[i] = (now.cb[cell] as number) - 128 - colourGain * ((before.cb[cell] as number) - 128);
    cr[i] = (now.cr[cell] as number) - 128 - colourGain * ((before.cr[cell] as number) - 128);
  }
  return { colour, colourGain, cbOffset: median(cb), crOffset: median(cr) };
}

/** Slope of the colours of now over those of before, where it is the same thing: what has changed is left out in a second round. */
function gainOf(before: Cells, now: Cells, cells: Int32Array): number {
  let gain = 1;
  for (let round = 0; round < 2; round++) {
    let both = 0;
    let squares = 0;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as number;
      const cb = (before.cb[cell] as number) - 128;
      const cr = (before.cr[cell] as number) - 128;
      const nowCb = (now.cb[cell] as number) - 128;
      const nowCr = (now.cr[cell] as number) - 128;
      if (round > 0 && Math.abs(nowCb - gain * cb) + Math.abs(nowCr - gain * cr) > OTHER_COLOUR) continue;
      both += cb * nowCb + cr * nowCr;
      squares += cb * cb + cr * cr;
    }
    if (squares > 0) gain = both / squares;
  }
  return gain;
}

/** Mean difference from gray of both parts of the colour, by neighbours together. */
function strength({ cb, cr }: Cells, cells: Int32Array): number {
  let sum = 0;
  for (let from = 0; from < cells.length; from += GROUP) {
    const to = Math.min(cells.length, from + GROUP);
    let blue = 0;
    let red = 0;
    for (let i = from; i < to; i++) {
      blue += (cb[cells[i] as number] as number) - 128;
      red += (cr[cells[i] as number] as number) - 128;
    }
    sum += Math.abs(blue) + Math.abs(red);
  }
  return sum / cells.length;
}

const within = (most: number, value: number) => Math.min(most, Math.max(1 / most, value));

/** The colour part `value` of before, as it would be in this light. */
export const colourIn = ({ colourGain }: Light, value: number, offset: number) =>
  128 + colourGain * (value - 128) + offset;

/** To a quarter of a step; what is beyond 64 steps counts as 64. */
function median(values: Float32Array): number {
  const bins = new Uint16Array(512);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.round(((values[i] as number) + 64) * 4);
    const within = bin < 0 ? 0 : bin > 511 ? 511 : bin;
    bins[within] = (bins[within] as number) + 1;
  }
  let left = values.length / 2;
  let bin = 0;
  while (bin < 511 && left > (bins[bin] as number)) left -= bins[bin++] as number;
  return bin / 4 - 64;
}
