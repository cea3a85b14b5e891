import type { TargetedEvent, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { type Corner, type Drawn, moveCorner, type Place, removeCorner, stepOf } from './mask-shapes.ts';

export interface MaskCornerProps {
  label: string;
  at: Corner;
  place: Place;
  chosen: boolean;
  /** Whether it is the only corner of its area. */
  alone: boolean;
  /** Where in the picture a pointer is. */
  where(pointer: { clientX: number; clientY: number }): Corner | undefined;
  onDraw(change: (drawn: Drawn) => Drawn): void;
}

/** A corner to drag, or to move with the arrow keys; Delete takes it away. */
export function MaskCorner({ label, at, place, chosen, alone, where, onDraw }: MaskCornerProps) {
  const choose = () => onDraw(({ masks }) => ({ masks, at: place }));

  const hold = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    // Safari does not focus a button by touch.
    event.currentTarget.focus();
  };
  const drag = (event: TargetedPointerEvent<HTMLButtonElement>) => {
    const to = event.currentTarget.hasPointerCapture(event.pointerId) ? where(event) : undefined;
    if (to) onDraw((drawn) => moveCorner(drawn, place, to));
  };
  const press = (event: TargetedKeyboardEvent<HTMLButtonElement>) => {
    const step = stepOf(event.key, event.shiftKey);
    if (step) onDraw((drawn) => moveCorner(drawn, place, [at[0] + step[0], at[1] + step[1]]));
    else if (event.key === 'Delete' || event.key === 'Backspace') {
      if (alone || place.corner > 0) focusBefore(event);
      onDraw((drawn) => removeCorner(drawn, place));
    } else return;
    event.preventDefault();
  };

  return (
    <button
      type="button"
      class="mask-corner"
      aria-label={label}
      data-chosen={chosen || undefined}
      style={{ left: `${at[0] * 100}%`, top: `${at[1] * 100}%` }}
      onFocus={choose}
      onPointerDown={hold}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}

/** So that the keyboard is not lost with the corner. Before the first one lies the picture itself. */
function focusBefore({ currentTarget }: TargetedEvent<HTMLButtonElement>): void {
  const before = currentTarget.previousElementSibling;
  if (before instanceof HTMLElement) before.focus();
}
