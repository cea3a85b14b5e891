import type { Clock } from '../../system/clock.ts';
import type { DiskRoom } from '../../system/disk-room.ts';
import type { Log } from '../../system/log.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { SpoolPlaces } from './places.ts';

/** What all parts of the spool share. */
export interface SpoolContext {
  places: SpoolPlaces;
  index: RecordingIndex;
  clock: Clock;
  log: Log;
  /** How long a segment is before the next keyframe begins another. */
  segmentMs: number;
  /** Of the file system of a folder. */
  room(folder: string): Promise<DiskRoom>;
}
