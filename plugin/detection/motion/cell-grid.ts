/** The picture in cells: their brightness, and what structure of the background they still show. */

/** Pixels of the half picture along a side of a cell, 8 of the picture itself. The mean of them has little of their noise. */
export const CELL = 4;
const CELL_PIXELS = CELL * CELL;

/** A picture of half the width and height. */
export interface HalfPicture {
  width: number;
  height: number;
  luma: Float32Array;
}

/** Each pixel the mean of four; odd edges are left out. Writes into `into` when that has the right size. */
export function halved(
  { luma, width, height }: { luma: Uint8Array; width: number; height: number },
  into?: HalfPicture,
): HalfPicture {
  const [columns, rows] = [width >> 1, height >> 1];
  const half =
    into && into.width === columns && into.height === rows
      ? into
      : { width: columns, height: rows, luma: new Float32Array(columns * rows) };
  for (let y = 0, to = 0; y < rows; y++) {
    for (let x = 0, at = 2 * y * width; x < columns; x++, at += 2) {
      half.luma[to++] =
        ((luma[at] as number) +
          (luma[at + 1] as number) +
          (luma[at + width] as number) +
          (luma[at + width + 1] as number)) /
        4;
    }
  }
  return half;
}

/** What was measured of each cell. Energies are mean squares of the steps from pixel to pixel. */
export interface CellMeasures {
  columns: number;
  rows: number;
  mean: Float32Array;
  /** Mean of the background. */
  expected: Float32Array;
  /** Energy of the picture and of the background. */
  energy: Float32Array;
  expectedEnergy: Float32Array;
  /** Energy that the other one does not explain, whatever the light: edges that are new, or gone. */
  strange: Float32Array;
}

export function emptyMeasures(columns: number, rows: number): CellMeasures {
  const one = () => new Float32Array(columns * rows);
  return {
    ...{ columns, rows },
    ...{ mean: one(), expected: one(), energy: one(), expectedEnergy: one(), strange: one() },
  };
}

/**
 * Measures every cell against the background: light changes the size of the steps between pixels but not their pattern, a thing changes
 * the pattern.
 */
export function measureCells(
  { width, luma }: HalfPicture,
  background: Float32Array,
  into: CellMeasures,
): void {
  const { columns, rows, mean, expected, energy, expectedEnergy, strange } = into;
  // What lies beyond the last whole cell is not kept up to date.
  const [rightmost, lowest] = [columns * CELL - 1, rows * CELL - 1];
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let sum = 0;
      let sumBack = 0;
      let own = 0;
      let back = 0;
      let both = 0;
      for (let y = row * CELL; y < (row + 1) * CELL; y++) {
        const below = y < lowest ? width : 0;
        const start = y * width + column * CELL;
        const last = y * width + rightmost;
        for (let at = start; at < start + CELL; at++) {
          const right = at < last ? 1 : 0;
          const here = luma[at] as number;
          const there = background[at] as number;
          const dx = (luma[at + right] as number) - here;
          const dy = (luma[at + below] as number) - here;
          const bx = (background[at + right] as number) - there;
          const by = (background[at + below] as number) - there;
          sum += here;
          sumBack += there;
          own += dx * dx + dy * dy;
          back += bx * bx + by * by;
          both += dx * bx + dy * by;
        }
      }
      mean[cell] = sum / CELL_PIXELS;
      expected[cell] = sumBack / CELL_PIXELS;
      energy[cell] = own / CELL_PIXELS;
      expectedEnergy[cell] = back / CELL_PIXELS;
      const alike = both > 0 ? both * both : 0;
      strange[cell] = Math.max(0, own - alike / (back + 1), back - alike / (own + 1)) / CELL_PIXELS;
    }
  }
}

/** The picture moved by whole pixels: what was at `x + shift` is at `x`; edges are drawn out. */
export function shifted({ width, height, luma }: HalfPicture, shift: { x: number; y: number }): HalfPicture {
  const moved = { width, height, luma: new Float32Array(luma.length) };
  for (let y = 0, to = 0; y < height; y++) {
    const from = within(y + shift.y, height) * width;
    for (let x = 0; x < width; x++) moved.luma[to++] = luma[from + within(x + shift.x, width)] as number;
  }
  return moved;
}

const within = (place: number, size: number) => (place < 0 ? 0 : place >= size ? size - 1 : place);
