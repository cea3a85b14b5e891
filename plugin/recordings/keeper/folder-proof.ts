/** Whether a folder is the place that was set up: the decision, of what was seen of it. */
import { TargetError, type TargetFacts } from './contract.ts';
import { type Mount, serverOf } from './mounts.ts';

/** What was seen of the folder, through one open handle. */
export interface Seen {
  fileSystem: string;
  /** Device numbers: of the folder, of the Homebridge storage, of `/`. */
  device: number;
  storageDevice: number;
  rootDevice: number;
}

export interface Look {
  seen: Seen;
  /** Undefined where the system does not tell. */
  mount: Mount | undefined;
  /** Whether something is mounted on this very folder. */
  isMountPoint: boolean;
}

/** Whether the folder is on a file system of its own: not this machine's own disk, as a mount point is while nothing is mounted. */
export function isMounted({ device, storageDevice, rootDevice }: Omit<Seen, 'fileSystem'>): boolean {
  return device !== storageDevice && device !== rootDevice;
}

/**
 * Whether nobody can be mistaken about the folder: it comes from another machine, or something is mounted right there. A folder somewhere on a partition
 * of this machine (`/home/pi/nas`) is what the mount point of a NAS looks like while that is away.
 */
export function isPlain({ seen, mount, isMountPoint }: Look): boolean {
  if (!isMounted(seen)) return false;
  return isMountPoint || (mount !== undefined && typeof serverOf(mount) === 'object');
}

/** Throws a `TargetError` (`missing`) when the folder is on another kind of disk than it was at set-up. */
export function checkPlace(
  path: string,
  seen: Seen,
  known: Pick<TargetFacts, 'fileSystem' | 'mounted'> | undefined,
): void {
  if (!known) return;
  if (known.mounted && !isMounted(seen)) {
    throw new TargetError('missing', `${path} lies on this machine's own disk: the NAS is not mounted.`);
  }
  if (familyOf(known.fileSystem) !== familyOf(seen.fileSystem)) {
    throw new TargetError(
      'missing',
      `${path} lies on ${seen.fileSystem}, and was set up on ${known.fileSystem}: something else is mounted there.`,
    );
  }
}

/** The same share may be mounted by another version of its protocol after an update of the system. */
function familyOf(fileSystem: string): string {
  if (/^nfs\d?$/.test(fileSystem)) return 'nfs';
  if (/^(cifs|smb\d?)$/.test(fileSystem)) return 'smb';
  return fileSystem;
}
