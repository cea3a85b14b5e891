/** The spool: recordings on this machine's own disk, until the target has them. */
import type { Still } from '../../camera/contract.ts';
import type { MediaFile, RecordingStore } from '../contract.ts';
import type { Piece } from '../keeper/contract.ts';
import type { Recording, SnapshotOpening } from '../recording.ts';
import type { Sidecar } from '../sidecar.ts';

export interface Spool extends Pick<RecordingStore, 'begin'>, AsyncDisposable {
  /** Path of the disk part. */
  readonly folder: string;
  /** Finishes what a crash left open, and takes what lies there and no row knows (lost index). Call once, before anything else. Never rejects. */
  recover(): Promise<{ finished: Recording[]; removed: number }>;
  /** Writes the picture, then its row. Rejects with the error of the disk. */
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
  /**
   * For a closed recording whose pieces are not what the index says: what can be read of it stays, the rest becomes a gap. Undefined when nothing is left;
   * its row is gone then. Rejects with the error of the disk.
   */
  mend(recordingId: string): Promise<Recording | undefined>;
  /**
   * Moves to the disk what has to leave memory, and finishes recordings for whose index a full disk had no room. Call it every few seconds.
   * Never rejects.
   */
  settle(targetReady: boolean): Promise<void>;
  /** Room on the disk of the spool, in bytes. */
  freeBytes(): Promise<number>;
}
