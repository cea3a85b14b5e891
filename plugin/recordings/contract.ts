/** How the rooms above read the recordings. */
import type { ClipInfo, StorageInfo } from '../../protocol/api.ts';

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
