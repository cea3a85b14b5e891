import type { Area } from '../../../protocol/detection.ts';
import { hatchOf } from './ZoneHatches.tsx';
import type { DrawnArea } from './zone-shapes.ts';
import { type Sketch, ZONE_KINDS } from './zone-sketch.ts';

/** Units of the drawing across the picture. */
const ACROSS = 1000;

export interface ZoneAreasProps {
  sketch: Sketch;
  configured: readonly Area[];
  /** Height of the picture, in parts of its width. */
  height: number;
}

/** The areas of all kinds, each with its own hatch; those of the kind that is not drawn now are faint. */
export function ZoneAreas({ sketch: { areas, kind, at }, configured, height }: ZoneAreasProps) {
  const points = (area: DrawnArea) => area.map(([x, y]) => `${x * ACROSS},${y * ACROSS * height}`).join(' ');
  return (
    <svg
      class="zone-areas"
      viewBox={`0 0 ${ACROSS} ${ACROSS * height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {configured.map((area, index) => (
        <polygon key={`fixed-${index}`} class="zone-fixed" points={points(area)} fill={hatchOf('privacy')} />
      ))}
      {ZONE_KINDS.toSorted((a, b) => Number(a === kind) - Number(b === kind)).map((each) => (
        <g key={each} class={`zone-of-${each}`} data-faint={each !== kind || undefined}>
          {areas[each].map((area, index) => (
            <g key={index} data-chosen={(each === kind && at?.area === index) || undefined}>
              <polygon class="zone-halo" points={points(area)} />
              <polygon class="zone-line" points={points(area)} fill={hatchOf(each)} />
            </g>
          ))}
        </g>
      ))}
    </svg>
  );
}
