import type { SightZones } from '../contract.ts';
import { isInside } from '../places.ts';
import { isAtDoorstep } from '../zone-name.ts';

/** Which cells belong to the doorstep: 1 where packages count. */
export function doorstepCells(
  columns: number,
  rows: number,
  { doorstep, ignore }: Pick<SightZones, 'doorstep' | 'ignore'>,
): Uint8Array {
  return Uint8Array.from({ length: columns * rows }, (_, cell) => {
    const middle = [((cell % columns) + 0.5) / columns, (Math.floor(cell / columns) + 0.5) / rows] as const;
    return isAtDoorstep(doorstep, middle) && !isInside(ignore, middle) ? 1 : 0;
  });
}
