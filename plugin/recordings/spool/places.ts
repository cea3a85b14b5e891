/** Where things lie in the spool. One folder for each recording, and what it is made of in it. */
import { join } from 'node:path';
import type { Segment, SpoolTier } from '../recording.ts';

/** The start of the stream, as the fragments need it; then what comes before and after the segments in the file; then what is known of it. */
export type PartName = 'init.mp4' | 'head.mp4' | 'tail.mp4' | 'sidecar.json';

export const SNAPSHOTS = 'snapshots';
/** What nobody could make sense of. Nothing in it is ever touched again. */
export const UNREADABLE = 'unreadable';
/** Before the name of a folder that is being removed: a crash must not leave half a recording that looks like a whole one. */
export const DROPPED = '.dropped-';

const ID = /^[0-9A-Za-z_-]{1,64}$/;
const SEGMENT = /^(\d{3,5})\.m4s$/;

export class SpoolPlaces {
  readonly folder: string;
  /** The folder in memory. */
  readonly rolling: string | undefined;

  /** Both are absolute paths. */
  constructor(folder: string, rolling: string | undefined) {
    this.folder = folder;
    this.rolling = rolling;
  }

  /** Throws `RangeError` for an id that is no plain name. */
  of(id: string, tier: SpoolTier = 'disk'): string {
    if (!isRecordingFolder(id)) throw new RangeError(`"${id}" is no recording id`);
    return join(tier === 'rolling' ? (this.rolling ?? this.folder) : this.folder, id);
  }

  part(id: string, name: PartName): string {
    return join(this.of(id), name);
  }

  segment(id: string, { n, tier }: Pick<Segment, 'n' | 'tier'>): string {
    return join(this.of(id, tier), `${String(n).padStart(3, '0')}.m4s`);
  }

  dropped(id: string): string {
    return join(this.folder, DROPPED + id);
  }

  snapshot(id: string, ending: 'jpg' | 'json'): string {
    if (!ID.test(id)) throw new RangeError(`"${id}" is no snapshot id`);
    return join(this.folder, SNAPSHOTS, `${id}.${ending}`);
  }
}

/** Whether a folder of this name in the spool can be that of a recording. */
export function isRecordingFolder(name: string): boolean {
  return ID.test(name) && name !== SNAPSHOTS && name !== UNREADABLE;
}

/** The number of the segment in a file of this name. */
export function segmentNumber(name: string): number | undefined {
  const [, digits] = SEGMENT.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
