import type { EventKind } from '../../../protocol/event.ts';

/** The kinds of event behind each choice of the timeline; undefined is all of them. */
export const KIND_FILTERS = {
  everything: undefined,
  bell: ['doorbell'],
  motion: ['motion'],
  parcels: ['package'],
  house: ['camera', 'storage'],
} as const satisfies Record<string, readonly EventKind[] | undefined>;

export type KindFilter = keyof typeof KIND_FILTERS;
export const KIND_FILTER_NAMES = Object.keys(KIND_FILTERS) as KindFilter[];
