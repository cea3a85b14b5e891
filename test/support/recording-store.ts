/** What recorders write to, in a folder: the real spool and index, without a target. */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MediaFile, RecordingStore } from '../../plugin/recordings/contract.ts';
import type { RecordingIndex } from '../../plugin/recordings/index/contract.ts';
import { openRecordingIndex } from '../../plugin/recordings/index/recording-index.ts';
import { knownUntil } from '../../plugin/recordings/known-until.ts';
import type { NewGap, Recording } from '../../plugin/recordings/recording.ts';
import type { Spool } from '../../plugin/recordings/spool/contract.ts';
import { createSpool } from '../../plugin/recordings/spool/spool.ts';
import { writeProblem } from '../../plugin/recordings/storage-problem.ts';
import type { Clock } from '../../plugin/system/clock.ts';
import type { Log } from '../../plugin/system/log.ts';
import { ProblemError } from '../../plugin/system/problem.ts';

export interface TestRecordings extends RecordingStore, AsyncDisposable {
  readonly index: RecordingIndex;
  readonly spool: Spool;
  /** In the order in which they were noted. */
  readonly gaps: Omit<NewGap, 'camera'>[];
  /** While it is set, the disk refuses every write with this error. */
  fault: NodeJS.ErrnoException | undefined;
  /** Complete recordings, oldest first. */
  closed(): Recording[];
  /** Puts a complete recording together as one file; its path. */
  file(id: string): Promise<string>;
}

export function openTestRecordings(folder: string, clock: Clock, log: Log): TestRecordings {
  const index = openRecordingIndex({ path: join(folder, 'recordings.sqlite'), clock, log });
  const spool = createSpool({ folder: join(folder, 'spool'), index, clock, log });
  const gaps: TestRecordings['gaps'] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (store.fault) throw store.fault;
      return await work();
    } catch (error) {
      throw new ProblemError(writeProblem(error, spool.folder), { cause: error });
    }
  };
  const store: TestRecordings = {
    index,
    spool,
    gaps,
    fault: undefined,
    async begin(opening, init, options) {
      const writer = await attempt(() => spool.begin(opening, init, options));
      return {
        write: (fragment) => attempt(() => writer.write(fragment)),
        complete: (eventIds) => attempt(() => writer.complete(eventIds)),
      };
    },
    saveSnapshot: (event, still) => attempt(() => spool.saveSnapshot(event, still)),
    noteGap(gap) {
      const { camera: _, ...facts } = gap;
      gaps.push(facts);
      index.addGap(gap);
    },
    lastContinuousEnd: (cameraId) => knownUntil(index, cameraId, clock.now()),
    closed: () => index.list({ states: ['closed'], order: 'oldest', limit: 1000 }),
    async file(id) {
      const recording = index.get(id);
      if (!recording) throw new Error(`there is no recording ${id}`);
      const path = join(folder, `${id}.mp4`);
      await pipeline(contentOf(spool.open(recording)), createWriteStream(path));
      return path;
    },
    async [Symbol.asyncDispose]() {
      await spool[Symbol.asyncDispose]();
      index[Symbol.dispose]();
    },
  };
  return store;
}

const contentOf = (file: MediaFile) => file.read(0, file.bytes, new AbortController().signal);
