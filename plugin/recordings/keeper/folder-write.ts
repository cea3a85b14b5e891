/** Makes one file below a folder target's root: whole, durable and read back, or not there. */
import { createHash } from 'node:crypto';
import { constants, type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { posix } from 'node:path';
import { PART } from '../layout.ts';
import type { Sealed } from '../recording.ts';
import { type Piece, TargetError } from './contract.ts';
import { checkCalledOff, errorCode, folderFault } from './folder-fault.ts';
import type { FolderRoot } from './folder-root.ts';
import { readBack } from './read-back.ts';

export interface WriteOptions {
  signal: AbortSignal;
  /** Called as bytes move. */
  progress(): void;
}

const CHUNK = 2 ** 18;
/** So much is given to the disk at a time: one fsync of a long recording could take longer than a deadline, and look like a hang. */
const SYNC_EVERY = 2 ** 22;

/**
 * Writes `parts` to `path`: temporary file, fsync, reading back, rename, fsync of the folders. On failure the temporary file is removed and what was
 * under that name stays. Rejects with a `TargetError`.
 */
export async function writeWhole(
  root: FolderRoot,
  path: string,
  parts: AsyncIterable<Buffer>,
  options: WriteOptions,
): Promise<Sealed> {
  const where = `${root.path}/${path}`;
  const part = path + PART;
  try {
    const made = await makeFolders(root, posix.dirname(path));
    checkCalledOff(options.signal);
    try {
      const written = await writePart(root, part, parts, options);
      const found = await sealOf(root.at(part), options);
      if (found.bytes !== written.bytes || found.sha256 !== written.sha256) {
        throw new TargetError('corrupt', `${where}: what was read back is not what was written.`);
      }
      checkCalledOff(options.signal);
      await root.check();
      await rename(root.at(part), root.at(path));
      for (const folder of made) await syncFolder(root.at(folder));
      return written;
    } catch (error) {
      await rm(root.at(part), { force: true }).catch(() => {});
      throw error;
    }
  } catch (error) {
    throw folderFault(error, where);
  }
}

/** Size and hash of a file, read through a handle of its own, from the disk itself where that can be. */
export async function sealOf(path: string, { signal, progress }: WriteOptions): Promise<Sealed> {
  const hash = createHash('sha256');
  let bytes = 0;
  const looked = () => {
    checkCalledOff(signal);
    progress();
  };
  for await (const chunk of readBack(path, looked)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Bytes of local pieces in order. Throws a `TargetError` (`bad-piece`) as soon as one has been read that is not what it should be. */
export async function* readPieces(pieces: readonly Piece[], options: WriteOptions): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      for await (const chunk of chunksOf(piece.path, options)) {
        hash.update(chunk);
        bytes += chunk.length;
        if (bytes > piece.bytes) break;
        yield chunk;
      }
    } catch (error) {
      throw error instanceof TargetError ? error : badPiece(piece, `cannot be read (${errorCode(error)})`);
    }
    if (bytes !== piece.bytes) throw badPiece(piece, `has not the ${piece.bytes} bytes that it should have`);
    if (hash.digest('hex') !== piece.sha256) throw badPiece(piece, 'is damaged');
  }
}

function badPiece({ path }: Piece, what: string): TargetError {
  return new TargetError('bad-piece', `${path} ${what}.`);
}

/** The same memory is used for each chunk. */
async function* chunksOf(path: string, { signal, progress }: WriteOptions): AsyncGenerator<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      checkCalledOff(signal);
      const { bytesRead } = await handle.read(buffer, 0, CHUNK, null);
      progress();
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function writePart(
  root: FolderRoot,
  part: string,
  parts: AsyncIterable<Buffer>,
  { progress }: WriteOptions,
): Promise<Sealed> {
  await rm(root.at(part), { force: true });
  await root.check();
  const handle = await open(root.at(part), 'wx', 0o640);
  try {
    await checkDevice(root, part, (await handle.stat()).dev);
    const hash = createHash('sha256');
    let bytes = 0;
    let unsynced = 0;
    for await (const chunk of parts) {
      hash.update(chunk);
      await writeAll(handle, chunk, bytes);
      bytes += chunk.length;
      unsynced += chunk.length;
      if (unsynced >= SYNC_EVERY) {
        await handle.datasync();
        unsynced = 0;
      }
      progress();
    }
    await handle.sync();
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    // An error on closing is one of writing: NFS tells a full disk here.
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let at = 0; at < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, at, chunk.length - at, position + at);
    at += bytesWritten;
  }
}

/** Makes what is missing of a folder, one by one. Gives the folders whose content a new file in it changes, the deepest first. */
async function makeFolders(root: FolderRoot, folder: string): Promise<string[]> {
  if (folder === '.') return [''];
  const changed: string[] = [];
  let path = '';
  for (const name of folder.split('/')) {
    const parent = path;
    path = posix.join(path, name);
    const facts = await lstat(root.at(path)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (facts) {
      if (!facts.isDirectory()) throw new TargetError('failed', `${root.path}/${path} is not a folder.`);
      await checkDevice(root, path, facts.dev);
    } else {
      await root.check();
      await mkdir(root.at(path), { mode: 0o750 }).catch((error: unknown) => {
        // Another call of ours was a moment earlier.
        if (errorCode(error) !== 'EEXIST') throw error;
      });
      changed.unshift(parent);
    }
  }
  return [path, ...changed];
}

/** A link or a mount below the root would lead to another place than the one that was proven. */
async function checkDevice({ path: root, seen }: FolderRoot, path: string, device: number): Promise<void> {
  if (device !== seen.device) {
    throw new TargetError('failed', `${root}/${path} lies on another file system than ${root}.`);
  }
}

/** Makes what was made in a folder survive a power cut. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems know no fsync of a folder: what they acknowledged is on the server.
    if (!['EINVAL', 'EBADF', 'ENOTSUP', 'EISDIR'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
