/** The index of all recordings, on the hub's own disk. What a row means, and the numbered invariants, stand in `schema.ts`. */
import type { FootageSpan, Gap, Problem } from '../../../protocol/api.ts';
import type {
  NewGap,
  Recording,
  RecordingKind,
  RecordingOpening,
  RecordingState,
  Sealed,
  Segment,
  SpoolTier,
  StoredSnapshot,
} from '../recording.ts';

export interface RecordingQuery {
  /** Id or slug; absent: every camera. */
  camera?: string;
  /** Those that were running at any time from `from` to `to`, epoch ms. */
  from?: number;
  to?: number;
  /** Default: clips and continuous. */
  kind?: 'clips' | 'continuous';
  /** What opened them. Default: any. */
  kinds?: readonly RecordingKind[];
  /** Only those that this event is in; every row of the stretch is read for it. */
  eventId?: string;
  /** Default: all but `deleting`. */
  states?: readonly RecordingState[];
  order?: 'newest' | 'oldest';
  limit: number;
}

/** The place whose marker we know. */
export interface KnownTarget {
  /** UUID of its marker. */
  id: string;
  kind: string;
  /** Where it was when it was set up. */
  where: string;
  /** `ext4`, `nfs4`, …: at set-up. */
  fileSystem: string;
  /** Whether it was on another file system than the Homebridge storage. */
  mounted: boolean;
  /** Epoch ms. */
  since: number;
  /** What lies there is still to be taken into the index. */
  takingStock?: true;
}

/** Where recordings wait, or may wait still. */
export interface KnownSpool {
  /** With the UUID of their markers: the present one, then former ones. Two may have the same path, where one lay on a disk that is not mounted. */
  folders: { id: string; folder: string }[];
  /** Folders in memory: the present one, then those that could not be emptied yet. */
  rolling: string[];
}

/** As retention and spool room see a recording. */
export interface KeptRecording {
  id: string;
  kind: 'clip' | 'continuous';
  endedAt: number;
  bytes: number;
  keep: boolean;
}

/** Asks for what may go, a page at a time. */
export interface RemovableQuery {
  kind: KeptRecording['kind'];
  /** At the target, or waiting in the spool. */
  where: 'stored' | 'spooled';
  /** Only those that ended before; epoch ms. */
  before?: number;
  /** The last of the page before: only those after it. */
  after?: { endedAt: number; id: string };
  limit: number;
}

/** How many recordings, and how large; `removable` are those of them that are neither pinned nor held. */
export interface Tally {
  count: number;
  bytes: number;
  removable: { count: number; bytes: number };
}

/** Calls are synchronous and take microseconds; what was written survives a power cut when they return. */
export interface RecordingIndex extends Disposable {
  /** True when the file was new or empty at opening: what lies in spool and target is unknown to it. */
  readonly isNew: boolean;
  /** Its file is damaged, as was noticed since it was opened (`index-damaged`). It is made again at the next start. */
  readonly problem: Problem | undefined;

  // Being written. The order of these calls and of the disk's is what the invariants rest on.
  /** Before the first byte of its files. */
  open(opening: RecordingOpening, base: string): void;
  /** After the segment's file and its folder were made durable. */
  addSegment(id: string, segment: Segment): void;
  /** A segment moved from memory to the disk, after its copy was made durable. */
  moveSegment(id: string, n: number, tier: SpoolTier): void;
  /** After head and tail were made durable: `open` → `closed`. Bytes are summed up from its segments. */
  close(id: string, closing: { wrap: { head: Sealed; tail: Sealed }; eventIds: readonly string[] }): void;
  /** Its files are not what the row says: `open`, `closed` or `forwarding` → `open`, without segments. What is there is told again by `addSegment`. */
  reopen(id: string): void;
  /** Nothing came of it, and its files are gone. */
  forget(id: string): void;

  // On the way to the target.
  /** `closed` and `forwarding`, clips before continuous, oldest first. */
  toForward(limit: number): Recording[];
  /** Before the first byte goes out: `closed` → `forwarding`. */
  forwarding(id: string): void;
  /** After the file has its name at the target, and was verified there: → `stored`. */
  stored(id: string, file: Sealed): void;
  /** What the target has of it is not what it should be, and its pieces are in the spool: `stored` → `closed`, to be brought there again. */
  unstored(id: string): void;
  /** After its pieces left the spool; of a stored one, or one being deleted. */
  unspooled(id: string): void;
  /** Stored, yet still in the spool: what a crash between the two left. */
  storedAndSpooled(limit: number): Recording[];
  /** Stored recordings whose sidecar at the target is out of date (pinned since). */
  staleSidecars(limit: number): Recording[];
  sidecarWritten(id: string): void;

  // On the way out.
  /** Before the first of its files is removed: → `deleting`. */
  deleting(ids: readonly string[]): void;
  toDelete(limit: number): Recording[];
  /** After all its files are gone, here and there. Segments go with it. */
  remove(id: string): void;

  // Looking.
  get(id: string): Recording | undefined;
  /** In order. */
  segments(id: string): Segment[];
  list(query: RecordingQuery): Recording[];
  /** Footage of a camera (id or slug) that overlaps the stretch, cut to it, oldest first; pieces less than 1.5 s apart are one. */
  spans(camera: string, from: number, to: number): FootageSpan[];
  unfinished(): Recording[];
  /** Those that wait in the spool. Not those being deleted. */
  waiting(): KeptRecording[];
  /** What is neither pinned nor held nor being written or deleted, the oldest first. */
  removable(query: RemovableQuery): KeptRecording[];
  /** Sums that are kept, so that asking costs nothing; `spooled`: what is complete and waits. */
  tally(): { stored: Tally; spooled: Tally };
  setKeep(id: string, keep: 'pinned' | 'held' | undefined): void;
  /** End of the newest continuous recording of a camera, of those that began at that time or before; epoch ms. */
  lastContinuousEnd(cameraId: string, at: number): number | undefined;
  totals(): {
    clips: number;
    continuous: number;
    bytes: number;
    oldestAt?: number;
    /** In the spool: closed or being written; the length of what is not yet stored. */
    spooledBytes: number;
    bufferedMs: number;
  };

  /** Of {@link totals} what is in the spool; cheap enough to ask every few seconds. */
  spoolTotals(): { spooledBytes: number; bufferedMs: number };

  // Pictures of events.
  putSnapshot(snapshot: StoredSnapshot): void;
  getSnapshot(id: string): StoredSnapshot | undefined;
  /** `closed` ones, oldest first. */
  snapshotsToForward(limit: number): StoredSnapshot[];
  snapshotsBefore(at: number): StoredSnapshot[];
  /** Those that are not of a pinned or held recording, oldest first, a page at a time: `after` is the last of the page before. */
  removableSnapshots(query: {
    before: number;
    after?: { at: number; id: string };
    limit: number;
  }): StoredSnapshot[];
  snapshotCount(): number;
  removeSnapshot(id: string): void;

  // Days, for the `index.jsonl` beside the files: `front-door/2026/11/22`.
  /** Days whose index at the target is out of date: something in them was stored, removed or pinned since. */
  staleDays(limit: number): string[];
  /** Stored recordings of a day, oldest first. */
  ofDay(day: string): Recording[];
  dayWritten(day: string): void;

  // Gaps.
  addGap(gap: NewGap, dropped?: { bytes: number }): void;
  gaps(query: { camera?: string; from: number; to: number }): Gap[];
  /** What was given up since then for want of room or disk. */
  droppedSince(at: number): { recordings: number; bytes: number; last?: Gap };
  /** Of those that ended before: how many, out of how many, and the ends of the first and the last; epoch ms. */
  gapsBefore(at: number): { count: number; of: number; oldest: number; newest: number };
  /** At most so many; how many there were. */
  removeGapsBefore(at: number, limit: number): number;

  /** What is wrong with the database itself, in SQLite's words. Reads all of it, which can take a minute. */
  damage(): string[];

  // What was found at a place whose index was lost. A row that is there already stays as it is.
  restore(recording: Recording, segments: readonly Segment[]): boolean;
  /** The same of many in one transaction, in order. `refused`: no row can say what it says. Throws what the database itself has to say. */
  restoreAll(
    found: readonly { recording: Recording; segments: readonly Segment[] }[],
  ): ('restored' | 'known' | 'refused')[];

  spool(): KnownSpool | undefined;
  setSpool(spool: KnownSpool): void;
  target(): KnownTarget | undefined;
  setTarget(target: KnownTarget): void;
  /**
   * Recordings go to another place from now on, in one transaction: rows of what is stored at the former one alone are gone (also those being deleted there, pinned
   * ones, snapshots and stale days), while its files stay. What is in the spool, however far it had got, is `closed` again; snapshots on their way too.
   */
  leaveTarget(): void;
}
