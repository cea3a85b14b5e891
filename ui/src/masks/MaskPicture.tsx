import type { TargetedMouseEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { words } from '../words/en.ts';
import { MaskCorner } from './MaskCorner.tsx';
import { addCorner, type Corner, cornerAt, type Drawn, type Place } from './mask-shapes.ts';

const say = words.masks;
const MIDDLE: Corner = [0.5, 0.5];

export interface MaskPictureProps {
  /** Address of a still picture; undefined until there is one. */
  src: string | undefined;
  /** As in CSS. */
  aspectRatio: string;
  drawn: Drawn;
  onDraw(change: (drawn: Drawn) => Drawn): void;
}

/** A still picture with the areas on it. A tap sets a corner. */
export function MaskPicture({ src, aspectRatio, drawn, onDraw }: MaskPictureProps) {
  const box = useRef<HTMLDivElement>(null);
  const { masks, at } = drawn;

  const where = (pointer: { clientX: number; clientY: number }) =>
    box.current ? cornerAt(pointer, box.current.getBoundingClientRect()) : undefined;
  const tap = (event: TargetedMouseEvent<HTMLElement>) => {
    // The keyboard points nowhere.
    const corner = event.detail === 0 ? MIDDLE : where(event);
    if (corner) onDraw((before) => addCorner(before, corner));
  };
  const isChosen = ({ area, corner }: Place) => at?.area === area && at.corner === corner;

  return (
    <div ref={box} class="picture mask-picture" style={{ aspectRatio }}>
      <button type="button" class="mask-ground" aria-label={say.ground} onClick={tap}>
        {src ? (
          <img class="picture-still" src={src} alt="" draggable={false} />
        ) : (
          <span class="skeleton picture-still" />
        )}
        <svg class="mask-areas" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {masks.map((area, index) => (
            <polygon key={index} data-chosen={at?.area === index || undefined} points={area.join(' ')} />
          ))}
        </svg>
      </button>
      {masks.flatMap((area, index) =>
        area.map((at, corner) => (
          <MaskCorner
            key={`${index}-${corner}`}
            label={say.corner(index + 1, corner + 1, area.length)}
            at={at}
            place={{ area: index, corner }}
            alone={area.length === 1}
            chosen={isChosen({ area: index, corner })}
            where={where}
            onDraw={onDraw}
          />
        )),
      )}
    </div>
  );
}
