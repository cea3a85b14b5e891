/** What is mounted where, as Linux tells it in `/proc/self/mountinfo`. */
import { readFile } from 'node:fs/promises';

export interface Mount {
  id: number;
  /** Where it is mounted. */
  point: string;
  /** `ext4`, `nfs4`, `cifs`, `fuse.sshfs`, … */
  fileSystem: string;
  /** `/dev/sda1`, `nas:/volume1/video`, `//nas/video`, … */
  source: string;
  /** Of the file system: `addr=192.168.1.5`, … */
  options: readonly string[];
}

/** Mounts by their number. Lines that make no sense are passed over. */
export function parseMountinfo(text: string): Map<number, Mount> {
  const mounts = new Map<number, Mount>();
  for (const line of text.split('\n')) {
    const [before = '', after] = line.split(' - ');
    const [number = '', , , , point = ''] = before.split(' ');
    const id = Number.parseInt(number, 10);
    const [fileSystem, source, options = ''] = after?.split(' ').map(withoutEscapes) ?? [];
    if (!Number.isInteger(id) || !fileSystem || source === undefined) continue;
    mounts.set(id, { id, point: withoutEscapes(point), fileSystem, source, options: options.split(',') });
  }
  return mounts;
}

/** `\040` is a space. */
function withoutEscapes(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mount on which an open file of this process lies; undefined when it was taken away since, and where the system does not tell. */
export async function mountOf(fd: number): Promise<Mount | undefined> {
  const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '');
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(info) ?? [];
  if (!id) return undefined;
  return parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')).get(Number(id));
}

/** File systems that FUSE programs make of what this machine has itself. */
const LOCAL_FUSE =
  /^fuse(blk|ctl|\.(mergerfs|ntfs|ntfs-3g|exfat|bindfs|unionfs.*|shfs|zfs|vmhgfs-fuse|grpcfuse|gocryptfs|cryfs|encfs|apfs))$/;

/**
 * The machine that serves a mount: its address or name; `local` where the mount is of this machine, `unknown` where a program makes it that may
 * keep its files anywhere.
 */
export function serverOf({ fileSystem, source, options }: Mount): { host: string } | 'local' | 'unknown' {
  const address = options.find((option) => option.startsWith('addr='))?.slice('addr='.length);
  if (address) return { host: address };
  const network =
    /^(nfs|cifs|smb|ceph|afs|glusterfs|fuse\.glusterfs)/.test(fileSystem) ||
    // Else from the machine that this one is a guest of.
    (fileSystem === '9p' && options.includes('trans=tcp'));
  const program = fileSystem.startsWith('fuse') && !LOCAL_FUSE.test(fileSystem);
  if (!network && !program) return 'local';
  const host =
    /^[a-z][a-z\d+.-]*:\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/i.exec(source)?.[1] ??
    /^\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^/]+)/.exec(source)?.[1] ??
    // `nas:doorstep` of rclone is a name of its own, not of a machine.
    (fileSystem === 'fuse.rclone' ? undefined : /^(?:[^@/]*@)?(\[[^\]]+\]|[^/:[\]]+):/.exec(source)?.[1]);
  return host ? { host } : 'unknown';
}
