/** All of the recordings behind one door: spool, index, target, and what the owner sees of them. */
import type { ClipInfo, Problem, StorageInfo, TimelineReply } from '../../protocol/api.ts';
import type { EventDraft } from '../../protocol/event.ts';
import type { Config } from '../config.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { Closing } from '../system/closing.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { rebuild } from './check/rebuild.ts';
import { clipInfo } from './clip-info.ts';
import type { ClipQuery, MediaFile, Recordings, RecordingWriter } from './contract.ts';
import { footageFile } from './footage-file.ts';
import { Forwarder } from './forward/forwarder.ts';
import { TargetLink } from './forward/target-link.ts';
import type { RecordingIndex } from './index/contract.ts';
import { openRecordingIndex } from './index/recording-index.ts';
import { knownUntil } from './known-until.ts';
import { openTarget, targetPlace } from './open-target.ts';
import type { NewGap, Recording, Segment } from './recording.ts';
import { Retention } from './retention/retention.ts';
import { RoomKeeper } from './room/room-keeper.ts';
import { sidecarOf } from './sidecar.ts';
import type { Spool } from './spool/contract.ts';
import { createSpool } from './spool/spool.ts';
import { StorageEvents } from './storage-events.ts';
import { storageInfo } from './storage-info.ts';
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
  /** Length of a segment; shorter where tests want to see many. */
  segmentMs?: number;
  publish(draft: EventDraft): void;
  clock: Clock;
  log: Log;
  startChild: StartChild;
}

const GIB = 2 ** 30;
/** News come in bursts; those who show them look at most so often. */
const NEWS_MS = 500;

/**
 * Finishes what a crash left, then begins to bring recordings to the target; it waits for the disk of this machine, never for the target.
 * Rejects with a `ProblemError` when the index cannot be used (`index-on-network`, `index-unwritable`).
 */
export async function openRecordings(options: RecordingsOptions): Promise<Recordings> {
  const stack = new Closing();
  try {
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
  readonly #index: RecordingIndex;
  readonly #stack: Closing;
  readonly #spool: Spool;
  readonly #place: ReturnType<typeof targetPlace>;
  readonly #link: TargetLink;
  readonly #watch: TargetWatch;
  readonly #events: StorageEvents;
  readonly #forwarder: Forwarder;
  readonly #retention: Retention;
  readonly #room: RoomKeeper;
  readonly #listeners = new Set<() => void>();
  #cancelNews: (() => void) | undefined;
  #crashed = false;
  readonly #guard: WriteGuard;

  constructor(options: RecordingsOptions, index: RecordingIndex, stack: Closing) {
    const { config, clock, log, publish } = options;
    this.#options = options;
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
    this.#link = new TargetLink({ ...shared, target, place });
    this.#events = stack.use(
      new StorageEvents({ clock, publish, waiting: () => this.#waiting(), crashed: () => this.#crashed }),
    );
    this.#watch = new TargetWatch(clock, (status) => {
      this.#events.target(status);
      this.#tell();
    });
    this.#forwarder = stack.use(
      new Forwarder({
        ...{ ...shared, link: this.#link, place, watch: this.#watch },
        noteGap: (gap) => this.noteGap(gap),
        takeStock: async (session, stock) => void (await rebuild({ ...shared, ...stock, session })),
        onFull: () => void this.#retention.run(),
      }),
    );
    this.#retention = stack.use(
      new Retention({
        ...{ ...shared, ...limitsOf(config), where: place.where, busy, room: () => this.#targetRoom() },
        rebuilding: () => this.#forwarder.rebuilding !== undefined,
        onRemoval: () => this.#forwarder.news(),
        removeSnapshots: (snapshots) => this.#forwarder.removeSnapshots(snapshots),
      }),
    );
    this.#room = stack.use(
      new RoomKeeper({
        ...{ ...shared, busy, maxBytes: config.spoolGiB * GIB },
        targetReady: () => this.#watch.status.state === 'ready',
        onGap: (gap) => this.#events.gap(gap),
        onLow: () => this.#events.low(),
      }),
    );
  }

  async start(): Promise<void> {
    const { finished } = await this.#spool.recover();
    this.#crashed = finished.length > 0;
    await this.#room.look();
    this.#forwarder.start();
    this.#room.start();
    this.#retention.start();
    for (const recording of finished) this.#publishClip(recording);
  }

  get problems(): Problem[] {
    const target = this.#watch.status.problem;
    return [
      this.#guard.problem,
      this.#room.problem,
      target,
      ...this.#retention.problems,
      ...this.#forwarder.problems,
    ].filter((problem) => problem !== undefined);
  }

  list(query: ClipQuery): ClipInfo[] {
    return this.#index.list({ ...query, kind: 'clips' }).flatMap((recording) => clipInfo(recording) ?? []);
  }

  get(id: string): ClipInfo | undefined {
    return clipInfo(this.#index.get(id));
  }

  async clip(id: string): Promise<MediaFile | undefined> {
    return this.get(id) ? this.open(id) : undefined;
  }

  async snapshot(id: string): Promise<MediaFile | undefined> {
    const snapshot = this.#index.getSnapshot(id);
    if (!snapshot || snapshot.state === 'deleting') return undefined;
    const { bytes, at, base, sha256 } = snapshot;
    const facts = { bytes, etag: sha256.slice(0, 32), modifiedAt: at };
    return footageFile({
      ...facts,
      spooled: () => this.#spool.openSnapshot(id),
      stored: () => this.#link.media(`${base}.jpg`, { ...facts, sha256 }),
    });
  }

  timeline({ camera, from, to }: { camera: string; from: number; to: number }): TimelineReply {
    const gaps = this.#index.gaps({ camera, from, to });
    return {
      spans: this.#index.spans(camera, from, to),
      gaps: gaps.map((gap) => ({ ...gap, from: Math.max(from, gap.from), to: Math.min(to, gap.to) })),
    };
  }

  async storage(): Promise<StorageInfo> {
    const { config, clock } = this.#options;
    const [problem] = this.problems;
    const { asks } = this.#retention;
    const { rebuilding } = this.#forwarder;
    const { hoursLeft } = this.#room;
    return storageInfo({
      ...{ place: this.#place, status: this.#watch.status, index: this.#index, now: clock.now() },
      ...{
        limits: limitsOf(config),
        spool: { path: this.#spool.folder, maxBytes: config.spoolGiB * GIB, hoursLeft },
      },
      ...{ asks, rebuilding, problem },
    });
  }

  async pin(id: string, pinned: boolean): Promise<ClipInfo> {
    const before = this.#index.get(id);
    const info = clipInfo(before);
    if (!before || !info) {
      throw new ProblemError({
        code: 'no-such-clip',
        what: `There is no clip ${id}.`,
        cure: 'Ask /api/v1/clips for those there are.',
      });
    }
    // What an inquiry needs stays whatever the household does with its pins.
    if (before.keep === 'held') return info;
    this.#index.setKeep(id, pinned ? 'pinned' : undefined);
    if (before.spooled && before.state !== 'open') await this.#pinInSpool(id);
    this.#forwarder.news();
    return this.get(id) ?? info;
  }

  async setUpTarget(): Promise<void> {
    await this.#forwarder.setUp();
  }

  async allowRemoval(): Promise<void> {
    await this.#retention.allow();
  }

  recordings({ camera, from, to }: { camera: string; from: number; to: number }): Recording[] {
    const states = ['closed', 'forwarding', 'stored'] as const;
    return this.#index.list({ camera, from, to, states, order: 'oldest', limit: 100_000 });
  }

  segments(recordingId: string): Segment[] {
    return this.#index.segments(recordingId);
  }

  async open(recordingId: string): Promise<MediaFile | undefined> {
    const recording = this.#index.get(recordingId);
    if (!recording || recording.state === 'open' || recording.state === 'deleting') return undefined;
    const { id, bytes, endedAt, base } = recording;
    const facts = { bytes, etag: `${id}-${bytes.toString(36)}`, modifiedAt: endedAt };
    return footageFile({
      ...facts,
      spooled: () => {
        const now = this.#index.get(id);
        return now?.spooled ? this.#spool.open(now) : undefined;
      },
      stored: () => this.#link.media(`${base}.mp4`, { ...facts, sha256: '' }),
    });
  }

  async begin(...[opening, init, options]: Parameters<Recordings['begin']>): Promise<RecordingWriter> {
    const writer = await this.#guard.attempt(async () => {
      this.#room.refuse();
      return this.#spool.begin(opening, init, options);
    });
    let whole = true;
    return {
      write: async (fragment) => {
        try {
          await this.#guard.attempt(() => writer.write(fragment));
          this.#room.wrote(fragment.data.length);
        } catch (error) {
          whole = false;
          throw error;
        }
      },
      complete: async (eventIds) => {
        const recording = await this.#guard.attempt(() => writer.complete(eventIds));
        if (recording && whole) this.#guard.recovered();
        this.#forwarder.news();
        this.#tell();
        return recording;
      },
    };
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
    this.#cancelNews?.();
    this.#listeners.clear();
    await this.#stack[Symbol.asyncDispose]();
  }

  /** What a lost index would be made again from says it too. */
  async #pinInSpool(id: string): Promise<void> {
    const event = (await this.#spool.sidecar(id))?.event;
    const now = this.#index.get(id);
    if (!now?.spooled) return;
    await this.#spool
      .writeSidecar(id, sidecarOf(now, this.#index.segments(id), event))
      // It may be on its way out of the spool; the target's is written anew in any case.
      .catch((error: unknown) =>
        this.#options.log.debug(`The sidecar of ${id} stays as it was: ${reason(error)}`),
      );
  }

  /** Nobody heard that the clip is ready: the hub crashed while it was being recorded. */
  #publishClip({ id, camera, kind, startedAt, snapshotId }: Recording): void {
    if (kind === 'continuous') return;
    const snapshot = snapshotId === undefined ? {} : { snapshot: { id: snapshotId, ready: true } };
    this.#options.publish({
      ...{ kind: 'clip', phase: 'ready', camera, at: startedAt },
      media: { clip: { id, ready: true }, ...snapshot },
    });
  }

  #waiting(): { bufferedMs: number; hoursLeft?: number } {
    const { hoursLeft } = this.#room;
    return {
      bufferedMs: this.#index.spoolTotals().bufferedMs,
      ...(hoursLeft !== undefined && { hoursLeft }),
    };
  }

  #targetRoom(): { freeBytes: number; seenAt: number } | undefined {
    const { state, facts, seenAt } = this.#watch.status;
    const answers = state === 'ready' || state === 'refused';
    if (!answers || facts?.freeBytes === undefined || seenAt === undefined) return undefined;
    return { freeBytes: facts.freeBytes, seenAt };
  }

  #tell(): void {
    this.#cancelNews ??= this.#options.clock.after(NEWS_MS, () => {
      this.#cancelNews = undefined;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}

function limitsOf({ keepDays, keepContinuousDays, maxGiB, minFreeGiB }: Config['recordings']) {
  return {
    keepDays,
    keepContinuousDays: Math.min(keepDays, keepContinuousDays ?? keepDays),
    maxBytes: maxGiB === undefined ? undefined : maxGiB * GIB,
    minFreeBytes: minFreeGiB * GIB,
  };
}
