/** What the rooms of `recordings/` share: a recording from its first picture to its removal. */
import type { ClipInfo } from '../../protocol/api.ts';
import type { CameraRef, DoorstepEvent, GapReason } from '../../protocol/event.ts';

/** A clip of an event, or a stretch of continuous recording. */
export type RecordingKind = ClipInfo['kind'] | 'continuous';

/**
 * `open`: being written into the spool. `closed`: complete in the spool. `forwarding`: the target may hold a part of it. `stored`: complete
 * at the target. `deleting`: its files are being removed, here and there. What is gone has no row.
 */
export const RECORDING_STATES = ['open', 'closed', 'forwarding', 'stored', 'deleting'] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];

/** Size and SHA-256 (hex) of a file or a part of one. */
export interface Sealed {
  bytes: number;
  sha256: string;
}

/** A row of the index. Times are epoch ms. */
export interface Recording {
  /** ULID: of the event that opened it, else its own. */
  id: string;
  camera: CameraRef;
  kind: RecordingKind;
  eventIds: readonly string[];
  /** First picture. */
  startedAt: number;
  /** End of the last picture; while it is open, of the last segment. */
  endedAt: number;
  /** Of the whole file; 0 while it is open. */
  bytes: number;
  /** Of the whole file, once it is stored. */
  sha256?: string;
  state: RecordingState;
  /** Where its files lie below the target's root, without ending: `front-door/2026/11/22/072341-ring-<id>`. */
  base: string;
  /** Whether its pieces are in the spool. */
  spooled: boolean;
  /** What comes before and after its segments in the file, once it is closed. */
  wrap?: { head: Sealed; tail: Sealed };
  /** Why retention passes it over. */
  keep?: 'pinned' | 'held';
  snapshotId?: string;
}

/** `rolling`: a memory file system, where there is one; `disk`: survives a power cut. */
export type SpoolTier = 'rolling' | 'disk';

/**
 * About 10 s of a recording: whole fragments, one after the other. The file of a recording is its head (`ftyp`, `moov`, `sidx`), its segments in order,
 * and its tail (`mfra`), byte for byte.
 */
export interface Segment extends Sealed {
  /** From 0, without holes. */
  n: number;
  /** Epoch ms of its first picture, and of the end of its last. */
  startedAt: number;
  endedAt: number;
  tier: SpoolTier;
}

/** The picture of an event: in the spool, then at the target. */
export interface StoredSnapshot extends Sealed {
  /** ULID of its event. */
  id: string;
  camera: CameraRef;
  /** Epoch ms of the event. */
  at: number;
  base: string;
  state: 'closed' | 'stored' | 'deleting';
}

/** What is known when a recording begins. */
export interface RecordingOpening {
  id: string;
  camera: CameraRef;
  kind: RecordingKind;
  /** Epoch ms of what opened it; gives the file its name. */
  at: number;
  /** Epoch ms of the first picture. */
  startedAt: number;
  eventIds: readonly string[];
  event?: DoorstepEvent;
}

/** Where a snapshot belongs: the event that it shows. */
export interface SnapshotOpening {
  id: string;
  camera: CameraRef;
  kind: ClipInfo['kind'];
  at: number;
}

/** A stretch of time of one camera without footage. `from` is at most `to`. */
export interface NewGap {
  camera: CameraRef;
  from: number;
  to: number;
  reason: GapReason;
}

/** A new segment begins with the first keyframe after so many ms; without one, after twice as many. */
export const SEGMENT_MS = 10_000;
