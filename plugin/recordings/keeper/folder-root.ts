/**
 * The root of a folder target, held open. On Linux everything below it is addressed through the open handle (`/proc/self/fd/…`): when the NAS
 * is unmounted between proof and write, the write still goes to the NAS or fails, and can never land in the bare mount point. Elsewhere
 * the device is looked at again right before each write.
 */
import { constants, type FileHandle, open, readFile, readlink, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { diskRoom } from '../../system/disk-room.ts';
import { IDENTITY_FILE } from '../layout.ts';
import { TargetError, type TargetFacts } from './contract.ts';
import { errorCode, folderFault } from './folder-fault.ts';
import { isMounted, type Look } from './folder-proof.ts';
import { mountOf } from './mounts.ts';

export interface FolderRoot extends Readonly<Look>, AsyncDisposable {
  /** As the owner wrote it: for messages. */
  readonly path: string;
  /** Path to use for what lies at `path` below the root; empty: the root itself. */
  at(path: string): string;
  /** Before a folder or file is made: rejects with a `TargetError` (`missing`) when the root is no longer what was opened. */
  check(): Promise<void>;
  /** Content of its marker; undefined where there is none. */
  marker(): Promise<string | undefined>;
  space(): Promise<Pick<TargetFacts, 'freeBytes' | 'totalBytes'>>;
}

/**
 * Opens a folder; nothing is made. Rejects with a `TargetError`.
 *
 * @param storage path of the Homebridge storage, to compare devices with
 * @param way how to get there, where that is not `path` itself
 */
export async function openRoot(path: string, storage: string, way: string = path): Promise<FolderRoot> {
  const handle = await open(way, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0)).catch(
    (error: unknown) => {
      throw folderFault(error, path);
    },
  );
  try {
    return await describe(path, storage, handle);
  } catch (error) {
    await handle.close().catch(() => {});
    throw folderFault(error, path);
  }
}

async function describe(path: string, storage: string, handle: FileHandle): Promise<FolderRoot> {
  const [folder, home, top] = await Promise.all([handle.stat(), stat(storage), stat('/')]);
  if (!folder.isDirectory()) throw new TargetError('missing', `${path} is not a folder.`);
  const linux = process.platform === 'linux';
  const base = linux ? `/proc/self/fd/${handle.fd}` : path;
  const mount = linux ? await mountOf(handle.fd) : undefined;
  if (linux && !mount) throw new TargetError('missing', `${path} is being unmounted.`);
  const fileSystem = mount?.fileSystem ?? `type ${(await statfs(base)).type.toString(16)}`;
  const at = (below: string) => (below === '' ? `${base}/` : join(base, below));
  return {
    path,
    mount,
    isMountPoint: mount
      ? mount.point === (await readlink(base))
      : (await stat(join(path, '..'))).dev !== folder.dev,
    at,
    seen: { fileSystem, device: folder.dev, storageDevice: home.dev, rootDevice: top.dev },
    async check() {
      if (linux) return;
      const now = await stat(path).catch((error: unknown) => {
        throw folderFault(error, path);
      });
      if (now.dev === folder.dev && now.ino === folder.ino) return;
      throw new TargetError('missing', `${path} is no longer the folder that it was: the NAS was unmounted.`);
    },
    marker: () =>
      readFile(at(IDENTITY_FILE), 'utf8').catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw folderFault(error, path);
      }),
    space: () => diskRoom(at('')),
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** What a session says of itself. Rejects with a `TargetError`. */
export async function factsOf(root: FolderRoot, id: string): Promise<TargetFacts> {
  const space = await root.space().catch((error: unknown) => {
    throw folderFault(error, root.path);
  });
  return { id, fileSystem: root.seen.fileSystem, mounted: isMounted(root.seen), ...space };
}
