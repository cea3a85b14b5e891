/** What the household decided for each camera, in one small private file, where what cannot be read must not pass for nothing. */
import { copyFileSync, linkSync, statSync } from 'node:fs';
import type { Problem } from '../../protocol/api.ts';
import type { Log } from './log.ts';
import { inWords, reason } from './problem.ts';
import type { TextFile } from './text-file.ts';

export interface CameraFileOptions<T> {
  path: string;
  openFile(path: string): TextFile;
  log: Log;
  /** What an entry of the file says; undefined where that cannot be read. */
  parse(entry: unknown): T | undefined;
  /** Of a camera for which nothing was decided, and of one for which it is not known what was. */
  untouched: T;
  unknown: T;
  unreadable: Problem;
  /** @param why in short */
  unwritable(why: string): Problem;
}

/** In the place of a camera's id: of all that the file does not name, it is not known what was decided. */
const ALL_OTHERS = '*';

/** Never throws: what cannot be read or kept is a problem in words. */
export class CameraFile<T> {
  readonly #options: CameraFileOptions<T>;
  readonly #file: TextFile;
  /** All that the file holds, also of cameras that are not configured now. */
  readonly #kept = new Map<string, T>();
  /** What it holds of cameras and cannot be read; it is written as it was, so that it stays unknown. */
  readonly #unreadable = new Map<string, unknown>();
  /** Whether the file as a whole cannot be read, or could not be before it was written anew. */
  #lost = false;
  /** Whether what cannot be read is still in its place. */
  #isDamaged = false;
  readonly #asked = new Set<string>();
  #unwritable: Problem | undefined;

  constructor(options: CameraFileOptions<T>) {
    this.#options = options;
    this.#file = options.openFile(options.path);
    this.#read();
  }

  /** What is wrong with the file as of now, for the cameras that were asked for. */
  get problem(): Problem | undefined {
    const isUnknown = [...this.#asked].some((id) => this.#isUnknown(id));
    return this.#unwritable ?? (isUnknown ? this.#options.unreadable : undefined);
  }

  of(cameraId: string): T {
    this.#asked.add(cameraId);
    const { untouched, unknown } = this.#options;
    return this.#kept.get(cameraId) ?? (this.#isUnknown(cameraId) ? unknown : untouched);
  }

  /** Returns what is wrong when it cannot be kept. */
  keep(cameraId: string, value: T): Problem | undefined {
    this.#kept.set(cameraId, value);
    this.#unreadable.delete(cameraId);
    if (this.#isDamaged) this.#keepAside();
    try {
      this.#file.write(`${JSON.stringify(this.#held(), null, 1)}\n`);
      this.#unwritable = undefined;
      this.#isDamaged = false;
    } catch (error) {
      this.#unwritable = this.#options.unwritable(reason(error));
      this.#options.log.error(inWords(this.#unwritable));
    }
    return this.#unwritable;
  }

  #isUnknown(id: string): boolean {
    return !this.#kept.has(id) && (this.#lost || this.#unreadable.has(id));
  }

  #read(): void {
    const { parse, unreadable, log } = this.#options;
    try {
      const text = this.#file.read();
      if (text === undefined) return;
      const held: unknown = JSON.parse(text);
      if (typeof held !== 'object' || held === null || Array.isArray(held))
        throw new Error('it holds no object');
      for (const [id, entry] of Object.entries(held)) {
        const value = parse(entry);
        if (id === ALL_OTHERS) this.#lost = true;
        else if (value !== undefined) this.#kept.set(id, value);
        else this.#unreadable.set(id, entry);
      }
      if (this.#unreadable.size) log.error(inWords(unreadable));
    } catch (error) {
      this.#lost = true;
      this.#isDamaged = true;
      log.error(`${inWords(unreadable)} (${reason(error)})`);
    }
  }

  /** Of a lost file, cameras for which nobody has decided anew are still unknown after a restart, also those that are not configured now. */
  #held(): Record<string, unknown> {
    return Object.fromEntries([
      ...(this.#lost ? [[ALL_OTHERS, null] as const] : []),
      ...this.#unreadable,
      ...this.#kept,
    ]);
  }

  /** Somebody may still make out what it said. It stays in its place as well until it is replaced: without a file, nothing is unknown. */
  #keepAside(): void {
    const { path, log } = this.#options;
    try {
      const aside = `${path}.broken-${Math.floor(statSync(path).mtimeMs)}`;
      try {
        linkSync(path, aside);
      } catch {
        // Not every file system knows links.
        copyFileSync(path, aside);
      }
      log.warn(`What cannot be read was kept as ${aside}.`);
    } catch (error) {
      log.warn(`What cannot be read of ${path} could not be kept: ${reason(error)}`);
    }
  }
}
