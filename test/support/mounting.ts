/** Mounts, for scripts that run in a namespace of their own (`namespace.ts`). */
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, read, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Mounts memory of so many MiB. */
export function mountMemory(path: string, mebibytes: number): void {
  mkdirSync(path, { recursive: true });
  run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'doorstep', path]);
}

/** Makes an ext4 file system in a file. */
export function makeExt4(image: string, mebibytes: number): void {
  const file = openSync(image, 'w');
  ftruncateSync(file, mebibytes * 2 ** 20);
  closeSync(file);
  run('mkfs.ext4', ['-q', '-F', image]);
}

export function mountExt4(image: string, path: string): void {
  mkdirSync(path, { recursive: true });
  run('mount', ['-o', 'loop', image, path]);
}

export function remount(path: string, option: 'ro' | 'rw'): void {
  run('mount', ['-o', `remount,${option}`, path]);
}

/** False when something on it is in use. `lazy`: it is taken away all the same. */
export function unmount(path: string, { lazy }: { lazy: boolean }): boolean {
  return spawnSync('umount', [...(lazy ? ['-l'] : []), path]).status === 0;
}

/** Whoever writes there hangs in the kernel, and cannot be killed, until it is thawed. */
export function freeze(path: string): void {
  run('fsfreeze', ['--freeze', path]);
}

export function thaw(path: string): void {
  run('fsfreeze', ['--unfreeze', path]);
}

export interface HungMount {
  /** Resolves when somebody hangs in a call that cannot be killed. */
  asked: Promise<void>;
  /** Ends the hang, and the mount. */
  release(): void;
}

/**
 * A FUSE mount whose server takes requests and never answers, like a NAS that went away: whoever looks at it hangs. With `deaf` it does not even
 * take them: then whoever hangs can be killed.
 */
export function mountHung(path: string, { deaf }: { deaf: boolean }): HungMount {
  mkdirSync(path, { recursive: true });
  const device = openSync('/dev/fuse', 'r+');
  const options = 'fd=3,rootmode=40000,user_id=0,group_id=0';
  const mounted = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'doorstep', path], {
    stdio: ['ignore', 'ignore', 'pipe', device],
  });
  if (mounted.status !== 0) throw new Error(String(mounted.stderr));
  const { promise, resolve } = Promise.withResolvers<void>();
  if (!deaf) takeRequests(device, resolve);
  return {
    asked: promise,
    release: () => run('umount', ['--force', '--lazy', '--no-canonicalize', '--internal-only', path]),
  };
}

const FUSE_INIT = 26;

function takeRequests(device: number, asked: () => void): void {
  const buffer = Buffer.alloc(2 ** 20);
  const next = () =>
    read(device, buffer, 0, buffer.length, null, (error) => {
      // The mount is gone.
      if (error) return closeSync(device);
      if (buffer.readUInt32LE(4) === FUSE_INIT) writeSync(device, initReply(buffer.readBigUInt64LE(8)));
      else asked();
      next();
    });
  next();
}

/** `struct fuse_out_header` and `struct fuse_init_out` of version 7.31: as little as the kernel takes. */
function initReply(unique: bigint): Buffer {
  const reply = Buffer.alloc(80);
  reply.writeUInt32LE(reply.length, 0);
  reply.writeBigUInt64LE(unique, 8);
  reply.writeUInt32LE(7, 16);
  reply.writeUInt32LE(31, 20);
  reply.writeUInt32LE(65_536, 24);
  reply.writeUInt16LE(12, 32);
  reply.writeUInt16LE(9, 34);
  reply.writeUInt32LE(65_536, 36);
  return reply;
}

/** Asks again and again, until it is so. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(10);
}

function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
