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
 * Measures every cell against the background, with the picture moved by a few pixels first (`shift`, of the half picture): light changes
 * the size of steps between pixels but not their pattern, a thing changes the pattern.
 */
export function measureCells(
  picture: HalfPicture,
  background: Float32Array,
  shift: { x: number; y: number },
  into: CellMeasures,
): void {
  const { columns, rows, mean, expected, energy, expectedEnergy, strange } = into;
  const { width, height, luma } = picture;
  // What lies beyond the last whole cell is not kept up to date.
  const [rightmost, lowest] = [columns * CELL, rows * CELL];
  for (let row = 0, cell = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, cell++) {
      let [sum, sumBack, own, back, both] = [0, 0, 0, 0, 0];
      for (let y = row * CELL; y < (row + 1) * CELL; y++) {
        const yBelow = y + 1 < lowest ? width : 0;
        const moved = within(y + shift.y, height) * width;
        const movedBelow = within(Math.min(y + 1, lowest - 1) + shift.y, height) * width - moved;
        for (let x = column * CELL; x < (column + 1) * CELL; x++) {
          const at = y * width + x;
          const right = x + 1 < rightmost ? 1 : 0;
          const movedX = within(x + shift.x, width);
          const from = moved + movedX;
          const movedRight = within(Math.min(x + 1, rightmost - 1) + shift.x, width) - movedX;
          const here = luma[from] as number;
          const there = background[at] as number;
          const dx = (luma[from + movedRight] as number) - here;
          const dy = (luma[from + movedBelow] as number) - here;
          const bx = (background[at + right] as number) - there;
          const by = (background[at + yBelow] as number) - there;
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
      const alike = Math.max(0, both) ** 2;
      const isNew = own - alike / (back + 1);
      const isGone = back - alike / (own + 1);
      strange[cell] = Math.max(0, isNew, isGone) / CELL_PIXELS;
    }
  }
}

const within = (place: number, size: number) => (place < 0 ? 0 : place >= size ? size - 1 : place);
