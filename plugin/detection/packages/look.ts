import type { Box } from '../../../protocol/detection.ts';
import type { Cells } from './cells.ts';
import type { Look } from './known-packages.ts';
import { colourIn, type Light, SAME_LIGHT } from './light.ts';

/** Cuts a place out of a picture, in the light that the picture was kept in or, with `light`, in that of now. */
export function cutLook(cells: Cells, place: Box, light: Light = SAME_LIGHT): Look {
  const left = Math.max(0, Math.floor(place.left * cells.columns));
  const top = Math.max(0, Math.floor(place.top * cells.rows));
  const columns = Math.max(1, Math.min(cells.columns, Math.ceil(place.right * cells.columns)) - left);
  const rows = Math.max(1, Math.min(cells.rows, Math.ceil(place.bottom * cells.rows)) - top);
  const luma = new Uint8Array(columns * rows);
  const cb = new Uint8Array(columns * rows);
  const cr = new Uint8Array(columns * rows);
  for (let i = 0; i < luma.length; i++) {
    const cell = (top + Math.floor(i / columns)) * cells.columns + left + (i % columns);
    luma[i] = byte(light.gain * (cells.luma[cell] as number) + light.offset);
    cb[i] = byte(colourIn(light, cells.cb[cell] as number, light.cbOffset));
    cr[i] = byte(colourIn(light, cells.cr[cell] as number, light.crOffset));
  }
  return { columns, rows, luma, cb, cr };
}

const byte = (value: number) => Math.max(0, Math.min(255, Math.round(value)));

/**
 * How alike two looks at a place are, -1 to 1: correlation of their light and of its fine structure. Undefined where they are of
 * different size, or one has nothing to compare.
 */
export function alike(a: Look, b: Look): number | undefined {
  if (a.columns !== b.columns || a.rows !== b.rows) return undefined;
  const light = correlation([...a.luma], [...b.luma]);
  const structure = correlation(steps(a), steps(b));
  if (light === undefined || structure === undefined) return light ?? structure;
  return (light + structure) / 2;
}

function steps({ columns, luma }: Look): number[] {
  const out: number[] = [];
  for (let i = 0; i < luma.length - columns; i++) {
    if ((i + 1) % columns === 0) continue;
    out.push(
      (luma[i + 1] as number) - (luma[i] as number),
      (luma[i + columns] as number) - (luma[i] as number),
    );
  }
  return out;
}

/** Least spread, in steps of luma, that is more than noise. */
const NOISE = 1.5;

function correlation(a: readonly number[], b: readonly number[]): number | undefined {
  const n = a.length;
  if (n === 0) return undefined;
  let sumA = 0;
  let sumB = 0;
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    sumA += x;
    sumB += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  const varA = aa / n - (sumA / n) ** 2;
  const varB = bb / n - (sumB / n) ** 2;
  if (varA < NOISE ** 2 || varB < NOISE ** 2) return undefined;
  return (ab / n - (sumA / n) * (sumB / n)) / Math.sqrt(varA * varB);
}
