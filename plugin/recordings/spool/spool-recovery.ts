/** What a start finds of the run before it. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ProblemError, reason } from '../../system/problem.ts';
import type { Recording, Segment } from '../recording.ts';
import { parseSidecar, recordingOf } from '../sidecar.ts';
import { spoolElsewhereProblem } from '../storage-problem.ts';
import { mendRecording } from './mend-recording.ts';
import { isMissing, unlessMissing } from './missing.ts';
import { DROPPED, isRecordingFolder, segmentNumber } from './places.ts';
import { listSegments } from './scan-segments.ts';
import type { SpooledSnapshots } from './snapshots.ts';
import type { SpoolContext } from './spool-context.ts';
import type { SpoolFolders } from './spool-folders.ts';
import type { Unreadable } from './unreadable.ts';

/** More than a spool can hold. */
const ALL = 1_000_000;

export interface RecoveryParts {
  folders: SpoolFolders;
  snapshots: SpooledSnapshots;
  unreadable: Unreadable;
  /** Removes the folder of a recording. */
  drop(id: string): Promise<void>;
}

export class SpoolRecovery {
  readonly #context: SpoolContext;
  readonly #parts: RecoveryParts;
  readonly #away = new Set<string>();

  constructor(context: SpoolContext, parts: RecoveryParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Recordings and pictures that wait in a folder which is not there. */
  get away(): ReadonlySet<string> {
    return this.#away;
  }

  /** Never rejects: what cannot be finished now stays as it is, and is said in the log. */
  async run(): Promise<{ finished: Recording[]; removed: number }> {
    const { log } = this.#context;
    const { snapshots } = this.#parts;
    const finished: Recording[] = [];
    let removed = 0;
    const found = await this.#look();
    if (!found) return { finished, removed };
    const attempt = async (path: string, work: () => Promise<Recording | 'removed' | undefined>) => {
      try {
        const outcome = await work();
        if (outcome === 'removed') removed += 1;
        else if (outcome) finished.push(outcome);
      } catch (error) {
        if (!(error instanceof ProblemError))
          log.warn(`A recording in the spool stays as it is (${path}): ${reason(error)}`);
      }
    };
    for (const { folder, name } of found) await attempt(join(folder, name), () => this.#folder(folder, name));
    const here = new Set(found.map(({ name }) => name));
    for (const row of this.#waiting().filter(({ id }) => !here.has(id)))
      await attempt(this.#context.places.of(row.id), () => this.#missing(row));
    await attempt('snapshots', async () => {
      const outcome = await snapshots.recover({ mayForget: await this.#parts.folders.areThere() });
      removed += outcome.removed;
      for (const id of outcome.away) this.#away.add(id);
      return undefined;
    });
    await attempt('former folders', () => this.#tidy());
    for (const { base } of finished) log.info(`A recording that was cut short was finished: ${base}.mp4`);
    return { finished, removed };
  }

  /**
   * Finishes or repairs one. Undefined when nothing of it is left, and its row is gone. Rejects with the error of the disk, or with a `ProblemError`
   * (`spool-elsewhere`) when it may lie in a folder that is not there.
   *
   * @param options.known the segments that it should have; default: those in the index
   * @param options.trusting whether a segment that has its size is taken for whole
   */
  async mend(
    id: string,
    options: { eventIds?: readonly string[]; known?: readonly Segment[]; trusting: boolean },
  ): Promise<Recording | undefined> {
    const { index } = this.#context;
    const { eventIds = index.get(id)?.eventIds ?? [], known = index.segments(id), trusting } = options;
    if (await this.#isAway(id)) throw new ProblemError(await this.elsewhere());
    await this.#refuseUnmoved(id);
    return mendRecording(this.#context, {
      ...{ id, eventIds, known, trusting },
      drop: () => this.#parts.drop(id),
      setAside: (path) => this.#parts.unreadable.take(path ?? this.#context.places.of(id)),
    });
  }

  /** What is to be done about recordings in a folder that is not there. */
  async elsewhere() {
    return spoolElsewhereProblem(this.#away.size, await this.#parts.folders.absent());
  }

  /** What lies in the spool; undefined when that cannot be told, which says nothing about what should be in it. */
  async #look(): Promise<{ folder: string; name: string }[] | undefined> {
    const { places, log } = this.#context;
    try {
      this.#away.clear();
      await this.#parts.folders.settleIn();
      places.lookAgain();
      const found = [];
      for (const folder of places.folders)
        found.push(...((await unlessMissing(readdir(folder))) ?? []).map((name) => ({ folder, name })));
      return found;
    } catch (error) {
      log.warn(`The spool ${places.folder} cannot be looked at: ${reason(error)}`);
      return undefined;
    }
  }

  /** Rows of recordings whose pieces are needed here. */
  #waiting(): Recording[] {
    return this.#context.index
      .list({ states: ['open', 'closed', 'forwarding'], limit: ALL })
      .filter(({ spooled }) => spooled);
  }

  /** Of a recording without a folder. */
  async #missing({ id, state }: Recording): Promise<Recording | 'removed' | undefined> {
    // The target may have it whole: whoever brings it there looks first.
    if (state !== 'forwarding') return (await this.mend(id, { trusting: true })) ?? 'removed';
    await this.#isAway(id);
    return undefined;
  }

  /** Notes it. */
  async #isAway(id: string): Promise<boolean> {
    const { places } = this.#context;
    const areThere = await this.#parts.folders.areThere();
    places.lookAgain();
    const isAway = !areThere && (await unlessMissing(stat(places.of(id)))) === undefined;
    if (isAway) this.#away.add(id);
    else this.#away.delete(id);
    return isAway;
  }

  /** Throws while a part of it lies in a former folder in memory, from which it could not be moved. */
  async #refuseUnmoved(id: string): Promise<void> {
    const { places, index } = this.#context;
    for (const folder of index.spool()?.rolling ?? []) {
      if (folder === places.rolling || !(await unlessMissing(stat(join(folder, id))))) continue;
      throw new Error(`a part of it still lies in ${join(folder, id)}`);
    }
  }

  async #tidy(): Promise<undefined> {
    const { log } = this.#context;
    await this.#parts.folders.tidy({ isNoneMissing: this.#away.size === 0 });
    if (this.#away.size === 0) return;
    const { what, cure } = await this.elsewhere();
    log.warn(`${what} ${cure}`);
  }

  async #folder(folder: string, name: string): Promise<Recording | 'removed' | undefined> {
    const { index } = this.#context;
    if (name.startsWith(DROPPED)) {
      await rm(join(folder, name), { recursive: true, force: true });
      return 'removed';
    }
    if (!isRecordingFolder(name)) return undefined;
    const row = index.get(name);
    if (!row) return this.#adopt(name);
    if (row.state === 'stored' && !row.spooled) {
      await this.#parts.drop(name);
      return 'removed';
    }
    // What is on its way may be whole at the target, whatever is left of it here: whoever brings it there looks first.
    if (row.state !== 'open' && row.state !== 'closed') return undefined;
    if (row.state === 'closed' && (await this.#isWhole(row, index.segments(name)))) return undefined;
    return (await this.mend(name, { trusting: true })) ?? 'removed';
  }

  /** Takes in a folder that no row knows. */
  async #adopt(name: string): Promise<Recording | 'removed' | undefined> {
    const { places, index, log } = this.#context;
    const folder = places.of(name);
    const inside = await namesIn(folder);
    // What others put there is none of our business.
    if (!inside.some((each) => each === 'init.mp4' || segmentNumber(each) !== undefined)) return undefined;
    const text = await unlessMissing(readFile(places.part(name, 'sidecar.json'), 'utf8'));
    const sidecar = parseSidecar(text ?? '');
    if (sidecar?.id !== name) {
      await this.#parts.unreadable.take(folder);
      return undefined;
    }
    const known = recordingOf(sidecar, true);
    const files = await listSegments(places, name, []);
    const segments = known.segments.map((segment) => ({
      ...segment,
      tier: files.find(({ n }) => n === segment.n)?.tier ?? segment.tier,
    }));
    const { recording } = known;
    log.info(`A recording that the index did not know was found in the spool: ${recording.base}.mp4`);
    if (recording.state === 'closed' && (await this.#isWhole(recording, segments))) {
      index.restore(recording, segments);
      return undefined;
    }
    const { wrap: _, sha256: __, ...facts } = recording;
    index.restore({ ...facts, state: 'open', bytes: 0, endedAt: facts.startedAt }, []);
    return (await this.mend(name, { known: segments, trusting: true })) ?? 'removed';
  }

  /** By the sizes of its parts: what is in them is proven when they go to the target. Rejects with the error of the disk. */
  async #isWhole({ id, wrap }: Recording, segments: readonly Segment[]): Promise<boolean> {
    const { places } = this.#context;
    if (!wrap) return false;
    const parts = [
      { path: places.part(id, 'head.mp4'), ...wrap.head },
      ...segments.map((segment) => ({ path: places.segment(id, segment), bytes: segment.bytes })),
      { path: places.part(id, 'tail.mp4'), ...wrap.tail },
    ];
    for (const { path, bytes } of parts) {
      if ((await unlessMissing(stat(path)))?.size !== bytes) return false;
    }
    return true;
  }
}

/** Of a folder; a file has none. */
async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (isMissing(error) || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return [];
    throw error;
  }
}
