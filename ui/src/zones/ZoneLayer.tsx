import type { TargetedMouseEvent } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Area } from '../../../protocol/detection.ts';
import { words } from '../words/en.ts';
import { ZoneAreas } from './ZoneAreas.tsx';
import { ZoneCorner } from './ZoneCorner.tsx';
import { type Corner, cornerAt, type Drawn, type Place, tap } from './zone-shapes.ts';
import type { Sketch } from './zone-sketch.ts';

const say = words.zones;
const MIDDLE: Corner = [0.5, 0.5];
/** So near to an edge a finger is on it, in pixels. */
const REACH = 14;

export interface DrawHow {
  /** Steps of one gesture that follow each other are undone as one. */
  gesture?: string;
  /** The focus follows to the corner that is chosen then. */
  byKeys?: boolean;
}

export type Draw = (change: (drawn: Drawn) => Drawn, how?: DrawHow) => void;

export interface ZoneLayerProps {
  sketch: Sketch;
  /** Privacy masks of the settings. */
  configured: readonly Area[];
  /** Height of the picture, in parts of its width. */
  height: number;
  onDraw: Draw;
}

/** Lies over a picture: its areas, and the corners of the kind that is drawn. A tap sets a corner. */
export function ZoneLayer({ sketch, configured, height, onDraw }: ZoneLayerProps) {
  const box = useRef<HTMLDivElement>(null);
  const byKeys = useRef(false);
  const { kind, at } = sketch;
  const areas = sketch.areas[kind];

  const where = (pointer: { clientX: number; clientY: number }) =>
    box.current ? cornerAt(pointer, box.current.getBoundingClientRect()) : undefined;
  const tapped = (event: TargetedMouseEvent<HTMLElement>) => {
    const { width = 1, height: tall = 1 } = box.current?.getBoundingClientRect() ?? {};
    // The keyboard points nowhere.
    const corner = event.detail === 0 ? MIDDLE : where(event);
    if (corner) onDraw((drawn) => tap(drawn, corner, [REACH / width, REACH / tall]));
  };
  const draw: Draw = (change, how) => {
    byKeys.current = how?.byKeys ?? false;
    onDraw(change, how);
  };
  const isChosen = ({ area, corner }: Place) => at?.area === area && at.corner === corner;

  // So that the keyboard is not lost with a corner that goes.
  useLayoutEffect(() => {
    if (!byKeys.current) return;
    byKeys.current = false;
    const find = (what: string) => box.current?.querySelector<HTMLElement>(what);
    (find('.zone-corner[data-chosen]') ?? find('.zone-ground'))?.focus({ preventScroll: true });
  });

  return (
    <div ref={box} class="zone-layer">
      <button type="button" class="zone-ground" aria-label={say.ground} onClick={tapped}>
        <ZoneAreas sketch={sketch} configured={configured} height={height} />
      </button>
      {areas.flatMap((area, index) =>
        area.map((point, corner) => (
          <ZoneCorner
            key={`${kind}-${index}-${corner}`}
            kind={kind}
            label={say.corner(say.kinds[kind].name, index + 1, corner + 1, area.length)}
            at={point}
            place={{ area: index, corner }}
            chosen={isChosen({ area: index, corner })}
            where={where}
            onDraw={draw}
          />
        )),
      )}
    </div>
  );
}
