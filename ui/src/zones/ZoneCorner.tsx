import type { TargetedKeyboardEvent, TargetedMouseEvent, TargetedPointerEvent } from 'preact';
import { useRef } from 'preact/hooks';
import type { Draw } from './ZoneLayer.tsx';
import { type Corner, moveCorner, type Place, removeCorner, splitEdge, stepOf } from './zone-shapes.ts';
import type { ZoneKind } from './zone-sketch.ts';

export interface ZoneCornerProps {
  kind: ZoneKind;
  label: string;
  at: Corner;
  place: Place;
  chosen: boolean;
  /** Where in the picture a pointer is. */
  where(pointer: { clientX: number; clientY: number }): Corner | undefined;
  onDraw: Draw;
}

/** A corner to drag, or to move with the arrow keys; Backspace takes it away, Enter sets another after it. */
export function ZoneCorner({ kind, label, at, place, chosen, where, onDraw }: ZoneCornerProps) {
  const drags = useRef(0);
  const name = `${place.area}-${place.corner}`;

  const hold = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    drags.current += 1;
    event.currentTarget.setPointerCapture(event.pointerId);
    // Safari does not focus a button by touch.
    event.currentTarget.focus({ preventScroll: true });
  };
  const drag = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    const to = event.currentTarget.hasPointerCapture(event.pointerId) ? where(event) : undefined;
    if (to) onDraw((drawn) => moveCorner(drawn, place, to), { gesture: `drag ${drags.current} of ${name}` });
  };
  const press = (event: TargetedKeyboardEvent<HTMLButtonElement>) => {
    const step = stepOf(event.key, event.shiftKey);
    if (step) {
      const to: Corner = [at[0] + step[0], at[1] + step[1]];
      onDraw((drawn) => moveCorner(drawn, place, to), { gesture: `keys at ${name}` });
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      onDraw((drawn) => removeCorner(drawn, place), { byKeys: true });
    } else return;
    event.preventDefault();
  };
  const click = ({ detail }: TargetedMouseEvent<HTMLButtonElement>) => {
    // A pointer has chosen it already.
    if (detail === 0) onDraw((drawn) => splitEdge(drawn, place), { byKeys: true });
  };

  return (
    <button
      type="button"
      class={`zone-corner zone-corner-${kind}`}
      aria-label={label}
      data-chosen={chosen || undefined}
      style={{ left: `${at[0] * 100}%`, top: `${at[1] * 100}%` }}
      onFocus={() => onDraw(({ areas }) => ({ areas, at: place }))}
      onPointerDown={hold}
      onPointerMove={drag}
      onKeyDown={press}
      onClick={click}
    />
  );
}
