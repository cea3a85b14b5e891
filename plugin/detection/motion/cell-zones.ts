import type { SightZones } from '../contract.ts';
import { isInside } from '../places.ts';

/** What a cell counts for: nothing at all, as a part of what moves elsewhere, or as motion. */
export const CELL_IGNORED = 0;
export const CELL_OUTSIDE = 1;
export const CELL_COUNTS = 2;

/** The zones in cells, row by row; the middle of a cell decides. */
export function cellZones(
  { motion, ignore }: Pick<SightZones, 'motion' | 'ignore'>,
  { columns, rows }: { columns: number; rows: number },
): Uint8Array {
  return Uint8Array.from({ length: columns * rows }, (_, cell) => {
    const middle = [((cell % columns) + 0.5) / columns, (Math.floor(cell / columns) + 0.5) / rows] as const;
    if (isInside(ignore, middle)) return CELL_IGNORED;
    return motion.length === 0 || isInside(motion, middle) ? CELL_COUNTS : CELL_OUTSIDE;
  });
}
