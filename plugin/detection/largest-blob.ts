/**
 * Size of the largest group of set cells that touch each other, corners included, in a grid of `columns` to a row. Clears
 * `cells` on the way; `stack` is scratch space of the same length.
 */
export function largestBlob(cells: Uint8Array, columns: number, stack: Int32Array): number {
  const rows = cells.length / columns;
  let largest = 0;
  for (let seed = 0; seed < cells.length; seed++) {
    if (!cells[seed]) continue;
    let size = 0;
    let depth = 0;
    stack[depth++] = seed;
    cells[seed] = 0;
    while (depth > 0) {
      const cell = stack[--depth] as number;
      size++;
      const column = cell % columns;
      const row = (cell - column) / columns;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const next = y * columns + x;
          if (!cells[next]) continue;
          cells[next] = 0;
          stack[depth++] = next;
        }
      }
    }
    largest = Math.max(largest, size);
  }
  return largest;
}
