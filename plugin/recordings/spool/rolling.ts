/** The part of the spool that is in memory: it spares SD cards while the target takes everything within moments. */
import { constants, copyFile, lstat, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { reason } from '../../system/problem.ts';
import { PART } from '../layout.ts';
import type { RecordingKind, Segment, SpoolTier } from '../recording.ts';
import { makeFolder, syncFolder } from './durable.ts';
import { isMissing, unlessMissing } from './missing.ts';
import { segmentNumber } from './places.ts';
import { hasRoom, segmentsToMove } from './rolling-policy.ts';
import type { SpoolContext } from './spool-context.ts';
import type { Turns } from './turns.ts';

const OTHERS_MAY_WRITE = 0o022;

interface InMemory extends Segment {
  id: string;
}

export class Rolling {
  readonly #context: SpoolContext;
  readonly #turns: Turns;
  readonly #folder: string;
  /** On the monotonic clock. */
  #awaySince: number | undefined;
  #said: string | undefined;

  constructor(context: SpoolContext, folder: string, turns: Turns) {
    this.#context = context;
    this.#turns = turns;
    this.#folder = folder;
  }

  /** Where the next segment of such a recording goes. */
  async tierFor(kind: RecordingKind): Promise<SpoolTier> {
    if (kind !== 'continuous') return 'disk';
    try {
      await makeOwnFolder(this.#folder);
      return hasRoom(await this.#context.room(this.#folder)) ? 'rolling' : 'disk';
    } catch (error) {
      this.#say(`The rolling folder ${this.#folder} cannot be used: ${reason(error)}.`);
      return 'disk';
    }
  }

  /**
   * Moves to the disk what has to leave memory. Calls must not overlap. Never rejects.
   *
   * @param busy id of the recording that is on its way to the target now: its pieces stay where they are
   */
  async settle(targetReady: boolean, busy: () => string | undefined): Promise<void> {
    const { clock } = this.#context;
    const now = clock.monotonic();
    this.#awaySince = targetReady ? undefined : (this.#awaySince ?? now);
    const awayMs = this.#awaySince === undefined ? 0 : now - this.#awaySince;
    try {
      const segments = await this.#inMemory();
      if (segments.length === 0) return;
      const room = await this.#context.room(this.#folder);
      for (const segment of segmentsToMove(segments, { awayMs, ...room })) {
        await this.#turns.run(segment.id, () => this.#move(segment, busy));
      }
      this.#said = undefined;
    } catch (error) {
      this.#say(`Recordings in memory (${this.#folder}) could not be moved to the disk: ${reason(error)}.`);
    }
  }

  /**
   * Moves all of it to the disk, as well as what no row counts yet of a recording that is still open: memory will not be there again, or not for us. What cannot be
   * moved stays, and is said in the log. Never rejects; false when anything stays.
   */
  async empty(): Promise<boolean> {
    try {
      const ids = (await unlessMissing(readdir(this.#folder))) ?? [];
      for (const id of ids.filter((each) => this.#waits(each)))
        await this.#turns.run(id, () => this.#moveAll(id));
      return true;
    } catch (error) {
      this.#say(`Recordings in memory (${this.#folder}) could not be moved to the disk: ${reason(error)}.`);
      return false;
    }
  }

  async #inMemory(): Promise<InMemory[]> {
    const { index } = this.#context;
    const ids = (await unlessMissing(readdir(this.#folder))) ?? [];
    return ids
      .filter((id) => this.#waits(id))
      .flatMap((id) => index.segments(id).map((segment) => ({ id, ...segment })))
      .filter(({ tier }) => tier === 'rolling');
  }

  /** Whether this is a recording whose pieces are needed here: what the target has, and what is being removed, is on its way out. */
  #waits(id: string): boolean {
    const row = this.#context.index.get(id);
    return row?.spooled === true && row.state !== 'stored' && row.state !== 'deleting';
  }

  /** Copy, file, folder, row; only then it leaves memory. */
  async #move({ id, n, tier }: InMemory, busy: () => string | undefined): Promise<void> {
    const { places, index } = this.#context;
    if (!this.#waits(id) || busy() === id) return;
    const from = places.segment(id, { n, tier });
    const to = places.segment(id, { n, tier: 'disk' });
    try {
      await copyDurable(from, to);
    } catch (error) {
      // It has left meanwhile, or whoever reads it finds out; the others have to move all the same.
      if (isMissing(error) && !(await unlessMissing(stat(from)))) return;
      throw error;
    }
    await syncFolder(places.of(id));
    // Whoever brings it to the target has looked where its pieces lie.
    if (busy() === id) return rm(to, { force: true });
    index.moveSegment(id, n, 'disk');
    await rm(from, { force: true });
  }

  async #moveAll(id: string): Promise<void> {
    const { places, index } = this.#context;
    const names = (await unlessMissing(readdir(places.of(id, 'rolling')))) ?? [];
    for (const n of names.map(segmentNumber)) {
      if (n === undefined) continue;
      const row = index.segments(id).find((each) => each.n === n);
      const from = places.segment(id, { n, tier: 'rolling' });
      // A crash left it in both places.
      if (row?.tier !== 'disk') await copyDurable(from, places.segment(id, { n, tier: 'disk' }));
      await syncFolder(places.of(id));
      if (row?.tier === 'rolling') index.moveSegment(id, n, 'disk');
      await rm(from, { force: true });
    }
    await rm(places.of(id, 'rolling'), { recursive: true, force: true });
  }

  #say(message: string): void {
    if (this.#said !== message) this.#context.log.warn(message);
    this.#said = message;
  }
}

/** The settings named another folder in memory, or one at all, when what lies there was recorded: it moves to the disk. Never rejects. */
export async function emptyFormerMemory(context: SpoolContext, turns: Turns): Promise<void> {
  const { places, index } = context;
  const spool = index.spool();
  if (!spool) return;
  const left: string[] = [];
  for (const folder of spool.rolling.filter((each) => each !== places.rolling)) {
    const former = new Rolling({ ...context, places: places.withRolling(folder) }, folder, turns);
    if (!(await former.empty())) left.push(folder);
  }
  index.setSpool({ ...spool, rolling: left });
}

/** In a place where everybody may make folders, one of this name can be somebody else's. */
async function makeOwnFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  const facts = await lstat(folder);
  const isOurs = facts.uid === (process.getuid?.() ?? facts.uid);
  if (!facts.isDirectory() || !isOurs || (facts.mode & OTHERS_MAY_WRITE) !== 0)
    throw new Error('it belongs to another user, or others may write in it');
}

async function copyDurable(from: string, to: string): Promise<void> {
  const part = to + PART;
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE);
    const handle = await open(part, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, to);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
