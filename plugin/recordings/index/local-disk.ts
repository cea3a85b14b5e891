/** Whether a path is on a disk of this machine: SQLite's locks do not hold on a network, and its files break there. */
import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Mount, parseMountinfo } from '../keeper/mounts.ts';

const NETWORK =
  /^(nfs\d?|cifs|smb\d?|smbfs|9p|afs|afpfs|ceph|glusterfs|lustre|gpfs|beegfs|ocfs2|gfs2|coda|ncpfs|davfs|webdav|acfs|pvfs2|fuse\.(?:sshfs|rclone|davfs2?|glusterfs|ceph(?:-fuse)?|s3fs|smbnetfs|curlftpfs|gvfsd-fuse|mergerfs-net|juicefs|seaweedfs|moosefs|mfs|goofys|gcsfuse))$/;

/** Types of file systems as `statfs` numbers them: https://man7.org/linux/man-pages/man2/statfs.2.html */
const NETWORK_NUMBERS = new Map<number, string>([
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb3'],
  [0x517b, 'smb'],
  [0x01021997, '9p'],
  [0x5346414f, 'afs'],
  [0x6b414653, 'afs'],
  [0x00c36400, 'ceph'],
  [0x73757245, 'coda'],
  [0x564c, 'ncp'],
  [0x7461636f, 'ocfs2'],
  [0x0bd00bd0, 'lustre'],
]);

/** The name of the network file system that a file would be on; undefined when it is a disk, or cannot be told. Its folder need not be there yet. */
export function networkFileSystem(path: string): string | undefined {
  const folder = existing(dirname(path));
  const mount = mountOf(readMounts(), folder);
  if (mount !== undefined) return isNetwork(mount) ? mount : undefined;
  try {
    // Some platforms give the number as a signed one.
    return NETWORK_NUMBERS.get(Number(statfsSync(folder).type) >>> 0);
  } catch {
    return undefined;
  }
}

/** By the name that `/proc/self/mountinfo` has for it. */
export function isNetwork(fileSystem: string): boolean {
  return NETWORK.test(fileSystem);
}

/**
 * Type of the file system that an absolute path, without symbolic links in it, is on.
 *
 * @param mountinfo the text of `/proc/self/mountinfo`, see https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function mountOf(mountinfo: string, path: string): string | undefined {
  let longest: Mount | undefined;
  for (const mount of parseMountinfo(mountinfo).values()) {
    if (!mount.point || !isBelow(path, mount.point)) continue;
    // Of two at one place the later one hides the earlier one.
    if (!longest || mount.point.length >= longest.point.length) longest = mount;
  }
  return longest?.fileSystem;
}

function isBelow(path: string, point: string): boolean {
  return point === '/' || path === point || path.startsWith(`${point}/`);
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/** The folder itself or the nearest above it that is there, without symbolic links. */
function existing(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const above = dirname(folder);
    return above === folder ? folder : existing(above);
  }
}
