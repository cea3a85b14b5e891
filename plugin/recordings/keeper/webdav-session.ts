import { createHash, type Hash } from 'node:crypto';
import { posix } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
import { checkCalledOff } from './folder-fault.ts';
import { READ_MOST } from './folder-session.ts';
import { readPieces } from './folder-write.ts';
import { type Body, bodyOf, type DavClient } from './webdav-client.ts';
import { corrupt, proveMarker, refused } from './webdav-marker.ts';

/** How long tidying may take once the call was called off, and where it was not: nobody waits for the first. */
const TIDY_MS = { calledOff: 1_000, else: 10_000, again: 100 };

export interface SessionHooks {
  /** Called as bytes move. */
  progress(): void;
  closed(): void;
  /** Room at the target, as far as it tells. */
  room(signal: AbortSignal): Promise<Pick<TargetFacts, 'freeBytes'>>;
}

/** A session with a WebDAV folder whose identity was proven, and is proven again before each write. */
export class WebdavSession implements TargetSession {
  readonly facts: TargetFacts;
  readonly #dav: DavClient;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  /** Folders that were there a moment ago. */
  readonly #folders = new Set<string>();
  readonly #on: SessionHooks;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(dav: DavClient, facts: TargetFacts, on: SessionHooks) {
    this.#dav = dav;
    this.facts = facts;
    this.#on = on;
  }

  put(path: string, pieces: readonly Piece[], signal?: AbortSignal): Promise<Sealed> {
    return this.#write(path, signal, async (signal) => {
      const options = { signal, progress: this.#on.progress };
      let bytes = 0;
      try {
        // Looked at before anything is sent: an upload that breaks off may leave a part behind after it was removed.
        for await (const chunk of readPieces(pieces, options)) bytes += chunk.length;
      } catch (error) {
        // Such a file is not tried again, and nobody else would remove what an earlier attempt left.
        if (error instanceof TargetError && error.fault === 'bad-piece') await this.#tidy(path, signal);
        throw error;
      }
      return this.#putWhole(path, { bytes, open: () => copies(readPieces(pieces, options)) }, signal);
    });
  }

  putText(path: string, text: string, signal?: AbortSignal): Promise<void> {
    return this.#write(path, signal, async (signal) => {
      await this.#putWhole(path, bodyOf(Buffer.from(text)), signal);
    });
  }

  readText(path: string, signal?: AbortSignal): Promise<string> {
    return this.#run(path, signal, async (signal) => {
      const text = await this.#dav.text(path, PAYLOAD_MOST, signal);
      return text ?? this.#notFound(path, signal);
    });
  }

  read(path: string, from: number, to: number, signal?: AbortSignal): Promise<Buffer> {
    return this.#run(path, signal, async (signal) => {
      const length = to - from;
      if (!(from >= 0 && length >= 0 && length <= READ_MOST)) {
        throw new TargetError('failed', `Bytes ${from} to ${to} of ${path} cannot be read at once.`);
      }
      // HTTP has no way to ask for nothing.
      const bytes = await this.#dav.stretch(path, from, Math.max(to, from + 1), signal);
      return bytes?.subarray(0, length) ?? this.#notFound(path, signal);
    });
  }

  stat(
    path: string,
    { hash }: { hash: boolean },
    signal?: AbortSignal,
  ): Promise<{ bytes: number; sha256?: string }> {
    return this.#run(path, signal, async (signal) => {
      const bytes = await this.#sizeOf(path, signal);
      if (bytes === undefined) return this.#notFound(path, signal);
      if (!hash) return { bytes };
      const sealed = await this.#dav.seal(path, bytes, signal);
      if (sealed?.bytes === bytes) return sealed;
      throw new TargetError('failed', `${this.#dav.where(path)} changed while it was read.`);
    });
  }

  list(folder: string, signal?: AbortSignal): Promise<TargetEntry[]> {
    const work = async (signal: AbortSignal) => {
      const entries = await this.#dav.children(folder, signal);
      if (!entries) await proveMarker(this.#dav, this.facts, signal);
      return (entries ?? []).map(({ path, folder, bytes = 0 }) => ({
        name: path.at(-1) ?? '',
        folder,
        bytes: folder ? 0 : bytes,
      }));
    };
    return this.#run(folder, signal, work, true);
  }

  remove(path: string, signal?: AbortSignal): Promise<void> {
    return this.#write(path, signal, async (signal) => {
      for (const each of [path + PART, path]) {
        const found = await this.#dav.info(each, signal);
        // It would go with all that is in it.
        if (found?.folder) throw new TargetError('failed', `${this.#dav.where(each)} is a folder.`);
        if (found) await this.#dav.remove(each, signal);
      }
    });
  }

  removeEmptyFolders(folder: string, signal?: AbortSignal): Promise<void> {
    return this.#write(folder, signal, async (signal) => {
      for (let path = folder; path !== '.' && path !== ''; path = posix.dirname(path)) {
        const entries = await this.#dav.children(path, signal);
        if (entries && entries.length > 0) return;
        // Some servers show an empty folder when they cannot read it, and would then remove what is in it.
        await proveMarker(this.#dav, this.facts, signal);
        const again = await this.#dav.children(path, signal);
        if (again && again.length > 0) return;
        this.#folders.delete(path);
        if (entries) await this.#dav.remove(`${path}/`, signal);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    this.#on.closed();
  }

  /** One write after the other: an empty folder is removed with all that is in it, so nothing may come into it meanwhile. */
  #write<T>(
    path: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const before = this.#lastWrite;
    const mine = this.#run(path, signal, async (signal) => {
      await before;
      checkCalledOff(signal);
      await proveMarker(this.#dav, this.facts, signal);
      return work(signal);
    });
    this.#lastWrite = mine.catch(() => {});
    return mine;
  }

  async #putWhole(path: string, body: Body, signal: AbortSignal): Promise<Sealed> {
    const part = path + PART;
    try {
      const written = await this.#putPart(part, body, signal);
      const found = await this.#dav.seal(part, written.bytes, signal, { fresh: true });
      if (!found) await proveMarker(this.#dav, this.facts, signal);
      if (found?.bytes !== written.bytes || found.sha256 !== written.sha256) throw corrupt(this.#dav, path);
      await this.#dav.move(part, path, { bytes: written.bytes, overwrite: true }, signal);
      if ((await this.#sizeOf(path, signal)) !== written.bytes) {
        await this.#dav.remove(path, signal);
        throw corrupt(this.#dav, path);
      }
      return written;
    } catch (error) {
      // Where nobody answers there is nothing to tidy: the next attempt replaces it.
      if (error instanceof TargetError && error.fault === 'missing') throw error;
      await this.#tidy(path, signal);
      if (signal.aborted) throw error;
      throw (await this.#isFull(error, body.bytes, signal))
        ? new TargetError('full', `${this.#dav.where(path)}: there is no room left.`, { cause: error })
        : error;
    }
  }

  /** Removes what is half-written of a file, also after the call was called off. Never rejects. */
  async #tidy(path: string, signal: AbortSignal): Promise<void> {
    const part = path + PART;
    const limit = AbortSignal.timeout(signal.aborted ? TIDY_MS.calledOff : TIDY_MS.else);
    const remove = () => this.#dav.remove(part, limit).catch(() => {});
    await remove();
    // The server may still be at the upload that it lost, and make the file once more.
    while (signal.aborted && !limit.aborted) {
      await pause(TIDY_MS.again);
      const found = await this.#dav.info(part, limit).catch(() => 'unknown');
      if (!found) return;
      await remove();
    }
  }

  /** Some servers have the same word for "full" and "not allowed". */
  async #isFull(error: unknown, bytes: number, signal: AbortSignal): Promise<boolean> {
    if (!(error instanceof TargetError) || !['failed', 'read-only'].includes(error.fault)) return false;
    const { freeBytes = Number.POSITIVE_INFINITY } = await this.#on
      .room(signal)
      .catch(() => ({ freeBytes: undefined }));
    return freeBytes < bytes;
  }

  async #putPart(part: string, body: Body, signal: AbortSignal): Promise<Sealed> {
    let hash = createHash('sha256');
    const hashed: Body = {
      bytes: body.bytes,
      open: () => {
        hash = createHash('sha256');
        return hashing(body.open(), hash);
      },
    };
    // Somebody may have removed a folder that was there a moment ago.
    for (const known of [true, false]) {
      if (!known) this.#folders.clear();
      await this.#makeFolders(posix.dirname(part), signal);
      if (await this.#dav.upload(part, hashed, signal))
        return { bytes: body.bytes, sha256: hash.digest('hex') };
    }
    throw await refused(this.#dav, posix.dirname(part));
  }

  async #makeFolders(folder: string, signal: AbortSignal): Promise<void> {
    let path = '';
    for (const name of folder === '.' ? [] : folder.split('/')) {
      path = posix.join(path, name);
      if (this.#folders.has(path)) continue;
      if (!(await this.#dav.makeFolder(path, signal)))
        throw new TargetError('missing', `${this.#dav.where(posix.dirname(path))} is not there any more.`);
      this.#folders.add(path);
    }
  }

  /** Undefined where there is no file. */
  async #sizeOf(path: string, signal: AbortSignal): Promise<number | undefined> {
    const found = await this.#dav.info(path, signal);
    if (!found || found.folder) return undefined;
    if (found.bytes !== undefined) return found.bytes;
    throw new TargetError('failed', `${this.#dav.where(path)}: the server does not tell its size.`);
  }

  /** Only while the place is the right one: else nothing can be said of the file. */
  async #notFound(path: string, signal: AbortSignal): Promise<never> {
    await proveMarker(this.#dav, this.facts, signal);
    throw new TargetError('not-found', `${this.#dav.where(path)} is not there.`);
  }

  /** @param root whether the root, which has no name, may be meant too */
  async #run<T>(
    path: string,
    signal: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<T>,
    root = false,
  ): Promise<T> {
    const { signal: closing } = this.#closing;
    if (closing.aborted) throw new TargetError('failed', 'The session is closed.');
    checkCalledOff(signal);
    if (!isTargetPath(path) && !(root && path === ''))
      throw new TargetError('failed', `"${path}" is no path of a recording.`);
    const running = work(signal ? AbortSignal.any([signal, closing]) : closing);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }
}

async function* hashing(chunks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
}

/** What is being sent must not change, and `readPieces` uses its memory again. */
async function* copies(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
