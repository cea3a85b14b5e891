/** Recordings in the folder inside the Homebridge storage, when they go to another place now. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { inWords } from '../system/problem.ts';
import { leftBehindProblem } from './storage-problem.ts';

export interface LeftBehindOptions {
  /** On the disk of this machine. */
  folder: string;
  clock: Clock;
  log: Log;
  /** The problem came, changed or went. */
  onNews(): void;
}

/** How often the folder is looked at. */
const LOOK_MS = 3_600_000;

/** Camera, year, month, day. */
const FOLDERS = [/./, /^\d{4}$/, /^\d{2}$/, /^\d{2}$/];

/** Says that footage still lies there: nobody lists it, and its age removes it no more. Reads only. */
export class LeftBehind implements AsyncDisposable {
  readonly #options: LeftBehindOptions;
  #problem: Problem | undefined;
  #cancel = () => {};
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: LeftBehindOptions) {
    this.#options = options;
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  start(): void {
    if (this.#closed) return;
    this.#looking = this.#look().finally(() => {
      if (!this.#closed) this.#cancel = this.#options.clock.after(LOOK_MS, () => this.start());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#cancel();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { folder, log, onNews } = this.#options;
    const { count, bytes } = await this.#measure(folder, FOLDERS);
    if (this.#closed) return;
    const problem = count > 0 ? leftBehindProblem(folder, count, bytes) : undefined;
    if (problem?.what === this.#problem?.what) return;
    if (problem && !this.#problem) log.warn(inWords(problem));
    this.#problem = problem;
    onNews();
  }

  /** What cannot be read counts as nothing. */
  async #measure(
    path: string,
    [next, ...rest]: readonly RegExp[],
  ): Promise<{ count: number; bytes: number }> {
    const sum = { count: 0, bytes: 0 };
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      if (this.#closed) break;
      const inside = join(path, entry.name);
      if (next) {
        if (!entry.isDirectory() || !next.test(entry.name)) continue;
        const { count, bytes } = await this.#measure(inside, rest);
        sum.count += count;
        sum.bytes += bytes;
      } else if (entry.isFile() && entry.name.endsWith('.mp4')) {
        sum.count += 1;
        sum.bytes += await stat(inside).then(
          ({ size }) => size,
          () => 0,
        );
      }
    }
    return sum;
  }
}
