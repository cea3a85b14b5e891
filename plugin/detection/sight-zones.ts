import type { Zones } from '../../protocol/detection.ts';
import type { SightZones } from './contract.ts';

/** Where to look, by what the household drew. */
export function sightZones({ doorstep, motion, ignore, privacy }: Zones): SightZones {
  return { doorstep, motion, ignore, hidden: privacy };
}
