import type { Box } from '../../../protocol/detection.ts';

/** Cells that belong together. The box is in cells, `right` and `bottom` beyond the last one. */
export interface Blob {
  cells: number[];
  box: Box;
}

/** Cells so near to each other belong together, gaps between them included. */
const REACH = 2;

/** Groups of set cells in a grid of `columns` to a row. Smaller ones than `least` cells are left out. */
export function findBlobs(set: Uint8Array, columns: number, least: number): Blob[] {
  const rows = set.length / columns;
  const open = set.slice();
  const blobs: Blob[] = [];
  for (let seed = open.indexOf(1); seed >= 0; seed = open.indexOf(1, seed + 1)) {
    const cells = [seed];
    open[seed] = 0;
    for (let next = 0; next < cells.length; next++) {
      const cell = cells[next] as number;
      const column = cell % columns;
      const row = (cell - column) / columns;
      const left = column < REACH ? 0 : column - REACH;
      const right = column + REACH < columns ? column + REACH : columns - 1;
      const bottom = row + REACH < rows ? row + REACH : rows - 1;
      for (let y = row < REACH ? 0 : row - REACH; y <= bottom; y++) {
        for (let near = y * columns + left; near <= y * columns + right; near++) {
          if (!open[near]) continue;
          open[near] = 0;
          cells.push(near);
        }
      }
    }
    if (cells.length >= least) blobs.push({ cells, box: boxOf(cells, columns) });
  }
  return blobs;
}

/** The box around these cells. */
export function boxOf(cells: readonly number[], columns: number): Box {
  const box = { left: Infinity, top: Infinity, right: 0, bottom: 0 };
  for (const cell of cells) {
    const column = cell % columns;
    const row = (cell - column) / columns;
    if (column < box.left) box.left = column;
    if (column >= box.right) box.right = column + 1;
    if (row < box.top) box.top = row;
    if (row >= box.bottom) box.bottom = row + 1;
  }
  return box;
}
