import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClipInfo, Problem, StorageInfo } from '../../protocol/api.ts';
import type { CameraRef, DoorstepEvent } from '../../protocol/event.ts';
import type { Fragment, Init, Still } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { ClipIndex } from './clip-index.ts';
import { rebuildIndex, recoverClip } from './clip-recovery.ts';
import { appendToDay } from './clip-removal.ts';
import { infoOf, type Sidecar, writeSidecar } from './clip-sidecar.ts';
import { ClipTidy, freeBytesOf } from './clip-tidy.ts';
import { ClipWriter } from './clip-writer.ts';
import type { ClipQuery, ClipSource, MediaFile } from './contract.ts';
import { fileMedia } from './file-media.ts';
import { IDENTITY_FILE, PART, recordingBase } from './layout.ts';
import type { NewGap, Recording } from './recording.ts';
import { keepTidy } from './retention.ts';
import { writeProblem } from './storage-problem.ts';

export interface ClipStoreOptions {
  /** Absolute path of the folder that holds the recordings. Made when it is missing. */
  root: string;
  /** The index; on a local disk. */
  databasePath: string;
  keepDays: number;
  minFreeBytes: number;
  clock: Clock;
  log: Log;
}

/** What is known when a clip begins. */
export interface ClipOpening {
  id: string;
  camera: CameraRef;
  kind: ClipInfo['kind'];
  /** Epoch ms of what opened it; gives the file its name. */
  at: number;
  /** Epoch ms of the first picture. */
  startedAt: number;
  eventIds: readonly string[];
  event?: DoorstepEvent;
}

/** A clip being written. Calls must not overlap. */
export interface ClipRecording {
  /** Rejects with a `ProblemError` when the disk does not take it; {@link complete} keeps what was written before. */
  write(fragment: Fragment): Promise<void>;
  /** Ends it. Resolves to undefined when there is no picture in it (no file then). Rejects with a `ProblemError`. */
  complete(eventIds: readonly string[]): Promise<Recording | undefined>;
}

/** Where snapshots belong: the event that they show. */
export interface SnapshotOpening {
  id: string;
  camera: CameraRef;
  kind: ClipInfo['kind'];
  at: number;
}

/** Clips and snapshots as files, and the index of them. Faults of the disk are said in the log once and in {@link ClipSource.storage}. */
export interface ClipStore extends ClipSource, AsyncDisposable {
  /** What keeps clips from being written, or kept as asked for, now. */
  readonly problem: Problem | undefined;
  clipPath(id: string): string | undefined;
  snapshotPath(id: string): string | undefined;
  /** Begins a clip. Rejects with a `ProblemError`. */
  begin(opening: ClipOpening, init: Init, options: { audio: boolean }): Promise<ClipRecording>;
  /** Keeps the picture of an event. Rejects with a `ProblemError`. */
  saveSnapshot(event: SnapshotOpening, still: Still): Promise<void>;
  noteGap(gap: NewGap): void;
  lastContinuousEnd(cameraId: string): number | undefined;
}

/** Opens the recordings folder; finishes clips that a crash left behind, and makes the index again when it is lost. Never rejects. */
export async function openClipStore(options: ClipStoreOptions): Promise<ClipStore> {
  const store = new FolderStore(options);
  await store.recover();
  return store;
}

class FolderStore implements ClipStore {
  readonly #options: ClipStoreOptions;
  readonly #index: ClipIndex;
  #writeProblem: Problem | undefined;
  readonly #tidy: ClipTidy;
  #tidying: ReturnType<typeof keepTidy> | undefined;

  constructor(options: ClipStoreOptions) {
    this.#options = options;
    this.#index = new ClipIndex({ ...options, path: options.databasePath });
    this.#tidy = new ClipTidy(this.#index, options);
  }

  async recover(): Promise<void> {
    const { root, clock, log } = this.#options;
    await this.#attempt(() => prepareRoot(root, clock.now())).catch(() => {});
    if (this.#index.totals().clips === 0) {
      const found = await rebuildIndex(root, this.#index, log);
      if (found > 0) log.info(`The clip index was made again from ${found} files in ${root}.`);
    }
    for (const clip of this.#index.unfinished()) {
      try {
        const info = await recoverClip(root, clip);
        if (info) await this.#enter(info, clip.base);
        else this.#index.remove(clip.info.id);
        if (info) log.info(`A clip that was cut short was finished: ${clip.base}.mp4`);
      } catch (error) {
        log.warn(`A clip that was cut short stays as it is (${clip.base}.mp4${PART}): ${reason(error)}`);
      }
    }
    this.#tidying = keepTidy(clock, () => this.#tidy.run());
  }

  async begin(opening: ClipOpening, init: Init, options: { audio: boolean }): Promise<ClipRecording> {
    const { root, clock } = this.#options;
    const { id, camera, kind, at, startedAt, event } = opening;
    const base = recordingBase(camera.slug, kind, id, at);
    const path = join(root, base);
    const info: ClipInfo = {
      id,
      camera,
      kind,
      eventIds: [...opening.eventIds],
      startedAt,
      endedAt: startedAt,
      bytes: 0,
      state: 'recording',
    };
    const sidecar: Sidecar = { schema: 1, ...info, ...(event && { event }) };
    const writer = await this.#attempt(async () => {
      await prepareRoot(root, clock.now());
      await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      this.#index.put({ info, base });
      await writeSidecar(`${path}.json`, sidecar);
      return ClipWriter.open(`${path}.mp4`, init, options);
    }).catch(async (error: unknown) => {
      await this.#forget(id, path);
      throw error;
    });
    let whole = true;
    return {
      write: (fragment) =>
        this.#attempt(() => writer.write(fragment)).catch((error: unknown) => {
          whole = false;
          throw error;
        }),
      complete: async (eventIds) => {
        const finished = await this.#attempt(() =>
          this.#complete(writer, base, { ...sidecar, eventIds: [...eventIds] }),
        );
        if (whole && finished) this.#recovered();
        return finished && { ...finished, state: 'closed', base, spooled: false };
      },
    };
  }

  async saveSnapshot({ id, camera, kind, at }: SnapshotOpening, { jpeg }: Still): Promise<void> {
    const { root, clock } = this.#options;
    const base = recordingBase(camera.slug, kind, id, at);
    const path = join(root, `${base}.jpg`);
    await this.#attempt(async () => {
      await prepareRoot(root, clock.now());
      await mkdir(dirname(path), { recursive: true, mode: 0o750 });
      await writeFile(path + PART, jpeg, { mode: 0o640 });
      await rename(path + PART, path);
      this.#index.putSnapshot({ id, at, base });
    });
  }

  list(query: ClipQuery): ClipInfo[] {
    return this.#index.list(query);
  }

  get(id: string): ClipInfo | undefined {
    return this.#index.get(id)?.info;
  }

  async clip(id: string): Promise<MediaFile | undefined> {
    const path = this.clipPath(id);
    return path === undefined ? undefined : fileMedia(path);
  }

  async snapshot(id: string): Promise<MediaFile | undefined> {
    const path = this.snapshotPath(id);
    return path === undefined ? undefined : fileMedia(path);
  }

  noteGap(): void {}

  lastContinuousEnd(): undefined {}

  timeline() {
    return { spans: [], gaps: [] };
  }

  clipPath(id: string): string | undefined {
    const clip = this.#index.get(id);
    return clip?.info.state === 'ready' ? join(this.#options.root, `${clip.base}.mp4`) : undefined;
  }

  snapshotPath(id: string): string | undefined {
    const snapshot = this.#index.getSnapshot(id);
    return snapshot && join(this.#options.root, `${snapshot.base}.jpg`);
  }

  get problem(): Problem | undefined {
    return this.#writeProblem ?? this.#tidy.problem;
  }

  async storage(): Promise<StorageInfo> {
    const { root, keepDays } = this.#options;
    const freeBytes = await freeBytesOf(root).catch(() => 0);
    const { problem } = this;
    return {
      target: { kind: 'embedded', where: root, state: 'ready', since: 0, freeBytes },
      ...this.#index.totals(),
      continuous: 0,
      keepDays,
      keepContinuousDays: keepDays,
      spool: { path: root, bytes: 0, maxBytes: 0, bufferedMs: 0 },
      dropped: { recordings: 0, bytes: 0 },
      ...(problem && { problem }),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tidying?.stop();
    this.#index[Symbol.dispose]();
  }

  async #complete(writer: ClipWriter, base: string, sidecar: Sidecar): Promise<ClipInfo | undefined> {
    const path = join(this.#options.root, base);
    const file = await writer.finish();
    if (!file) {
      await this.#forget(sidecar.id, path);
      return undefined;
    }
    const { bytes, sha256, durationMs } = file;
    const snapshotId = sidecar.eventIds.find((id) => this.#index.getSnapshot(id));
    const finished: Sidecar = {
      ...sidecar,
      endedAt: sidecar.startedAt + durationMs,
      bytes,
      sha256,
      state: 'ready',
      ...(snapshotId && { snapshotId }),
    };
    await writeSidecar(`${path}.json`, finished);
    const info = infoOf(finished);
    await this.#enter(info, base);
    this.#tidying?.ask();
    return info;
  }

  /** A clip is complete: its line in the day's index, then its row. */
  async #enter(info: ClipInfo, base: string): Promise<void> {
    await appendToDay(this.#options.root, base, { ...info, file: `${base}.mp4` });
    this.#index.put({ info, base });
  }

  /** Nothing came of a clip: its traces go. */
  async #forget(id: string, path: string): Promise<void> {
    this.#index.remove(id);
    for (const ending of [`.mp4${PART}`, '.json', `.json${PART}`]) {
      await rm(path + ending, { force: true }).catch(() => {});
    }
  }

  /** A whole clip was written. */
  #recovered(): void {
    if (this.#writeProblem) this.#options.log.info('Clips can be written again.');
    this.#writeProblem = undefined;
  }

  /** Runs what writes; its failure becomes a `ProblemError`, said in the log when it is news. */
  async #attempt<T>(write: () => Promise<T>): Promise<T> {
    const { root, log } = this.#options;
    try {
      return await write();
    } catch (error) {
      const problem = writeProblem(error, root);
      if (this.#writeProblem?.code !== problem.code) log.error(`${problem.what} ${problem.cure}`);
      this.#writeProblem = problem;
      throw new ProblemError(problem, { cause: error });
    }
  }
}

/** Makes the folder and its identity, once. */
async function prepareRoot(root: string, now: number): Promise<void> {
  await mkdir(root, { recursive: true, mode: 0o750 });
  const identity = { doorstep: 1, id: randomUUID(), createdAt: now };
  await writeFile(join(root, IDENTITY_FILE), `${JSON.stringify(identity)}\n`, {
    flag: 'wx',
    mode: 0o640,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}
