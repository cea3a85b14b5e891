/** A share as this machine sees it: a file system of its own that can go away, come back, fill up and be read only. */
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Closing } from '../../plugin/system/closing.ts';
import { mountMemory, unmount } from '../../test/support/mounting.ts';

/** At once for who comes, and for who is in it when they leave. */
const LAZY = { lazy: true } as const;

export interface MountedFolder {
  /** For `recordings.target.path`. */
  path: string;
  /** The same bytes, whether it is mounted or not. */
  real: string;
  /** The mount point becomes the empty folder of this machine's disk that it is without the share. */
  away(): void;
  back(): void;
  readOnly(on: boolean): void;
  /** Leaves no room, until it is called with false. */
  full(on: boolean): void;
  /** Entries that somebody left in the bare mount point while the share was away. */
  inBarePoint(): string[];
}

/**
 * Mounts a memory file system below `folder`. This process must be in a mount namespace of its own, so that nobody else sees it and all
 * of it is gone with the process.
 */
export function mountFolder(closing: Closing, folder: string, { mib = 512 } = {}): MountedFolder {
  const [disk, point] = [join(folder, 'nas'), join(folder, 'mnt')];
  const filling = join(disk, 'filling');
  mkdirSync(point, { recursive: true });
  mountMemory(disk, mib);
  closing.defer(() => unmount(disk, LAZY));
  let mounted = false;
  let left: string[] = [];
  const back = () => {
    left = [...left, ...entriesBelow(point)];
    mount('--bind', disk, point);
    mounted = true;
  };
  const away = () => {
    if (mounted && !unmount(point, LAZY)) throw new Error(`${point} cannot be unmounted.`);
    mounted = false;
  };
  back();
  closing.defer(away);
  return {
    path: join(point, 'doorstep'),
    real: join(disk, 'doorstep'),
    away,
    back,
    readOnly: (on) => mount('-o', `remount,bind,${on ? 'ro' : 'rw'}`, point),
    full(on) {
      if (!on) return rmSync(filling, { force: true });
      const { bavail, bsize } = statfsSync(disk);
      execFileSync('fallocate', ['-l', String(bavail * bsize), filling]);
    },
    inBarePoint: () => (mounted ? left : [...left, ...entriesBelow(point)]),
  };
}

const mount = (...args: string[]) => void execFileSync('mount', args, { stdio: 'pipe' });

function entriesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return [path, ...(lstatSync(path).isDirectory() ? entriesBelow(path) : [])];
  });
}
