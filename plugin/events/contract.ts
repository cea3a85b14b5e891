/** How the rooms above read the events: what a query is, and what bus and journal offer together. */
import type { DoorstepEvent, EventKind } from '../../protocol/event.ts';

export interface EventQuery {
  kinds?: readonly EventKind[];
  /** Camera id or slug. */
  camera?: string;
  /** Epoch ms, inclusive. */
  from?: number;
  to?: number;
  /** Only events with a smaller `seq`, for paging backwards. */
  before?: number;
  /** Newest first, at most this many; 1 to 1000. */
  limit: number;
}

export interface EventSource {
  /** Changes when the journal starts anew. */
  readonly hubId: string;
  readonly lastSeq: number;
  /** Newest first. */
  query(query: EventQuery): DoorstepEvent[];
  /** In order, `seq` greater than `after`; at most `limit`. `firstKept` tells whether the journal still reaches back so far. */
  since(after: number, limit: number): { events: DoorstepEvent[]; firstKept: number };
  /** Each new event, as published; the returned function ends it. */
  subscribe(listener: (event: DoorstepEvent) => void): () => void;
}
