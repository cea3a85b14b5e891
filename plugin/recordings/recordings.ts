/** All of the recordings behind one door: spool, index, target, and what the owner sees of them. */
import { join } from 'node:path';
import type { ClipInfo, Problem, StorageInfo, TimelineReply } from '../../protocol/api.ts';
import type { CameraRef, EventDraft } from '../../protocol/event.ts';
import type { Config } from '../config.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { rebuild } from './check/rebuild.ts';
import type { ClipQuery, MediaFile, Recordings, RecordingWriter } from './contract.ts';
import { FootageReader } from './footage-reader.ts';
import { Forwarder } from './forward/forwarder.ts';
import { TargetLink } from './forward/target-link.ts';
import type { RecordingIndex } from './index/contract.ts';
import { networkFileSystem } from './index/local-disk.ts';
import { openRecordingIndex } from './index/recording-index.ts';
import { knownUntil } from './known-until.ts';
import { LeftBehind } from './left-behind.ts';
import { openTarget, targetPlace } from './open-target.ts';
import { pinClip } from './pin-clip.ts';
import type { NewGap, Recording, Segment } from './recording.ts';
import { Retention, type RetentionOptions } from './retention/retention.ts';
import { Ballast } from './room/ballast.ts';
import { RoomKeeper } from './room/room-keeper.ts';
import type { Spool } from './spool/contract.ts';
import { createSpool } from './spool/spool.ts';
import { StorageEvents } from './storage-events.ts';
import { storageInfo } from './storage-info.ts';
import { type StorageLimits, storageLimits } from './storage-limits.ts';
import { spoolOnNetworkProblem } from './storage-problem.ts';
import { TargetWatch } from './target-status.ts';
import { WriteGuard } from './write-guard.ts';

export interface RecordingsOptions {
  config: Config['recordings'];
  /** Homebridge's own storage folder. */
  homebridgeStorage: string;
  /** Where recordings go without a target. */
  embedded: string;
  /** File of the index, and folder of the spool; both on a local disk. */
  indexPath: string;
  spoolFolder: string;
  /** Those of the settings: a picture at the target may be all that there is of one. */
  cameras: readonly CameraRef[];
  /** Length of a segment; shorter where tests want to see many. */
  segmentMs?: number;
  publish(draft: EventDraft): void;
  clock: Clock;
  log: Log;
  startChild: StartChild;
}

/** News come in bursts; those who show them look at most so often. */
const NEWS_MS = 500;

/**
 * Finishes what a crash left, then begins to bring recordings to the target; it waits for the disk of this machine, never for the target.
 * Rejects with a `ProblemError` when index or spool cannot be used (`index-on-network`, `index-unwritable`, `spool-on-network`).
 */
export async function openRecordings(options: RecordingsOptions): Promise<Recordings> {
  const stack = new Closing();
  try {
    refuseNetwork(options.spoolFolder);
    const index = stack.use(openRecordingIndex({ ...options, path: options.indexPath }));
    const recordings = new SpooledRecordings(options, index, stack);
    await recordings.start();
    return recordings;
  } catch (error) {
    await stack[Symbol.asyncDispose]().catch(() => {});
    throw error;
  }
}

class SpooledRecordings implements Recordings {
  readonly #options: RecordingsOptions;
  readonly #limits: StorageLimits;
  readonly #index: RecordingIndex;
  readonly #stack: Closing;
  readonly #spool: Spool;
  readonly #place: ReturnType<typeof targetPlace>;
  readonly #namesFile: boolean;
  readonly #reader: FootageReader;
  readonly #watch: TargetWatch;
  readonly #events: StorageEvents;
  readonly #forwarder: Forwarder;
  readonly #retention: Retention;
  readonly #room: RoomKeeper;
  /** Where recordings go to a target of the settings. */
  readonly #leftBehind: LeftBehind | undefined;
  readonly #listeners = new Set<() => void>();
  #cancelNews: (() => void) | undefined;
  #crashed = false;
  #closed = false;
  readonly #guard: WriteGuard;

  constructor(options: RecordingsOptions, index: RecordingIndex, stack: Closing) {
    const { config, clock, log } = options;
    const limits = storageLimits(config);
    this.#options = options;
    this.#limits = limits;
    this.#index = index;
    this.#stack = stack;
    this.#guard = new WriteGuard(options.spoolFolder, log);
    const rolling = config.rollingPath;
    this.#spool = stack.use(
      createSpool({
        folder: options.spoolFolder,
        index,
        clock,
        log,
        ...(rolling !== undefined && { rolling }),
        ...(options.segmentMs !== undefined && { segmentMs: options.segmentMs }),
      }),
    );
    const place = targetPlace(config.target, options);
    const target = stack.use(openTarget(config.target, options, options));
    this.#place = place;
    const shared = { index, spool: this.#spool, clock, log, onNews: () => this.#tell() };
    const busy = () => this.#forwarder.busy;
    const ballast = new Ballast(options.indexPath);
    const link = new TargetLink({ ...shared, target, place });
    this.#namesFile = place.kind === 'embedded' || place.kind === 'folder';
    this.#reader = new FootageReader({ ...shared, link, namesFile: this.#namesFile });
    this.#events = stack.use(
      new StorageEvents({
        clock,
        publish: (draft) => this.#publish(draft),
        waiting: () => this.#waiting(),
        crashed: () => this.#crashed,
      }),
    );
    this.#watch = new TargetWatch(clock, (status) => {
      this.#events.target(status);
      this.#tell();
    });
    this.#forwarder = stack.use(
      new Forwarder({
        ...{ ...shared, link, place, watch: this.#watch },
        noteGap: (gap) => this.noteGap(gap),
        takeStock: async (session, stock) =>
          void (await rebuild({ ...shared, ...stock, session, cameras: options.cameras })),
        onFull: () => void this.#retention.full(),
      }),
    );
    this.#retention = stack.use(
      new Retention({
        ...{ ...shared, ...limits, ballast, where: place.where, busy, room: () => this.#targetRoom() },
        // Also while the target is away: what was found of it so far is not all.
        rebuilding: () => link.known?.takingStock === true,
        onRemoval: () => this.#forwarder.news(),
        removeSnapshots: (snapshots) => this.#forwarder.removeSnapshots(snapshots),
      }),
    );
    this.#room = stack.use(
      new RoomKeeper({
        ...{ ...shared, ballast, busy, maxBytes: limits.spoolBytes },
        targetReady: () => this.#watch.status.state === 'ready',
        onGap: (gap) => this.#events.gap(gap),
        onLow: () => this.#events.low(),
      }),
    );
    if (place.kind !== 'embedded' && options.embedded !== place.where)
      this.#leftBehind = stack.use(new LeftBehind({ ...shared, folder: options.embedded }));
  }

  async start(): Promise<void> {
    const { finished } = await this.#spool.recover();
    this.#crashed = finished.length > 0;
    await this.#room.look();
    this.#forwarder.start();
    this.#room.start();
    this.#retention.start();
    this.#leftBehind?.start();
    for (const recording of finished) this.#publishClip(recording);
  }

  get problems(): Problem[] {
    const target = this.#watch.status.problem;
    return [
      this.#guard.problem,
      this.#room.problem,
      target,
      ...this.#spool.problems,
      ...this.#retention.problems,
      ...this.#forwarder.problems,
      this.#leftBehind?.problem,
    ].filter((problem) => problem !== undefined);
  }

  list(query: ClipQuery): ClipInfo[] {
    return this.#reader.list(query);
  }

  get(id: string): ClipInfo | undefined {
    return this.#reader.get(id);
  }

  async clip(id: string): Promise<MediaFile | undefined> {
    return this.#reader.clip(id);
  }

  async snapshot(id: string): Promise<MediaFile | undefined> {
    return this.#reader.snapshot(id);
  }

  timeline(query: { camera: string; from: number; to: number }): TimelineReply {
    return this.#reader.timeline(query);
  }

  recordings(query: { camera: string; from: number; to: number }): Recording[] {
    return this.#reader.recordings(query);
  }

  segments(recordingId: string): Segment[] {
    return this.#reader.segments(recordingId);
  }

  async open(recordingId: string): Promise<MediaFile | undefined> {
    return this.#reader.open(recordingId);
  }

  async storage(): Promise<StorageInfo> {
    const [problem] = this.problems;
    const { hoursLeft } = this.#room;
    return storageInfo({
      ...{ place: this.#place, status: this.#watch.status, index: this.#index, limits: this.#limits },
      spool: { path: this.#spool.folder, maxBytes: this.#limits.spoolBytes, hoursLeft },
      now: this.#options.clock.now(),
      ...{ asks: this.#retention.asks, rebuilding: this.#forwarder.rebuilding, problem },
    });
  }

  async pin(id: string, pinned: boolean): Promise<ClipInfo> {
    const { log } = this.#options;
    const deps = { index: this.#index, spool: this.#spool, log, namesFile: this.#namesFile };
    const info = await pinClip(id, pinned, deps);
    this.#forwarder.news();
    return info;
  }

  async setUpTarget(): Promise<void> {
    await this.#forwarder.setUp();
  }

  async tryTarget(): Promise<void> {
    this.#forwarder.tryNow();
  }

  async allowRemoval(): Promise<void> {
    await this.#retention.allow();
  }

  async begin(...[opening, init, options]: Parameters<Recordings['begin']>): Promise<RecordingWriter> {
    const writer = await this.#guard.attempt(async () => {
      this.#room.refuse();
      return this.#spool.begin(opening, init, options);
    });
    return this.#guard.writer(writer, {
      wrote: (bytes) => this.#room.wrote(bytes),
      ended: () => {
        this.#forwarder.news();
        this.#tell();
      },
    });
  }

  async saveSnapshot(...[event, still]: Parameters<Recordings['saveSnapshot']>): Promise<void> {
    await this.#guard.attempt(() => this.#spool.saveSnapshot(event, still));
    this.#forwarder.news();
  }

  noteGap(gap: NewGap): void {
    try {
      this.#index.addGap(gap);
    } catch (error) {
      this.#options.log.warn(`A gap could not be noted: ${reason(error)}`);
    }
    this.#events.gap(gap);
    this.#tell();
  }

  lastContinuousEnd(cameraId: string): number | undefined {
    return knownUntil(this.#index, cameraId, this.#options.clock.now());
  }

  onStorage(listener: () => void): () => void {
    const entry = () => listener();
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancelNews?.();
    this.#listeners.clear();
    await this.#stack[Symbol.asyncDispose]();
  }

  /** Nobody heard that the clip is ready: the hub crashed while it was being recorded. */
  #publishClip({ id, camera, kind, startedAt, snapshotId }: Recording): void {
    if (kind === 'continuous') return;
    const snapshot = snapshotId === undefined ? {} : { snapshot: { id: snapshotId, ready: true } };
    this.#publish({
      ...{ kind: 'clip', phase: 'ready', camera, at: startedAt },
      media: { clip: { id, ready: true }, ...snapshot },
    });
  }

  #publish(draft: EventDraft): void {
    try {
      this.#options.publish(draft);
    } catch (error) {
      this.#options.log.warn(`An event of the storage did not go out: ${reason(error)}`);
    }
  }

  #waiting(): { bufferedMs: number; hoursLeft?: number } {
    const { hoursLeft } = this.#room;
    return {
      bufferedMs: this.#index.spoolTotals().bufferedMs,
      ...(hoursLeft !== undefined && { hoursLeft }),
    };
  }

  #targetRoom(): ReturnType<RetentionOptions['room']> {
    const { state, facts, seenAt } = this.#watch.status;
    const answers = state === 'ready' || state === 'refused';
    if (!answers || facts?.freeBytes === undefined || seenAt === undefined) return undefined;
    const { freeBytes, totalBytes } = facts;
    return { freeBytes, ...(totalBytes !== undefined && { totalBytes }), seenAt };
  }

  #tell(): void {
    // What hangs at the target may end after all else.
    if (this.#closed) return;
    this.#cancelNews ??= this.#options.clock.after(NEWS_MS, () => {
      this.#cancelNews = undefined;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

function refuseNetwork(spool: string): void {
  const fileSystem = networkFileSystem(join(spool, 'recording'));
  if (fileSystem !== undefined) throw new ProblemError(spoolOnNetworkProblem(spool, fileSystem));
}
