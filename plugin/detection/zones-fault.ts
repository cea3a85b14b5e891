import type { Zones } from '../../protocol/detection.ts';

/** Narrower than this nothing is drawn on purpose: two double clicks, or three corners in a row. In parts of the picture. */
const NARROWEST = 0.005;
const KINDS = ['doorstep', 'motion', 'ignore', 'privacy'] as const satisfies (keyof Zones)[];

/** Why areas that fit the schema still cannot be, as a clause: an area without width or height would hide and mean nothing. */
export function faultOfZones(zones: Zones): string | undefined {
  for (const kind of KINDS)
    for (const [index, area] of zones[kind].entries()) {
      const [width, height] = [extent(area.map(([x]) => x)), extent(area.map(([, y]) => y))];
      if (width < NARROWEST || height < NARROWEST)
        return `area ${index + 1} of "${kind}" is narrower than ${NARROWEST} of the picture`;
    }
  return undefined;
}

const extent = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
