import type { Polygon } from '../../camera/masks.ts';

/** Without a drawn zone, packages are put in this lower part of the picture. */
const LOWER_PART = 0.4;

/** Which cells belong to the doorstep: 1 where packages count. */
export function doorstepCells(
  columns: number,
  rows: number,
  zones: { doorstep: readonly Polygon[]; ignore: readonly Polygon[] },
): Uint8Array {
  const cells = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const y = (row + 0.5) / rows;
    for (let column = 0; column < columns; column++) {
      const x = (column + 0.5) / columns;
      const there =
        zones.doorstep.length === 0 ? y >= LOWER_PART : zones.doorstep.some((area) => holds(area, x, y));
      if (there && !zones.ignore.some((area) => holds(area, x, y))) cells[row * columns + column] = 1;
    }
  }
  return cells;
}

/** Whether the point lies in the area: what winds around it counts, whichever way the corners go. */
export function holds(area: Polygon, x: number, y: number): boolean {
  let winding = 0;
  for (const [i, [x0, y0]] of area.entries()) {
    const [x1, y1] = area[(i + 1) % area.length] as readonly [number, number];
    const side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0);
    if (y0 <= y && y1 > y && side > 0) winding++;
    if (y0 > y && y1 <= y && side < 0) winding--;
  }
  return winding !== 0;
}
