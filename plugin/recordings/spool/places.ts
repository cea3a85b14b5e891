/** Where things lie in the spool. One folder for each recording, and what it is made of in it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Segment, SpoolTier } from '../recording.ts';

/** The start of the stream, as the fragments need it; then what comes before and after the segments in the file; then what is known of it. */
export type PartName = 'init.mp4' | 'head.mp4' | 'tail.mp4' | 'sidecar.json';

export const SNAPSHOTS = 'snapshots';
/** What nobody could make sense of, each with the time at which it was set aside in its name. */
export const UNREADABLE = 'unreadable';
/** Before the name of a folder that is being removed: a crash must not leave half a recording that looks like a whole one. */
export const DROPPED = '.dropped-';

const ID = /^[0-9A-Za-z_-]{1,64}$/;
const SEGMENT = /^(\d{3,5})\.m4s$/;

export class SpoolPlaces {
  readonly folder: string;
  /** The folder in memory. */
  readonly rolling: string | undefined;
  readonly #former: readonly string[];
  /** In which former folder something lies; seldom there is one at all, and it takes in nothing new. */
  #elsewhere: ReadonlyMap<string, string> | undefined;

  /**
   * All are absolute paths.
   *
   * @param former folders in which the spool was before, and where recordings may wait still
   */
  constructor(folder: string, rolling: string | undefined, former: readonly string[] = []) {
    this.folder = folder;
    this.rolling = rolling;
    this.#former = former.filter((each) => each !== folder);
  }

  /** The present one, then the former ones. */
  get folders(): string[] {
    return [this.folder, ...this.#former];
  }

  /** The same spool with another folder in memory. */
  withRolling(rolling: string): SpoolPlaces {
    return new SpoolPlaces(this.folder, rolling, this.#former);
  }

  /** Former folders may have come back, or have gone. */
  lookAgain(): void {
    this.#elsewhere = undefined;
  }

  /** Throws `RangeError` for an id that is no plain name. */
  of(id: string, tier: SpoolTier = 'disk'): string {
    if (!isRecordingFolder(id)) throw new RangeError(`"${id}" is no recording id`);
    return join(tier === 'rolling' ? (this.rolling ?? this.folder) : this.#folderOf(id), id);
  }

  part(id: string, name: PartName): string {
    return join(this.of(id), name);
  }

  segment(id: string, { n, tier }: Pick<Segment, 'n' | 'tier'>): string {
    return join(this.of(id, tier), `${String(n).padStart(3, '0')}.m4s`);
  }

  dropped(id: string): string {
    return join(this.#folderOf(id), DROPPED + id);
  }

  snapshot(id: string, ending: 'jpg' | 'json'): string {
    if (!ID.test(id)) throw new RangeError(`"${id}" is no snapshot id`);
    const name = join(SNAPSHOTS, `${id}.${ending}`);
    return join(this.#folderOf(join(SNAPSHOTS, `${id}.jpg`)), name);
  }

  #folderOf(name: string): string {
    if (this.#former.length === 0) return this.folder;
    this.#elsewhere ??= new Map(
      this.#former.flatMap((folder) => entriesOf(folder).map((each) => [each, folder])),
    );
    return this.#elsewhere.get(name) ?? this.folder;
  }
}

/** Recordings, and pictures with the name of their folder. Empty when it cannot be read; whether that is a loss is decided elsewhere. */
function entriesOf(folder: string): string[] {
  const pictures = namesIn(join(folder, SNAPSHOTS)).map((name) => join(SNAPSHOTS, name));
  return [...namesIn(folder).filter(isRecordingFolder), ...pictures];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
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
