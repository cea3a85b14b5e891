import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { Sealed } from '../recording.ts';

/** The file of a segment while it grows. Size and hash are of the whole appends alone; calls must not overlap. */
export class SegmentFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #torn = false;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** Rejects when it is there already. */
  static async create(path: string): Promise<SegmentFile> {
    return new SegmentFile(path, await open(path, 'wx', 0o600));
  }

  /** Bytes of the whole appends. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Appends these pieces, in order. Rejects when the disk does not take all of them; then none of them count. */
  async append(parts: readonly Buffer[]): Promise<void> {
    this.#torn = true;
    let end = this.#bytes;
    for (let left = parts; left.length > 0; ) {
      const { bytesWritten } = await this.#handle.writev(left, end);
      end += bytesWritten;
      left = without(left, bytesWritten);
    }
    this.#torn = false;
    this.#bytes = end;
    for (const part of parts) this.#hash.update(part);
  }

  /** Waits for the disk, and closes it. Its folder is for the caller to sync. */
  async seal(): Promise<Sealed> {
    try {
      if (this.#torn) await this.#handle.truncate(this.#bytes);
      await this.#handle.sync();
    } finally {
      await this.#handle.close();
    }
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes it as it is. */
  async abandon(): Promise<void> {
    await this.#handle.close();
  }
}

/** What of these pieces follows their first bytes. */
function without(parts: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return parts.flatMap((part) => {
    const taken = Math.min(left, part.length);
    left -= taken;
    return taken < part.length ? [part.subarray(taken)] : [];
  });
}
