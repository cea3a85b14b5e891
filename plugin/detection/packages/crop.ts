import type { Box } from '../../../protocol/detection.ts';
import type { Crop } from '../contract.ts';
import { widened } from '../places.ts';
import type { Cells } from './cells.ts';
import { CELL } from './cells.ts';
import type { Look } from './known-packages.ts';

/** Part of its size that is shown around a package. */
const MARGIN = 0.6;

/** A part of a picture in colour: `luma` in pixels, `columns * CELL` to a row; the colour of the cells. */
export function cropOf(
  luma: Uint8Array,
  cells: Pick<Cells, 'columns' | 'rows' | 'cb' | 'cr'>,
  place: Box,
): Crop {
  const { columns, rows } = cells;
  const box = widened(place, MARGIN);
  const left = Math.floor(box.left * columns) * CELL;
  const top = Math.floor(box.top * rows) * CELL;
  const width = Math.max(CELL, Math.ceil(box.right * columns) * CELL - left);
  const height = Math.max(CELL, Math.ceil(box.bottom * rows) * CELL - top);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const light = luma[(top + y) * columns * CELL + left + x] as number;
      const cell = Math.floor((top + y) / CELL) * columns + Math.floor((left + x) / CELL);
      const cb = (cells.cb[cell] as number) - 128;
      const cr = (cells.cr[cell] as number) - 128;
      setColour(rgb, to, light, cb, cr);
    }
  }
  return { width, height, rgb };
}

/** A look as a picture, in its cells. */
export function cropOfLook({ columns, rows, luma, cb, cr }: Look): Crop {
  const rgb = new Uint8Array(columns * rows * 3);
  for (let cell = 0; cell < luma.length; cell++)
    setColour(rgb, 3 * cell, luma[cell] as number, (cb[cell] as number) - 128, (cr[cell] as number) - 128);
  return { width: columns, height: rows, rgb };
}

function setColour(rgb: Uint8Array, to: number, light: number, cb: number, cr: number): void {
  rgb[to] = byte(light + 1.402 * cr);
  rgb[to + 1] = byte(light - 0.344 * cb - 0.714 * cr);
  rgb[to + 2] = byte(light + 1.772 * cb);
}

const byte = (value: number) => Math.max(0, Math.min(255, Math.round(value)));
