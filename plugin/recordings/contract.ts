/** How the rooms above use the recordings, and what their writers use. Nothing here waits for the NAS, but for what says so. */
import type { ClipInfo, Problem, StorageInfo, TimelineReply } from '../../protocol/api.ts';
import type { Fragment, Init, Still } from '../camera/contract.ts';
import type { NewGap, Recording, RecordingOpening, Segment, SnapshotOpening } from './recording.ts';

export interface ClipQuery {
  camera?: string;
  from?: number;
  to?: number;
  /** What opened them. Default: any. */
  kinds?: readonly ClipInfo['kind'][];
  /** Only those that this event is in. */
  eventId?: string;
  /** Newest first, at most this many; 1 to 1000. */
  limit: number;
}

/** A finished file, wherever it is. It never changes. */
export interface MediaFile {
  bytes: number;
  /** Differs whenever the bytes do; without quotes. */
  etag: string;
  /** Epoch ms. */
  modifiedAt: number;
  /**
   * The bytes from `from` up to and without `to`, in order, in parts of any size. Rejects with a `ProblemError` (`recording-away` while the
   * target does not answer). Ends early, without an error, when the signal aborts.
   */
  read(from: number, to: number, signal: AbortSignal): AsyncIterable<Buffer>;
}

/** What API and other readers see. */
export interface ClipSource {
  /** Clips of events, not continuous recording. */
  list(query: ClipQuery): ClipInfo[];
  get(id: string): ClipInfo | undefined;
  /** The file of a clip; undefined while it is being recorded or after it is gone. May wait for the target. */
  clip(id: string): Promise<MediaFile | undefined>;
  /** The picture of an event. */
  snapshot(id: string): Promise<MediaFile | undefined>;
  /** What there is of a camera (id or slug) in a stretch of time; epoch ms. */
  timeline(query: { camera: string; from: number; to: number }): TimelineReply;
  storage(): Promise<StorageInfo>;
}

/** What the owner may order. Each rejects with a `ProblemError` where it cannot be done. */
export interface StorageOrders {
  /** Pins a clip, so that retention never removes it, or lets go of it. `no-such-clip`. */
  pin(id: string, pinned: boolean): Promise<ClipInfo>;
  /** The owner says that the target is the right place: its identity is written there. `target-missing`, `target-refused`. */
  setUpTarget(): Promise<void>;
  /** The target is looked at now and not when its time comes. Resolves at once; what was found, `storage()` tells. */
  tryTarget(): Promise<void>;
  /** The owner allows the removal that `StorageInfo.asks` shows. `nothing-asked`. */
  allowRemoval(): Promise<void>;
}

/** Footage for exports: whole recordings of any kind, and what lies beside them. */
export interface FootageSource extends Pick<ClipSource, 'snapshot'> {
  /** Closed recordings of one camera (id or slug) that overlap the stretch, oldest first. */
  recordings(query: { camera: string; from: number; to: number }): Recording[];
  open(recordingId: string): Promise<MediaFile | undefined>;
  /** Of one recording, in order. */
  segments(recordingId: string): readonly Segment[];
}

/** A recording being written. Calls must not overlap. */
export interface RecordingWriter {
  /** Rejects with a `ProblemError` when the disk does not take it; {@link complete} keeps what was written before. */
  write(fragment: Fragment): Promise<void>;
  /** Ends it. Resolves to undefined when there is no picture in it (no row and no file then). Rejects with a `ProblemError`. */
  complete(eventIds: readonly string[]): Promise<Recording | undefined>;
}

/** What recorders write to. */
export interface RecordingStore {
  /** Begins a recording. Rejects with a `ProblemError`. */
  begin(opening: RecordingOpening, init: Init, options: { audio: boolean }): Promise<RecordingWriter>;
  /** Keeps the picture of an event, instead of the one that it may have. Rejects with a `ProblemError`. */
  saveSnapshot(event: SnapshotOpening, still: Still): Promise<void>;
  /** Footage is missing, for this reason. Never throws. */
  noteGap(gap: NewGap): void;
  /**
   * Until when it is known what there is of the continuous recording of a camera, epoch ms: end of its last file, or of the last gap after it. What the
   * first gap after a start is measured from.
   */
  lastContinuousEnd(cameraId: string): number | undefined;
}

/** All of it: clips, orders, footage, and what keeps recordings from being written, or kept as asked for, now. */
export interface Recordings
  extends ClipSource,
    StorageOrders,
    FootageSource,
    RecordingStore,
    AsyncDisposable {
  readonly problems: readonly Problem[];
  /** Calls back when `storage()` has news of its target, spool or problems; the returned function ends it. */
  onStorage(listener: () => void): () => void;
}
