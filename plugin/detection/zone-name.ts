import type { Box } from '../../protocol/detection.ts';
import type { SightZones, ZoneName } from './contract.ts';
import { footOf, isInside } from './places.ts';

/** Without a drawn doorstep, it is the picture from here down. */
const DOORSTEP_FROM = 0.4;

/** Whether a point is at the doorstep, drawn or not. */
export const isAtDoorstep = (
  doorstep: SightZones['doorstep'],
  point: readonly [x: number, y: number],
): boolean => (doorstep.length === 0 ? point[1] >= DOORSTEP_FROM : isInside(doorstep, point));

/** Where somebody or something is, by their feet: at the doorstep, in an area drawn for motion, or nowhere in particular. */
export function zoneOf(box: Box, { doorstep, motion }: SightZones): ZoneName | undefined {
  const [x, y] = footOf(box);
  // What stands on the lower edge of the picture stands inside of an area that ends there.
  const foot = [Math.min(0.999, x), Math.min(0.999, y)] as const;
  if (isAtDoorstep(doorstep, foot)) return 'doorstep';
  return motion.length > 0 ? 'motion' : undefined;
}
