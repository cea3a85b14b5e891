import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords, ProblemError } from '../system/problem.ts';
import type { RecordingWriter } from './contract.ts';
import { writeProblem } from './storage-problem.ts';

interface WriterNews {
  wrote(bytes: number): void;
  ended(): void;
}

/** Turns faults of the disk into problems in words, each said in the log once, until a whole recording was written again. */
export class WriteGuard {
  readonly #folder: string;
  readonly #log: Log;
  #problem: Problem | undefined;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Runs what writes; rejects with a `ProblemError`. */
  async attempt<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : writeProblem(error, this.#folder);
      if (this.#problem?.code !== problem.code) this.#log.error(inWords(problem));
      this.#problem = problem;
      throw error instanceof ProblemError ? error : new ProblemError(problem, { cause: error });
    }
  }

  /** A writer whose faults are problems in words. `wrote` hears how many bytes each fragment had, `ended` that the recording is complete. */
  writer(inner: RecordingWriter, { wrote, ended }: WriterNews): RecordingWriter {
    let whole = true;
    return {
      write: async (fragment) => {
        try {
          await this.attempt(() => inner.write(fragment));
        } catch (error) {
          whole = false;
          throw error;
        }
        wrote(fragment.data.length);
      },
      complete: async (eventIds) => {
        const recording = await this.attempt(() => inner.complete(eventIds));
        if (recording && whole) this.#recovered();
        ended();
        return recording;
      },
    };
  }

  #recovered(): void {
    if (this.#problem) this.#log.info('Recordings can be written again.');
    this.#problem = undefined;
  }
}
