/** What becomes of recordings whose pieces in the spool are not what was written. */
import type { Gap, Problem } from '../../../protocol/api.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { NewGap, Recording } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { damagedProblem } from '../storage-problem.ts';
import { pieceFaults } from './damage.ts';

export interface SpoolDamageOptions {
  index: Pick<RecordingIndex, 'get' | 'segments' | 'gaps'>;
  spool: Pick<Spool, 'folder' | 'pieces' | 'mend'>;
  log: Log;
  noteGap(gap: NewGap): void;
}

/** `stays`: as it is, since nothing is thrown away unasked. `mended`: what is left of it can go. `unread`: it may be well, and is to be tried again. */
export type DamageOutcome = 'stays' | 'mended' | 'unread';

export class SpoolDamage {
  readonly #options: SpoolDamageOptions;
  readonly #staying = new Set<string>();

  constructor(options: SpoolDamageOptions) {
    this.#options = options;
  }

  get problem(): Problem | undefined {
    const { index, spool } = this.#options;
    const staying = [...this.#staying].filter((id) => index.get(id)?.spooled);
    return staying.length > 0 ? damagedProblem(staying.length, spool.folder) : undefined;
  }

  /**
   * A piece of this recording was refused. What is lost of it becomes a gap. Where parts are not there, what is left is made whole again; so call it only
   * when the target is proven not to have the recording. Never rejects.
   */
  async meet(row: Recording, message: string): Promise<DamageOutcome> {
    const { spool, index, log } = this.#options;
    const pieces = spool.pieces(row);
    const faults = await pieceFaults(pieces);
    const altered = index.segments(row.id).filter(({ n }) => faults[n + 1] === 'altered');
    // Head and tail are made from the segments.
    const canBeMade = [faults.at(0), faults.at(-1)].includes('altered') || faults.includes('torn');
    if (faults.includes('unread') || (!canBeMade && altered.length === 0)) return 'unread';
    if (!canBeMade) {
      if (!this.#staying.has(row.id)) log.error(`${row.base}.mp4 in the spool is damaged: ${message}`);
      this.#staying.add(row.id);
    } else if (!(await this.#mend(row))) return 'unread';
    const known = this.#gapsOf(row);
    for (const { startedAt: from, endedAt: to } of altered)
      if (!known.some((gap) => gap.from <= to && gap.to >= from))
        this.#options.noteGap({ camera: row.camera, from, to, reason: 'damaged' });
    return canBeMade ? 'mended' : 'stays';
  }

  /** False when that could not be done now. */
  async #mend(row: Recording): Promise<boolean> {
    const { spool, log, noteGap } = this.#options;
    const before = this.#gapsOf(row);
    try {
      const left = await spool.mend(row.id);
      log.error(
        `Parts of ${row.base}.mp4 are no longer in the spool. ${left ? 'The others go to the target' : 'Nothing is left of it'}.`,
      );
    } catch (error) {
      log.warn(`${row.base}.mp4 in the spool could not be mended: ${reason(error)}`);
      return false;
    }
    // They stand in the index already; now they are told.
    for (const { camera, from, to } of this.#gapsOf(row))
      if (!before.some((gap) => gap.from === from && gap.to === to))
        noteGap({ camera, from, to, reason: 'damaged' });
    return true;
  }

  #gapsOf({ camera, startedAt: from, endedAt: to }: Recording): Gap[] {
    return this.#options.index
      .gaps({ camera: camera.id, from, to })
      .filter(({ reason }) => reason === 'damaged');
  }
}
