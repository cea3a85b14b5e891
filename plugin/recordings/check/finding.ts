/** What a check finds. */
import type { RecordingIndex } from '../index/contract.ts';
import type { InvariantNumber } from '../index/schema.ts';
import type { TargetSession } from '../keeper/contract.ts';
import type { Recording, Segment, StoredSnapshot } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';

/** One thing that is not as an invariant says. */
export interface Finding {
  invariant: InvariantNumber;
  what: string;
  /** The file or row that it is about. */
  where: string;
  /** Whether `--repair` can mend it without removing footage. */
  repairable: boolean;
  /** With `--repair`: whether it was mended. */
  repaired?: boolean;
}

/** A finding, and how it is mended. Rejects when it cannot be. */
export interface Discovery extends Omit<Finding, 'repairable' | 'repaired'> {
  mend?: () => Promise<void> | void;
}

export type Find = (discovery: Discovery) => void;

/** What is looked at. */
export interface Subject {
  index: RecordingIndex;
  spool: Spool;
  /** The part of the spool that is in memory. */
  rollingFolder: string | undefined;
  /** The target, when it could be reached and proven. */
  session: TargetSession | undefined;
  /** Whether all bytes are read and compared with their hashes. */
  hashes: boolean;
  signal: AbortSignal;
  /** Every row, but of what is being deleted. */
  recordings: readonly Recording[];
  snapshots: readonly StoredSnapshot[];
  segmentsOf(id: string): readonly Segment[];
}
