import type { Cells } from './cells.ts';

/** Cells along a side of a neighbourhood. */
const BLOCK = 6;
/** Its structure is the same when the steps from cell to cell are as alike as this, -1 to 1, and neither much weaker nor stronger. */
const ALIKE = 0.8;
const WEAKEST = 0.35;
const STRONGEST = 2.5;
/** Mean step, squared, that is more than noise. */
const LEAST_ENERGY = 25;
/** Difference of both parts of the colour that light does not make. */
const MOST_COLOUR = 8;

/**
 * Takes those cells out of `set` around which the structure is what it was: light or shadow alone made them differ, and they shall not
 * tie a package to the shadow of a cloud. `expected` is the luma of before in the light of now.
 */
export function dropSameStructure(
  set: Uint8Array,
  expected: Float32Array,
  { columns, rows, luma }: Cells,
  colourLeft: Float32Array,
): void {
  for (let top = 0; top + BLOCK < rows; top += BLOCK) {
    for (let left = 0; left + BLOCK < columns; left += BLOCK) {
      let both = 0;
      let was = 0;
      let is = 0;
      let marked = 0;
      let colour = 0;
      for (let row = top; row < top + BLOCK; row++) {
        for (let cell = row * columns + left; cell < row * columns + left + BLOCK; cell++) {
          if (!set[cell]) continue;
          marked++;
          colour += colourLeft[cell] as number;
          const a = (expected[cell + 1] as number) - (expected[cell] as number);
          const b = (luma[cell + 1] as number) - (luma[cell] as number);
          const c = (expected[cell + columns] as number) - (expected[cell] as number);
          const d = (luma[cell + columns] as number) - (luma[cell] as number);
          both += a * b + c * d;
          was += a * a + c * c;
          is += b * b + d * d;
        }
      }
      if (marked < 6 || was < LEAST_ENERGY * marked || colour > MOST_COLOUR * marked) continue;
      const slope = both / was;
      if (both < ALIKE * Math.sqrt(was * is) || slope < WEAKEST || slope > STRONGEST) continue;
      for (let row = top; row < top + BLOCK; row++)
        set.fill(0, row * columns + left, row * columns + left + BLOCK);
    }
  }
}
