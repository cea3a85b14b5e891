import type { EventKind } from '../../../protocol/event.ts';
import type { Moment } from '../moments.ts';

interface Choice {
  /** Undefined is all of them. */
  kinds?: readonly EventKind[];
  label?: Moment['label'];
}

/** What each choice of the timeline lets through. */
export const KIND_FILTERS = {
  everything: {},
  bell: { kinds: ['doorbell'] },
  people: { kinds: ['motion'], label: 'person' },
  motion: { kinds: ['motion'] },
  parcels: { kinds: ['package'] },
  house: { kinds: ['camera', 'storage'] },
} as const satisfies Record<string, Choice>;

export type KindFilter = keyof typeof KIND_FILTERS;
export const KIND_FILTER_NAMES = Object.keys(KIND_FILTERS) as KindFilter[];
