/** The spool: recordings on this machine's own disk, until the target has them. */
import type { Problem } from '../../../protocol/api.ts';
import type { Still } from '../../camera/contract.ts';
import type { DiskRoom } from '../../system/disk-room.ts';
import type { MediaFile, RecordingStore } from '../contract.ts';
import type { Piece } from '../keeper/contract.ts';
import type { Recording, SnapshotOpening, StoredSnapshot } from '../recording.ts';
import type { Sidecar } from '../sidecar.ts';

export interface Spool extends Pick<RecordingStore, 'begin'>, AsyncDisposable {
  /** Path of the disk part. */
  readonly folder: string;
  /**
   * Ids of recordings and pictures that wait in a folder which was not there when it was last looked for. They keep their rows; nobody forwards them or gives
   * them up for room.
   */
  readonly away: ReadonlySet<string>;
  /** What was set aside since nobody could make sense of it; as of the last {@link settle}. */
  readonly unreadable: { entries: number; bytes: number };
  /** What the owner should know: `spool-elsewhere`, `spool-unreadable`. */
  readonly problems: readonly Problem[];
  /**
   * Finishes what a crash left open, and takes what lies there and no row knows (lost index). What is on its way to the target stays as it is. Call it before
   * anything is recorded: from then on the spool is in use, and is left in order when it is disposed. Never rejects.
   */
  recover(): Promise<{ finished: Recording[]; removed: number }>;
  /** Writes the picture, then its row; the same id again replaces it. Rejects with the error of the disk. */
  saveSnapshot(opening: SnapshotOpening, still: Still): Promise<void>;
  /** The parts of a closed recording's file, in order. */
  pieces(recording: Recording): Piece[];
  snapshotPiece(id: string): Piece | undefined;
  /** A closed recording as one file. */
  open(recording: Recording): MediaFile;
  openSnapshot(id: string): MediaFile | undefined;
  /** What lies beside the pieces; undefined when it cannot be read. */
  sidecar(recordingId: string): Promise<Sidecar | undefined>;
  writeSidecar(recordingId: string, sidecar: Sidecar): Promise<void>;
  /** Removes the pieces from the disk; the index is the caller's. Missing ones are fine. */
  drop(recordingId: string): Promise<void>;
  dropSnapshot(id: string): Promise<void>;
  /** The target has this picture: its row becomes `stored`, and it leaves the disk. A better one that was saved meanwhile stays, as its row. */
  leaveSnapshot(snapshot: StoredSnapshot): Promise<void>;
  /**
   * For a closed recording whose pieces are not what the index says: what can be read of it stays, the rest becomes a gap. Undefined when nothing is left;
   * its row is gone then. For one that is on its way (`forwarding`) call it only when it is proven that the target does not have it whole. Rejects with the error of
   * the disk, or with a `ProblemError` (`spool-elsewhere`) when it may lie in a folder that is not there; then nothing has changed.
   */
  mend(recordingId: string): Promise<Recording | undefined>;
  /**
   * Moves to the disk what has to leave memory, and finishes recordings for whose index a full disk had no room. Call it every few seconds.
   * Never rejects.
   *
   * @param busy id of the recording that is on its way to the target now: its pieces stay where they are
   */
  settle(targetReady: boolean, busy?: () => string | undefined): Promise<void>;
  /** Removes what was set aside before this time, epoch ms. Rejects with the error of the disk. */
  removeUnreadable(before: number): Promise<void>;
  /** Of its disk. Makes the folder when it is missing. */
  room(): Promise<DiskRoom>;
}
