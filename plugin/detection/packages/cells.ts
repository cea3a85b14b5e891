import type { SmallFrame } from '../../camera/contract.ts';
import type { Shift } from './steady.ts';

/** A picture in cells of two by two pixels, row by row: the mean light, and the colour as the picture has it. */
export interface Cells {
  columns: number;
  rows: number;
  luma: Float32Array;
  cb: Float32Array;
  cr: Float32Array;
}

/** Pixels along a side of a cell: that of a sample of colour. */
export const CELL = 2;

/** An empty picture. */
export function emptyCells(columns: number, rows: number): Cells {
  const count = columns * rows;
  return {
    ...{ columns, rows },
    luma: new Float32Array(count),
    cb: new Float32Array(count),
    cr: new Float32Array(count),
  };
}

/** Reads a picture into cells, as if it had been taken `dx`, `dy` pixels beside (-2 to 2): what a shaking camera needs. */
export function readCells(frame: SmallFrame, into: Cells, { dx, dy }: Shift): void {
  const { width, height, luma } = frame;
  const { columns, rows } = into;
  const { luma: intoLuma, cb: intoCb, cr: intoCr } = into;
  const { cb, cr } = frame;
  const across = Math.trunc(dx / CELL);
  const down = Math.trunc(dy / CELL);
  const lumaColumns = new Int32Array(columns);
  const colourColumns = new Int32Array(columns);
  for (let column = 0; column < columns; column++) {
    lumaColumns[column] = within(column * CELL + dx, width - CELL);
    colourColumns[column] = within(column + across, columns - 1);
  }
  for (let row = 0, cell = 0; row < rows; row++) {
    const top = within(row * CELL + dy, height - CELL) * width;
    const colours = within(row + down, rows - 1) * columns;
    for (let column = 0; column < columns; column++, cell++) {
      const at = top + (lumaColumns[column] as number);
      intoLuma[cell] =
        ((luma[at] as number) +
          (luma[at + 1] as number) +
          (luma[at + width] as number) +
          (luma[at + width + 1] as number)) /
        4;
      const colour = colours + (colourColumns[column] as number);
      intoCb[cell] = cb[colour] as number;
      intoCr[cell] = cr[colour] as number;
    }
  }
}

const within = (value: number, most: number) => (value < 0 ? 0 : value > most ? most : value);
