import { type FileHandle, open } from 'node:fs/promises';
import type { Fragment, Init } from '../camera/contract.ts';
import { type FinishedFile, finishClipFile } from './clip-file.ts';
import { PART } from './layout.ts';
import type { SyncPoint } from './mp4/file-index.ts';
import { FragmentMerger, type Merged } from './mp4/fragment-merger.ts';
import { makeRecordingInit, type RecordingInit } from './mp4/recording-init.ts';

/**
 * Writes one clip: fragmented MP4 as the camera sent it, in fragments of a GOP or a second. Until {@link finish} it is called
 * `<path>.part` and is playable up to its last fragment at any moment. Calls must not overlap.
 */
export class ClipWriter {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #init: RecordingInit;
  readonly #merger: FragmentMerger;
  readonly #syncPoints: SyncPoint[] = [];
  #bytes = 0;
  #duration = 0;
  /** Set while a fragment is being written, and for good when that failed. */
  #torn = false;

  private constructor(handle: FileHandle, path: string, init: RecordingInit) {
    this.#handle = handle;
    this.#path = path;
    this.#init = init;
    this.#merger = new FragmentMerger(init);
  }

  /** Begins a file. Rejects when it exists or cannot be made. */
  static async open(path: string, init: Init, options: { audio: boolean }): Promise<ClipWriter> {
    const clipInit = makeRecordingInit(init.data, options);
    const handle = await open(path + PART, 'wx+', 0o640);
    const writer = new ClipWriter(handle, path, clipInit);
    try {
      await writer.#append(clipInit.data);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return writer;
  }

  /** Bytes that are in the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a fragment of the generation that `init` began. Rejects when the disk does not take it; {@link finish} still works then. */
  async write(fragment: Fragment): Promise<void> {
    for (const merged of this.#merger.push(fragment)) await this.#appendMerged(merged);
  }

  /** Ends the file and gives it its name. Resolves to undefined when no picture was written; there is no file then. */
  async finish(): Promise<FinishedFile | undefined> {
    // What comes after a lost fragment would be a jump in the picture; what is there before is still worth having.
    const failure = this.#torn
      ? undefined
      : await this.#appendMerged(this.#merger.flush()[0]).then(
          () => undefined,
          (error: unknown) => error,
        );
    if (this.#duration === 0) {
      await this.#handle.close();
      if (failure) throw failure;
      return undefined;
    }
    return finishClipFile(this.#handle, this.#path, {
      init: this.#init,
      bytes: this.#bytes,
      duration: this.#duration,
      syncPoints: this.#syncPoints,
    });
  }

  async #appendMerged(merged: Merged | undefined): Promise<void> {
    if (!merged) return;
    const offset = this.#bytes;
    this.#torn = true;
    await this.#append(merged.data);
    this.#torn = false;
    const { to = 0, syncTime } = merged.pictures ?? {};
    this.#duration = Math.max(this.#duration, to / this.#init.video.timescale);
    if (syncTime !== undefined) this.#syncPoints.push({ time: syncTime, offset });
  }

  async #append(data: Buffer): Promise<void> {
    let written = 0;
    while (written < data.length) {
      const { bytesWritten } = await this.#handle.write(
        data,
        written,
        data.length - written,
        this.#bytes + written,
      );
      written += bytesWritten;
    }
    this.#bytes += data.length;
  }
}
