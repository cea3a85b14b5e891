/** A file beside the index that is given up when the disk is full: to remove a recording, the index must be able to write that first. */
import { randomFillSync } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { sqliteCode } from '../../events/sqlite-file.ts';

/** The index writes up to 4 MiB beside itself before it tidies up. */
const BALLAST_BYTES = 8 * 2 ** 20;
/** Primary result code of SQLite: https://www.sqlite.org/rescode.html */
const SQLITE_FULL = 13;

export class Ballast {
  readonly #path: string;

  /** @param index path of the index */
  constructor(index: string) {
    this.#path = `${index}.ballast`;
  }

  /** Writes to the index; when the disk has no room for it, once more without the ballast. Throws what that throws. */
  use<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (!isFull(error) || !existsSync(this.#path)) throw error;
      rmSync(this.#path, { force: true });
      return write();
    }
  }

  /** Makes it where it is missing. Rejects when it cannot be written; then nothing of it is left. */
  async make(): Promise<void> {
    if (existsSync(this.#path)) return;
    const temporary = `${this.#path}.new`;
    try {
      // Noise: a file system that packs or skips zeros would give nothing back for them.
      await writeFile(temporary, randomFillSync(Buffer.alloc(BALLAST_BYTES)), { mode: 0o600, flush: true });
      await rename(temporary, this.#path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

function isFull(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_FULL;
}
