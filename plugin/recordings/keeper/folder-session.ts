import { open, readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { PAYLOAD_MOST } from '../../system/frames.ts';
import { isTargetPath, PART } from '../layout.ts';
import type { Sealed } from '../recording.ts';
import {
  type Piece,
  type TargetEntry,
  TargetError,
  type TargetFacts,
  type TargetSession,
} from './contract.ts';
import { checkCalledOff, errorCode, folderFault } from './folder-fault.ts';
import type { FolderRoot } from './folder-root.ts';
import { readPieces, sealOf, type WriteOptions, writeWhole } from './folder-write.ts';

/** The most that {@link TargetSession.read} gives at a time. */
export const READ_MOST = 2 ** 20;

export interface SessionDeps {
  /** Called as bytes move. */
  progress(): void;
  closed(): void;
}

/** A session with a folder whose identity was proven. Closing it closes the root, once no call uses it any more. */
export class FolderSession implements TargetSession {
  readonly facts: TargetFacts;
  readonly #root: FolderRoot;
  readonly #deps: SessionDeps;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(root: FolderRoot, facts: TargetFacts, deps: SessionDeps) {
    this.#root = root;
    this.facts = facts;
    this.#deps = deps;
  }

  put(path: string, pieces: readonly Piece[], signal?: AbortSignal): Promise<Sealed> {
    return this.#run(path, signal, (options) =>
      writeWhole(this.#root, path, readPieces(pieces, options), options),
    );
  }

  putText(path: string, text: string, signal?: AbortSignal): Promise<void> {
    return this.#run(path, signal, async (options) => {
      await writeWhole(this.#root, path, once(Buffer.from(text)), options);
    });
  }

  readText(path: string, signal?: AbortSignal): Promise<string> {
    return this.#run(path, signal, async ({ signal }) => {
      const { size } = await stat(this.#root.at(path));
      if (size > PAYLOAD_MOST) throw new TargetError('failed', `${path} is too long for a text of ours.`);
      return readFile(this.#root.at(path), { encoding: 'utf8', signal });
    });
  }

  read(path: string, from: number, to: number, signal?: AbortSignal): Promise<Buffer> {
    return this.#run(path, signal, async () => {
      const length = to - from;
      if (!(from >= 0 && length >= 0 && length <= READ_MOST)) {
        throw new TargetError('failed', `Bytes ${from} to ${to} of ${path} cannot be read at once.`);
      }
      const handle = await open(this.#root.at(path), 'r');
      try {
        const buffer = Buffer.alloc(length);
        let at = 0;
        for (let got = -1; at < length && got !== 0; at += got) {
          got = (await handle.read(buffer, at, length - at, from + at)).bytesRead;
        }
        return buffer.subarray(0, at);
      } finally {
        await handle.close();
      }
    });
  }

  stat(
    path: string,
    { hash }: { hash: boolean },
    signal?: AbortSignal,
  ): Promise<{ bytes: number; sha256?: string }> {
    return this.#run(path, signal, async (options) => {
      const facts = await stat(this.#root.at(path));
      if (!facts.isFile()) throw new TargetError('not-found', `${this.#root.path}/${path} is not a file.`);
      return hash ? sealOf(this.#root.at(path), options) : { bytes: facts.size };
    });
  }

  list(folder: string, signal?: AbortSignal): Promise<TargetEntry[]> {
    return this.#run(folder, signal, async (options) => {
      const entries: TargetEntry[] = [];
      for (const entry of await this.#unlessAbsent(
        readdir(this.#root.at(folder), { withFileTypes: true }),
        [],
      )) {
        checkCalledOff(options.signal);
        options.progress();
        if (entry.isDirectory()) entries.push({ name: entry.name, folder: true, bytes: 0 });
        if (!entry.isFile()) continue;
        const facts = await this.#unlessAbsent(
          stat(this.#root.at(posix.join(folder, entry.name))),
          undefined,
        );
        if (facts) entries.push({ name: entry.name, folder: false, bytes: facts.size });
      }
      return entries;
    });
  }

  remove(path: string, signal?: AbortSignal): Promise<void> {
    return this.#run(path, signal, async () => {
      // `force` would take a root that is gone for a file that is gone.
      for (const each of [path + PART, path]) await this.#unlessAbsent(rm(this.#root.at(each)), undefined);
    });
  }

  removeEmptyFolders(folder: string, signal?: AbortSignal): Promise<void> {
    return this.#run(folder, signal, async (options) => {
      for (let path = folder; path !== '.' && path !== ''; path = posix.dirname(path)) {
        checkCalledOff(options.signal);
        try {
          await this.#unlessAbsent(rmdir(this.#root.at(path)), undefined);
        } catch (error) {
          if (['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errorCode(error) ?? '')) return;
          throw error;
        }
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    // The number of a closed handle is soon another's: nothing may be using it.
    await Promise.allSettled(this.#running);
    await this.#root[Symbol.asyncDispose]();
    this.#deps.closed();
  }

  async #run<T>(
    path: string,
    signal: AbortSignal | undefined,
    work: (options: WriteOptions) => Promise<T>,
  ): Promise<T> {
    const { signal: closing } = this.#closing;
    if (closing.aborted) throw new TargetError('failed', 'The session is closed.');
    checkCalledOff(signal);
    // The root itself has no name; only `list` makes sense of it, and the rest fails there.
    if (path !== '' && !isTargetPath(path))
      throw new TargetError('failed', `"${path}" is no path of a recording.`);
    const running = work({
      signal: signal ? AbortSignal.any([signal, closing]) : closing,
      progress: this.#deps.progress,
    });
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      checkCalledOff(signal);
      throw await this.#faultOf(error, path);
    } finally {
      this.#running.delete(running);
    }
  }

  /** A file that is not there is `not-found` only while the root is there: else nothing can be said of the file. */
  async #faultOf(error: unknown, path: string): Promise<TargetError> {
    if (errorCode(error) !== 'ENOENT') return folderFault(error, `${this.#root.path}/${path}`);
    return (await this.#isThere())
      ? new TargetError('not-found', `${this.#root.path}/${path} is not there.`)
      : new TargetError('missing', `${this.#root.path} is not there any more.`);
  }

  async #unlessAbsent<T, A>(work: Promise<T>, absent: A): Promise<T | A> {
    try {
      return await work;
    } catch (error) {
      if (errorCode(error) === 'ENOENT' && (await this.#isThere())) return absent;
      throw error;
    }
  }

  async #isThere(): Promise<boolean> {
    try {
      return (await this.#root.marker()) !== undefined;
    } catch {
      return false;
    }
  }
}

async function* once(buffer: Buffer): AsyncGenerator<Buffer> {
  yield buffer;
}
