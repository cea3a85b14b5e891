import { readFile, rename, rm, statfs } from 'node:fs/promises';
import type { Init, Still } from '../../camera/contract.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import type { MediaFile, RecordingWriter } from '../contract.ts';
import type { RecordingIndex } from '../index/contract.ts';
import type { Piece } from '../keeper/contract.ts';
import { recordingBase } from '../layout.ts';
import { makeRecordingInit, type RecordingInit } from '../mp4/recording-init.ts';
import {
  type Recording,
  type RecordingOpening,
  SEGMENT_MS,
  type SnapshotOpening,
  type SpoolTier,
} from '../recording.ts';
import { parseSidecar, type Sidecar, sidecarOf, sidecarText } from '../sidecar.ts';
import type { Spool } from './contract.ts';
import { makeFolder, replaceDurable, syncFolder, writeDurable } from './durable.ts';
import { SpoolPlaces } from './places.ts';
import { Rolling } from './rolling.ts';
import { SpooledSnapshots } from './snapshots.ts';
import type { Room, SpoolContext } from './spool-context.ts';
import { SpoolRecovery } from './spool-recovery.ts';
import { SpoolWriter } from './spool-writer.ts';
import { Turns } from './turns.ts';
import { virtualFile } from './virtual-file.ts';

export interface SpoolOptions {
  /** Absolute path on a local disk. Made when it is needed. */
  folder: string;
  /** Absolute path of a folder in memory, for continuous recordings. */
  rolling?: string;
  index: RecordingIndex;
  clock: Clock;
  log: Log;
  /** Default {@link SEGMENT_MS}. */
  segmentMs?: number;
  /** Room on the file system of a folder; default: what that says. */
  room?: SpoolContext['room'];
}

/** Nothing is touched before the first call. Its `recover` comes before all others. */
export function createSpool(options: SpoolOptions): Spool {
  return new FolderSpool(options);
}

class FolderSpool implements Spool {
  readonly #context: SpoolContext;
  readonly #turns = new Turns();
  readonly #rolling: Rolling | undefined;
  readonly #snapshots: SpooledSnapshots;
  readonly #recovery: SpoolRecovery;
  readonly #writers = new Set<SpoolWriter>();
  /** Events of the recordings that could not be completed, by id: a full disk had no room for their index. */
  readonly #unfinished = new Map<string, readonly string[]>();
  #settling: Promise<void> | undefined;

  constructor({ folder, rolling, index, clock, log, segmentMs = SEGMENT_MS, room = roomOf }: SpoolOptions) {
    const places = new SpoolPlaces(folder, rolling);
    this.#context = { places, index, clock, log, segmentMs, room };
    this.#rolling = rolling === undefined ? undefined : new Rolling(this.#context, rolling, this.#turns);
    this.#snapshots = new SpooledSnapshots(this.#context);
    this.#recovery = new SpoolRecovery(this.#context, this.#snapshots, (id) => this.#remove(id));
  }

  get folder(): string {
    return this.#context.places.folder;
  }

  recover(): Promise<{ finished: Recording[]; removed: number }> {
    return this.#recovery.run();
  }

  async begin(
    opening: RecordingOpening,
    init: Init,
    { audio }: { audio: boolean },
  ): Promise<RecordingWriter> {
    const { places, index } = this.#context;
    const { id, camera, kind, at } = opening;
    const recordingInit = makeRecordingInit(init.data, { audio });
    index.open(opening, recordingBase(camera.slug, kind, id, at));
    try {
      await makeFolder(places.of(id));
    } catch (error) {
      index.forget(id);
      throw error;
    }
    const writer = new SpoolWriter(this.#context, {
      opening,
      init: recordingInit,
      durable: this.#prepare(opening, recordingInit),
      tier: () => this.#tierFor(opening),
      forget: async () => {
        await this.drop(id);
        index.forget(id);
      },
    });
    this.#writers.add(writer);
    return {
      write: (fragment) => writer.write(fragment),
      complete: (eventIds) => this.#complete(id, writer, eventIds),
    };
  }

  async saveSnapshot(opening: SnapshotOpening, still: Still): Promise<void> {
    await this.#snapshots.save(opening, still);
  }

  pieces({ id, wrap }: Recording): Piece[] {
    const { places, index } = this.#context;
    if (!wrap) return [];
    return [
      { path: places.part(id, 'head.mp4'), ...wrap.head },
      ...index.segments(id).map(({ n, tier, bytes, sha256 }) => ({
        path: places.segment(id, { n, tier }),
        bytes,
        sha256,
      })),
      { path: places.part(id, 'tail.mp4'), ...wrap.tail },
    ];
  }

  snapshotPiece(id: string): Piece | undefined {
    return this.#snapshots.piece(id);
  }

  open(recording: Recording): MediaFile {
    return virtualFile(() => this.pieces(recording), recording.endedAt);
  }

  openSnapshot(id: string): MediaFile | undefined {
    return this.#snapshots.open(id);
  }

  async sidecar(recordingId: string): Promise<Sidecar | undefined> {
    const path = this.#context.places.part(recordingId, 'sidecar.json');
    const text = await readFile(path, 'utf8').catch(() => '');
    return parseSidecar(text);
  }

  async writeSidecar(recordingId: string, sidecar: Sidecar): Promise<void> {
    await replaceDurable(this.#context.places.part(recordingId, 'sidecar.json'), sidecarText(sidecar));
  }

  async drop(recordingId: string): Promise<void> {
    await this.#turns.run(recordingId, () => this.#remove(recordingId));
  }

  async dropSnapshot(id: string): Promise<void> {
    await this.#snapshots.drop(id);
  }

  async mend(recordingId: string): Promise<Recording | undefined> {
    return this.#turns.run(recordingId, () => this.#recovery.mend(recordingId, { trusting: false }));
  }

  async settle(targetReady: boolean): Promise<void> {
    this.#settling ??= this.#settle(targetReady).finally(() => {
      this.#settling = undefined;
    });
    await this.#settling;
  }

  async freeBytes(): Promise<number> {
    await makeFolder(this.folder);
    return (await this.#context.room(this.folder)).freeBytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#writers].map((writer) => writer.abandon()));
    this.#writers.clear();
    await this.#settling;
  }

  async #settle(targetReady: boolean): Promise<void> {
    await this.#rolling?.settle(targetReady);
    for (const [id, eventIds] of this.#unfinished) {
      try {
        await this.#turns.run(id, () => this.#recovery.mend(id, { eventIds, trusting: true }));
        this.#unfinished.delete(id);
      } catch (error) {
        this.#context.log.debug(`The recording ${id} still cannot be finished: ${reason(error)}`);
      }
    }
  }

  /** What is in memory, then the rest, under another name first: a crash must not leave half a recording that looks like a whole one. */
  async #remove(id: string): Promise<void> {
    const { places } = this.#context;
    if (this.#rolling) await rm(places.of(id, 'rolling'), { recursive: true, force: true });
    const dropped = places.dropped(id);
    await rename(places.of(id), dropped).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rm(dropped, { recursive: true, force: true });
  }

  async #complete(
    id: string,
    writer: SpoolWriter,
    eventIds: readonly string[],
  ): Promise<Recording | undefined> {
    try {
      return await writer.complete(eventIds);
    } catch (error) {
      await writer.abandon();
      this.#unfinished.set(id, eventIds);
      throw error;
    } finally {
      this.#writers.delete(writer);
    }
  }

  /** What a crash needs to finish it, and its folder, made durable. */
  async #prepare(opening: RecordingOpening, init: RecordingInit): Promise<void> {
    const { places, index } = this.#context;
    const { id, event } = opening;
    const row = index.get(id);
    if (!row) throw new Error(`the recording ${id} has left the index`);
    await writeDurable(places.part(id, 'init.mp4'), init.data);
    await replaceDurable(places.part(id, 'sidecar.json'), sidecarText(sidecarOf(row, [], event)));
    await syncFolder(places.folder);
  }

  async #tierFor({ kind }: RecordingOpening): Promise<SpoolTier> {
    return this.#rolling ? this.#rolling.tierFor(kind) : 'disk';
  }
}

async function roomOf(folder: string): Promise<Room> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
