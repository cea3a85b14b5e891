import type { Zones } from '../../protocol/detection.ts';
import type { SightZones } from './contract.ts';

/** Where to look, by what the household drew. What is hidden is black: that it has become so is neither motion nor a package. */
export function sightZones({ doorstep, motion, ignore, privacy }: Zones): SightZones {
  return { doorstep, motion, ignore: [...ignore, ...privacy] };
}
