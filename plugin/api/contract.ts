/** What the API needs from the hub; `platform.ts` hands it in. */
import type { ClipInfo, HealthInfo, StorageInfo, TriggerKind } from '../../protocol/api.ts';
import type { DoorstepEvent, EventKind } from '../../protocol/event.ts';
import type { Camera } from '../camera/contract.ts';

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

export interface ClipQuery {
  camera?: string;
  from?: number;
  to?: number;
  /** Newest first, at most this many; 1 to 1000. */
  limit: number;
}

export interface ClipSource {
  list(query: ClipQuery): ClipInfo[];
  get(id: string): ClipInfo | undefined;
  /** Absolute path of the finished file, for reading in ranges; undefined while it is being written or after it is gone. */
  clipPath(id: string): string | undefined;
  snapshotPath(id: string): string | undefined;
  storage(): Promise<StorageInfo>;
}

export interface HubServices {
  readonly version: string;
  cameras(): readonly Camera[];
  readonly events: EventSource;
  readonly clips: ClipSource;
  health(): HealthInfo;
  /**
   * Makes a camera ring, or reports motion, as if the camera had said so. Returns the id of the event that it made or extended.
   */
  trigger(cameraId: string, kind: TriggerKind, options: { test: boolean }): string;
}
