import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../../protocol/api.ts';
import type { Init, Still } from '../../camera/contract.ts';
import type { Clock } from '../../system/clock.ts';
import { type DiskRoom, diskRoom } from '../../system/disk-room.ts';
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
  type StoredSnapshot,
} from '../recording.ts';
import { parseSidecar, type Sidecar, sidecarOf, sidecarText } from '../sidecar.ts';
import { spoolUnreadableProblem } from '../storage-problem.ts';
import type { Spool } from './contract.ts';
import { makeFolder, replaceDurable, syncFolder, writeDurable } from './durable.ts';
import { SpoolPlaces, UNREADABLE } from './places.ts';
import { emptyFormerMemory, Rolling } from './rolling.ts';
import { SpooledSnapshots } from './snapshots.ts';
import type { SpoolContext } from './spool-context.ts';
import { SpoolFolders } from './spool-folders.ts';
import { SpoolRecovery } from './spool-recovery.ts';
import { SpoolWriter } from './spool-writer.ts';
import { Turns } from './turns.ts';
import { type SetAside, Unreadable } from './unreadable.ts';
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
  readonly #unreadable: Unreadable;
  readonly #recovery: SpoolRecovery;
  readonly #writers = new Set<SpoolWriter>();
  /** Events of the recordings that could not be completed, by id: a full disk had no room for their index. */
  readonly #unfinished = new Map<string, readonly string[]>();
  #settling: Promise<void> | undefined;
  /** Whether anything may be changed: who only looks must leave everything where it is, since another process may be at work. */
  #inUse = false;
  #elsewhere: Problem | undefined;

  constructor({ folder, rolling, index, clock, log, segmentMs = SEGMENT_MS, room = diskRoom }: SpoolOptions) {
    const former = index.spool()?.folders.map((known) => known.folder) ?? [];
    const places = new SpoolPlaces(folder, rolling, [...new Set(former)]);
    this.#context = { places, index, clock, log, segmentMs, room };
    this.#rolling = rolling === undefined ? undefined : new Rolling(this.#context, rolling, this.#turns);
    this.#snapshots = new SpooledSnapshots(this.#context);
    this.#unreadable = new Unreadable(this.#context);
    this.#recovery = new SpoolRecovery(this.#context, {
      folders: new SpoolFolders(this.#context),
      snapshots: this.#snapshots,
      unreadable: this.#unreadable,
      drop: (id) => this.#remove(id),
    });
  }

  get folder(): string {
    return this.#context.places.folder;
  }

  get away(): ReadonlySet<string> {
    return this.#recovery.away;
  }

  get unreadable(): SetAside {
    return this.#unreadable.seen;
  }

  get problems(): Problem[] {
    const { index } = this.#context;
    const waits = (id: string) => index.get(id)?.spooled || index.getSnapshot(id)?.state === 'closed';
    const { entries } = this.unreadable;
    return [
      ...(this.#elsewhere && [...this.away].some(waits) ? [this.#elsewhere] : []),
      ...(entries > 0 ? [spoolUnreadableProblem(entries, join(this.folder, UNREADABLE))] : []),
    ];
  }

  async recover(): Promise<{ finished: Recording[]; removed: number }> {
    this.#inUse = true;
    await emptyFormerMemory(this.#context, this.#turns);
    const outcome = await this.#recovery.run();
    this.#elsewhere = this.away.size > 0 ? await this.#recovery.elsewhere() : undefined;
    return outcome;
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

  async leaveSnapshot(snapshot: StoredSnapshot): Promise<void> {
    await this.#snapshots.leave(snapshot);
  }

  async mend(recordingId: string): Promise<Recording | undefined> {
    return this.#turns.run(recordingId, () => this.#recovery.mend(recordingId, { trusting: false }));
  }

  async settle(targetReady: boolean, busy: () => string | undefined = () => undefined): Promise<void> {
    this.#settling ??= this.#settle(targetReady, busy).finally(() => {
      this.#settling = undefined;
    });
    await this.#settling;
  }

  async removeUnreadable(before: number): Promise<void> {
    await this.#unreadable.removeBefore(before);
  }

  async room(): Promise<DiskRoom> {
    await makeFolder(this.folder);
    return this.#context.room(this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#writers].map((writer) => writer.abandon()));
    this.#writers.clear();
    await this.#settling;
    // An orderly restart of the machine must not cost what is in memory.
    if (this.#inUse) await this.#rolling?.empty();
  }

  async #settle(targetReady: boolean, busy: () => string | undefined): Promise<void> {
    await this.#rolling?.settle(targetReady, busy);
    await this.#unreadable
      .look()
      .catch((error: unknown) =>
        this.#context.log.debug(`What was set aside in the spool cannot be looked at: ${reason(error)}`),
      );
    for (const [id, eventIds] of this.#unfinished) {
      try {
        await this.#turns.run(id, () => this.#finish(id, eventIds));
        this.#unfinished.delete(id);
      } catch (error) {
        this.#context.log.debug(`The recording ${id} still cannot be finished: ${reason(error)}`);
      }
    }
  }

  async #finish(id: string, eventIds: readonly string[]): Promise<void> {
    if (this.#context.index.get(id)?.state === 'open')
      await this.#recovery.mend(id, { eventIds, trusting: true });
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
