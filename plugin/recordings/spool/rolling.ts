/** The part of the spool that is in memory: it spares SD cards while the target takes everything within moments. */
import { constants, copyFile, lstat, open, readdir, rename, rm } from 'node:fs/promises';
import { reason } from '../../system/problem.ts';
import { PART } from '../layout.ts';
import type { RecordingKind, Segment, SpoolTier } from '../recording.ts';
import { makeFolder, syncFolder } from './durable.ts';
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

  /** Moves to the disk what has to leave memory. Calls must not overlap. Never rejects. */
  async settle(targetReady: boolean): Promise<void> {
    const { clock } = this.#context;
    const now = clock.monotonic();
    this.#awaySince = targetReady ? undefined : (this.#awaySince ?? now);
    const awayMs = this.#awaySince === undefined ? 0 : now - this.#awaySince;
    try {
      const segments = await this.#inMemory();
      if (segments.length === 0) return;
      const room = await this.#context.room(this.#folder);
      for (const segment of segmentsToMove(segments, { awayMs, ...room })) {
        await this.#turns.run(segment.id, () => this.#move(segment));
      }
      this.#said = undefined;
    } catch (error) {
      this.#say(`Recordings in memory (${this.#folder}) could not be moved to the disk: ${reason(error)}.`);
    }
  }

  async #inMemory(): Promise<InMemory[]> {
    const { index } = this.#context;
    const ids = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return ids
      .filter((id) => index.get(id)?.spooled)
      .flatMap((id) => index.segments(id).map((segment) => ({ id, ...segment })))
      .filter(({ tier }) => tier === 'rolling');
  }

  /** Copy, file, folder, row; only then it leaves memory. */
  async #move({ id, n, tier }: InMemory): Promise<void> {
    const { places, index } = this.#context;
    const now = index.get(id);
    if (!now?.spooled || now.state === 'deleting') return;
    const from = places.segment(id, { n, tier });
    const to = places.segment(id, { n, tier: 'disk' });
    await copyDurable(from, to);
    await syncFolder(places.of(id));
    index.moveSegment(id, n, 'disk');
    await rm(from, { force: true });
  }

  #say(message: string): void {
    if (this.#said !== message) this.#context.log.warn(message);
    this.#said = message;
  }
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
