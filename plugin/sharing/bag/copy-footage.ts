/** The way of footage into a bag: the very bytes that were approved, or nothing. */
import { createHash } from 'node:crypto';
import { constants, type FileHandle, open, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { footageChanged } from './problems.ts';

const CHUNK = 2 ** 20;

export interface Footage {
  /** Absolute. */
  path: string;
  bytes: number;
  /** Hex. */
  sha256: string;
}

/**
 * Copies a file of the folder `root` to `target`, which must not exist, and waits for the disk. Rejects with a `ProblemError`
 * (`bag-footage-changed`) where it is a link, no plain file, outside that folder, or has other bytes; with the disk's error; or with the
 * signal's reason.
 */
export async function copyFootage(
  source: Footage,
  target: string,
  { root, signal }: { root: string; signal: AbortSignal },
): Promise<void> {
  await using from = await openInside(source, root);
  await using to = await open(target, 'wx', 0o600);
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK);
  let bytes = 0;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await from.read(buffer, 0, CHUNK, null);
    if (bytesRead === 0) break;
    bytes += bytesRead;
    if (bytes > source.bytes) throw footageChanged(source.path);
    hash.update(buffer.subarray(0, bytesRead));
    await to.writeFile(buffer.subarray(0, bytesRead));
  }
  if (bytes !== source.bytes || hash.digest('hex') !== source.sha256) throw footageChanged(source.path);
  await to.sync();
}

async function openInside({ path, bytes }: Footage, root: string): Promise<FileHandle> {
  const inside = (await realpath(root)) + sep;
  const real = await realpath(path).catch(() => undefined);
  // A link to another place is not what the gate made, even where that place is its own.
  if (!real?.startsWith(inside)) throw footageChanged(path);
  const handle = await openPlain(path);
  const facts = await handle?.stat();
  if (handle && facts?.isFile() && facts.size === bytes) return handle;
  await handle?.close();
  throw footageChanged(path);
}

/** Opens a file that is no link, without waiting for the other end of a pipe; undefined when that cannot be. */
export async function openPlain(path: string): Promise<FileHandle | undefined> {
  return open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined);
}
