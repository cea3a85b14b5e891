import { type BrightnessFit, fitBrightness } from '../brightness-fit.ts';
import type { Cells } from './cells.ts';

/** How the light of a picture differs from that of another: of luma, and whether its colour can be compared at all. */
export interface Light extends BrightnessFit {
  /** Mean difference that the fit leaves, in steps of luma, and without what fits least. */
  residual: number;
  /** False where one of both has no colour, as after a switch to infrared. */
  colour: boolean;
  cbOffset: number;
  crOffset: number;
}

export const SAME_LIGHT: Light = { gain: 1, offset: 0, residual: 0, colour: true, cbOffset: 0, crOffset: 0 };

/** Each so many-th cell, both ways, is looked at. */
const STEP = 3;
/** Luma beyond these is cut off by the sensor, and says nothing of the light. */
const DARKEST = 6;
const BRIGHTEST = 248;
/** Mean difference from gray below which a picture has no colour. */
const GRAY = 1.2;
/** A picture with less than this part of the other's colour cannot be compared with it. */
const PALE = 0.35;

/**
 * Light of `now` against `before`: `now = gain * before + offset`. `left` names the cells to leave out. Both pictures have the same size.
 * Undefined with too few cells to tell.
 */
export function compareLight(before: Cells, now: Cells, left?: (cell: number) => boolean): Light | undefined {
  const a: number[] = [];
  const b: number[] = [];
  const cb: number[] = [];
  const cr: number[] = [];
  let colourA = 0;
  let colourB = 0;
  for (let row = 1; row < now.rows; row += STEP) {
    for (let column = 1; column < now.columns; column += STEP) {
      const cell = row * now.columns + column;
      if (left?.(cell)) continue;
      const was = before.luma[cell] as number;
      const is = now.luma[cell] as number;
      if (was < DARKEST || is < DARKEST || was > BRIGHTEST || is > BRIGHTEST) continue;
      a.push(was);
      b.push(is);
      cb.push((now.cb[cell] as number) - (before.cb[cell] as number));
      cr.push((now.cr[cell] as number) - (before.cr[cell] as number));
      colourA += grayness(before, cell);
      colourB += grayness(now, cell);
    }
  }
  if (a.length < 40) return undefined;
  const fit = fitBrightness(Float32Array.from(a), Float32Array.from(b));
  const errors = a.map((was, i) => Math.abs((b[i] as number) - fit.gain * was - fit.offset));
  errors.sort((x, y) => x - y);
  const n = a.length;
  const [less, more] = colourA < colourB ? [colourA / n, colourB / n] : [colourB / n, colourA / n];
  return {
    ...fit,
    residual: errors[Math.floor(errors.length / 2)] as number,
    colour: more < GRAY || less > PALE * more,
    cbOffset: median(cb),
    crOffset: median(cr),
  };
}

const grayness = (cells: Cells, cell: number) =>
  Math.abs((cells.cb[cell] as number) - 128) + Math.abs((cells.cr[cell] as number) - 128);

function median(values: number[]): number {
  values.sort((x, y) => x - y);
  return values[Math.floor(values.length / 2)] ?? 0;
}
