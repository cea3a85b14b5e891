import type { ZoneKind } from './zone-sketch.ts';

/** The fill for an area of this kind; `ZoneHatches` must be on the page. */
export const hatchOf = (kind: ZoneKind) => `url(#hatch-${kind})`;

/** What the areas of each kind are filled with: slanted, level, dotted, crossed. */
export function ZoneHatches() {
  return (
    <svg class="zone-hatches" width="0" height="0" aria-hidden="true">
      <defs>
        <pattern
          id="hatch-doorstep"
          class="zone-of-doorstep"
          width="22"
          height="22"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0V22" />
        </pattern>
        <pattern
          id="hatch-motion"
          class="zone-of-motion"
          width="22"
          height="22"
          patternUnits="userSpaceOnUse"
        >
          <path d="M0 11H22" />
        </pattern>
        <pattern
          id="hatch-ignore"
          class="zone-of-ignore"
          width="24"
          height="24"
          patternUnits="userSpaceOnUse"
        >
          <circle cx="12" cy="12" r="3.5" />
        </pattern>
        <pattern
          id="hatch-privacy"
          class="zone-of-privacy"
          width="26"
          height="26"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width="26" height="26" />
          <path d="M0 13H26M13 0V26" />
        </pattern>
      </defs>
    </svg>
  );
}

/** What stands for a kind beside its word: its outline with its hatch. */
const OUTLINES: Record<ZoneKind, string> = {
  doorstep: 'M10 10H90V90H10z',
  motion: 'M50 8A42 42 0 0 1 50 92A42 42 0 0 1 50 8z',
  ignore: 'M50 3L97 50L50 97L3 50z',
  privacy: 'M10 8H90V48C90 74 72 88 50 95C28 88 10 74 10 48z',
};

export function ZoneSwatch({ kind }: { kind: ZoneKind }) {
  return (
    <svg class={`zone-swatch zone-of-${kind}`} viewBox="0 0 100 100" aria-hidden="true">
      <path d={OUTLINES[kind]} fill={hatchOf(kind)} />
    </svg>
  );
}
