/** What a start finds of the run before it. */
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reason } from '../../system/problem.ts';
import type { Recording, Segment } from '../recording.ts';
import { parseSidecar, recordingOf } from '../sidecar.ts';
import { mendRecording } from './mend-recording.ts';
import { DROPPED, isRecordingFolder, segmentNumber, UNREADABLE } from './places.ts';
import { listSegments } from './scan-segments.ts';
import type { SpooledSnapshots } from './snapshots.ts';
import type { SpoolContext } from './spool-context.ts';

/** More than a spool can hold. */
const ALL = 1_000_000;

export class SpoolRecovery {
  readonly #context: SpoolContext;
  readonly #snapshots: SpooledSnapshots;
  readonly #drop: (id: string) => Promise<void>;

  /** @param drop removes the folder of a recording */
  constructor(context: SpoolContext, snapshots: SpooledSnapshots, drop: (id: string) => Promise<void>) {
    this.#context = context;
    this.#snapshots = snapshots;
    this.#drop = drop;
  }

  /** Never rejects: what cannot be finished now stays as it is, and is said in the log. */
  async run(): Promise<{ finished: Recording[]; removed: number }> {
    const { places, index, log } = this.#context;
    const finished: Recording[] = [];
    let removed = 0;
    const names = await this.#names();
    if (!names) return { finished, removed };
    const attempt = async (name: string, work: () => Promise<Recording | 'removed' | undefined>) => {
      try {
        const outcome = await work();
        if (outcome === 'removed') removed += 1;
        else if (outcome) finished.push(outcome);
      } catch (error) {
        log.warn(`A recording in the spool stays as it is (${join(places.folder, name)}): ${reason(error)}`);
      }
    };
    for (const name of names) await attempt(name, () => this.#folder(name));
    const rows = [...index.unfinished(), ...index.list({ states: ['closed', 'forwarding'], limit: ALL })];
    const here = new Set(names);
    for (const { id } of rows.filter((row) => !here.has(row.id))) {
      await attempt(id, async () => (await this.mend(id, { trusting: true })) ?? 'removed');
    }
    await attempt('snapshots', async () => {
      removed += await this.#snapshots.recover();
      return undefined;
    });
    for (const { base } of finished) log.info(`A recording that was cut short was finished: ${base}.mp4`);
    return { finished, removed };
  }

  /**
   * Finishes or repairs one. Undefined when nothing of it is left, and its row is gone. Rejects with the error of the disk.
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
    return mendRecording(this.#context, {
      ...{ id, eventIds, known, trusting },
      drop: () => this.#drop(id),
      setAside: (path) => this.#setAside(path ?? this.#context.places.of(id)),
    });
  }

  /** What lies in the spool; undefined when it is not there, which says nothing about what should be in it. */
  async #names(): Promise<string[] | undefined> {
    const { places, index, log } = this.#context;
    try {
      return await readdir(places.folder);
    } catch (error) {
      const isNew = (error as NodeJS.ErrnoException).code === 'ENOENT' && index.unfinished().length === 0;
      if (!isNew) log.warn(`The spool ${places.folder} cannot be looked at: ${reason(error)}`);
      return undefined;
    }
  }

  async #folder(name: string): Promise<Recording | 'removed' | undefined> {
    const { places, index } = this.#context;
    if (name.startsWith(DROPPED)) {
      await rm(join(places.folder, name), { recursive: true, force: true });
      return 'removed';
    }
    if (!isRecordingFolder(name)) return undefined;
    const row = index.get(name);
    if (!row) return this.#adopt(name);
    if (row.state === 'stored' && !row.spooled) {
      await this.#drop(name);
      return 'removed';
    }
    if (row.state === 'stored' || row.state === 'deleting') return undefined;
    if (row.state !== 'open' && (await this.#isWhole(row, index.segments(name)))) return undefined;
    return (await this.mend(name, { trusting: true })) ?? 'removed';
  }

  /** Takes in a folder that no row knows. */
  async #adopt(name: string): Promise<Recording | 'removed' | undefined> {
    const { places, index, log } = this.#context;
    const folder = places.of(name);
    const inside = await readdir(folder).catch(() => []);
    // What others put there is none of our business.
    if (!inside.some((each) => each === 'init.mp4' || segmentNumber(each) !== undefined)) return undefined;
    const sidecar = parseSidecar(await readFile(places.part(name, 'sidecar.json'), 'utf8').catch(() => ''));
    if (sidecar?.id !== name) {
      await this.#setAside(folder);
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

  /** By the sizes of its parts: what is in them is proven when they go to the target. */
  async #isWhole({ id, wrap }: Recording, segments: readonly Segment[]): Promise<boolean> {
    const { places } = this.#context;
    if (!wrap) return false;
    const parts = [
      { path: places.part(id, 'head.mp4'), ...wrap.head },
      ...segments.map((segment) => ({ path: places.segment(id, segment), bytes: segment.bytes })),
      { path: places.part(id, 'tail.mp4'), ...wrap.tail },
    ];
    for (const { path, bytes } of parts) {
      const size = await stat(path).then(
        (facts) => facts.size,
        () => undefined,
      );
      if (size !== bytes) return false;
    }
    return true;
  }

  async #setAside(path: string): Promise<void> {
    const { places, clock, log } = this.#context;
    const aside = join(places.folder, UNREADABLE);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    const to = join(aside, `${clock.now()}-${basename(path)}`);
    await rename(path, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    log.warn(`What lies in ${path} cannot be made sense of. It was moved to ${to}.`);
  }
}
