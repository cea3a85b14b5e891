/**
 * What happens to a target when mounts come and go. Run by `namespace.ts`: `mount-scenarios.ts <name> <empty folder>`; prints what was seen.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Keeper,
  type Piece,
  type Target,
  TargetError,
} from '../../plugin/recordings/keeper/contract.ts';
import { createFolderTarget, type FolderConfig } from '../../plugin/recordings/keeper/folder-target.ts';
import { startKeeper } from '../../plugin/recordings/keeper/keeper.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { ManualClock } from './manual-clock.ts';
import {
  freeze,
  makeExt4,
  mountExt4,
  mountHung,
  mountMemory,
  remount,
  thaw,
  unmount,
  until,
} from './mounting.ts';

const [name = '', folder = ''] = process.argv.slice(2);
const storage = join(folder, 'storage');
const nas = join(folder, 'nas');
const image = join(folder, 'disk.img');
const CLIP = 'front-door/2026/11/22/072341-ring-01KABC.mp4';
const ID = randomUUID();

function configOf(path: string): FolderConfig {
  return { kind: 'folder', path, storage, allowOutside: true };
}

function targetOf(path = nas): Target {
  return createFolderTarget(configOf(path), { clock: systemClock });
}

/** The fault of a call; `fine` when there is none. */
async function faultOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'fine';
  } catch (error) {
    return error instanceof TargetError ? error.fault : `not a TargetError: ${error}`;
  }
}

function all(path: string): string[] {
  return readdirSync(path, { recursive: true }).map(String).sort();
}

function piece(bytes: number): Piece {
  const path = join(storage, `${bytes}.m4s`);
  const content = Buffer.alloc(bytes, 'doorstep');
  writeFileSync(path, content);
  return { path, bytes, sha256: createHash('sha256').update(content).digest('hex') };
}

const scenarios: Record<string, () => Promise<unknown>> = {
  /** Nothing is mounted: the mount point is a folder of this machine's own disk. */
  async bare() {
    const seen: Record<string, unknown> = {};
    for (const path of [nas, join(nas, 'doorstep')]) {
      mountMemory(nas, 4);
      const target = targetOf(path);
      const facts = await target.setUp({ id: ID, sure: false });
      const session = await target.open(facts);
      await session.put(CLIP, [piece(1000)]);
      await session[Symbol.asyncDispose]();
      const unmounted = unmount(nas, { lazy: false });
      seen[path === nas ? 'itself' : 'below'] = {
        mounted: facts.mounted,
        unmounted,
        open: await faultOf(target.open(facts)),
        openAny: await faultOf(target.open(undefined)),
        setUp: await faultOf(target.setUp({ id: ID, sure: false })),
        left: all(nas),
      };
    }
    return seen;
  },

  /** A partition of this machine (as `/home` may be one), and on it a mount point on which nothing is mounted. */
  async partition() {
    const home = join(folder, 'home');
    mountMemory(home, 4);
    for (const each of ['nas', 'pi/nas']) mkdirSync(join(home, each), { recursive: true });
    const before = all(home);
    const places = ['nas', 'nas/doorstep', 'pi/nas', 'pi/nas/doorstep'];
    const unasked: string[] = [];
    for (const place of places)
      unasked.push(await faultOf(targetOf(join(home, place)).setUp({ id: ID, sure: false })));
    const untouched = all(home).join() === before.join();
    const sure = await faultOf(targetOf(join(home, 'pi/nas')).setUp({ id: ID, sure: true }));
    return { unasked, untouched, sure };
  },

  /** How much of a recording the disk itself gave while it was read back. */
  async 'read-back'() {
    makeExt4(image, 16);
    mountExt4(image, nas);
    const target = targetOf();
    const session = await target.open(await target.setUp({ id: ID, sure: false }));
    const before = bytesFromDisk();
    const { bytes } = await session.put(CLIP, [piece(3_000_001)]);
    return { put: bytes, fromDisk: bytesFromDisk() - before >= bytes };
  },

  /** Unmounted by force after the proof, before the write. */
  async 'unmounted-in-session'() {
    makeExt4(image, 16);
    mountExt4(image, nas);
    const target = targetOf();
    const facts = await target.setUp({ id: ID, sure: false });
    const session = await target.open(facts);
    const politely = unmount(nas, { lazy: false });
    unmount(nas, { lazy: true });
    const put = await faultOf(session.put(CLIP, [piece(1000)]));
    const left = all(nas);
    await session[Symbol.asyncDispose]();
    const open = await faultOf(target.open(facts));
    mountExt4(image, nas);
    const again = await target.open(facts);
    const stat = await again.stat(CLIP, { hash: true });
    await again[Symbol.asyncDispose]();
    return { politely, put, left, open, there: stat.sha256 === piece(1000).sha256 };
  },

  /** Another share, empty, is mounted in its place; then one of another kind with the same marker. */
  async replaced() {
    mountMemory(nas, 4);
    const target = targetOf();
    const facts = await target.setUp({ id: ID, sure: false });
    unmount(nas, { lazy: false });
    mountMemory(nas, 4);
    const empty = await faultOf(target.open(facts));
    const left = all(nas);
    writeFileSync(
      join(nas, '.doorstep.json'),
      JSON.stringify({ doorstep: 1, id: randomUUID(), createdAt: 1 }),
    );
    const other = await faultOf(target.open(facts));
    unmount(nas, { lazy: false });
    makeExt4(image, 16);
    mountExt4(image, nas);
    writeFileSync(join(nas, '.doorstep.json'), JSON.stringify({ doorstep: 1, id: ID, createdAt: 1 }));
    return { empty, left, other, otherKind: await faultOf(target.open(facts)) };
  },

  async 'read-only'() {
    makeExt4(image, 16);
    mountExt4(image, nas);
    const target = targetOf();
    const session = await target.open(await target.setUp({ id: ID, sure: false }));
    await session.put(CLIP, [piece(1000)]);
    remount(nas, 'ro');
    const faults = [
      await faultOf(session.put(CLIP, [piece(2000)])),
      await faultOf(session.putText('back-yard/2026/11/22/index.jsonl', 'x')),
      await faultOf(session.remove(CLIP)),
    ];
    const { bytes } = await session.stat(CLIP, { hash: false });
    remount(nas, 'rw');
    faults.push(await faultOf(session.put(CLIP, [piece(2000)])));
    return { faults, bytes, files: all(nas).filter((path) => path.includes('.mp4')) };
  },

  async full() {
    mountMemory(nas, 1);
    const target = targetOf();
    const session = await target.open(await target.setUp({ id: ID, sure: false }));
    await session.put(CLIP, [piece(1000)]);
    const put = await faultOf(session.put(CLIP, [piece(2_000_000)]));
    const { bytes } = await session.stat(CLIP, { hash: false });
    const files = all(nas).filter((path) => path.includes('.mp4'));
    return { put, bytes, files, after: await faultOf(session.put(CLIP, [piece(2000)])) };
  },

  /** A server that takes no requests any more: whoever waits for it can be killed. */
  async deaf() {
    const mount = mountHung(nas, { deaf: true });
    const clock = new ManualClock();
    const keeper = keeperOf(clock);
    const open = faultOf(keeper.open({ id: ID, fileSystem: 'fuse', mounted: true }));
    const pid = keeper.pid ?? 0;
    await until(() => hangs(pid));
    clock.advance(15_000);
    const fault = await open;
    await until(() => threadsOf(pid).length === 0);
    await keeper[Symbol.asyncDispose]();
    mount.release();
    return { fault, replaced: keeper.replaced };
  },

  /** A server that takes requests and never answers: who waits for it cannot be killed. */
  async silent() {
    const mount = mountHung(nas, { deaf: false });
    const clock = new ManualClock();
    const keeper = keeperOf(clock);
    const faults: string[] = [];
    const pids: number[] = [];
    for (let n = 0; n < 5; n++) {
      const open = faultOf(keeper.open({ id: ID, fileSystem: 'fuse', mounted: true }));
      const { pid } = keeper;
      if (pid !== undefined) await until(() => hangs(pid));
      if (pid !== undefined) pids.push(pid);
      clock.advance(15_000);
      faults.push(await open);
      clock.advance(60_000);
    }
    const leftBehind = pids.filter((pid) => threadsOf(pid).length > 0).length;
    mount.release();
    await until(() => pids.every((pid) => threadsOf(pid).length === 0));
    // Now nothing is mounted there, and somebody answers.
    let back = 'stuck';
    while (back === 'stuck') {
      await turn();
      back = await faultOf(keeper.open({ id: ID, fileSystem: 'fuse', mounted: true }));
    }
    await keeper[Symbol.asyncDispose]();
    return { faults, leftBehind, back, left: all(nas) };
  },

  /** A disk that stops in the middle of a copy, and goes on later. */
  async frozen() {
    makeExt4(image, 16);
    mountExt4(image, nas);
    const clock = new ManualClock();
    const keeper = keeperOf(clock);
    const facts = await keeper.setUp({ id: ID, sure: false });
    const session = await keeper.open(facts);
    freeze(nas);
    const put = faultOf(session.put(CLIP, [piece(100_000)]));
    const pid = keeper.pid ?? 0;
    await until(() => hangs(pid));
    clock.advance(20_000);
    const fault = await put;
    const read = await keeper.open(facts);
    const readable = await faultOf(read.readText('.doorstep.json'));
    thaw(nas);
    await until(() => threadsOf(pid).length === 0);
    const again = await faultOf(read.put(CLIP, [piece(100_000)]));
    await keeper[Symbol.asyncDispose]();
    return { fault, readable, again, files: all(nas).filter((path) => path.includes('.mp4')) };
  },

  /** The hub is closed while its keeper cannot be killed. */
  async 'closed-while-silent'() {
    const mount = mountHung(nas, { deaf: false });
    const warnings: string[] = [];
    const keeper = startKeeper(configOf(nas), {
      startChild,
      clock: systemClock,
      log: { debug() {}, info() {}, error() {}, warn: (message) => warnings.push(message) },
    });
    const open = faultOf(keeper.open(undefined));
    const pid = keeper.pid ?? 0;
    await mount.asked;
    await keeper[Symbol.asyncDispose]();
    const hanging = threadsOf(pid).length > 0;
    mount.release();
    await until(() => threadsOf(pid).length === 0);
    return { open: await open, hanging, warnings: warnings.length };
  },
};

function keeperOf(clock: ManualClock): Keeper {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  return startKeeper(configOf(nas), { startChild, clock, log });
}

/** What this process had to fetch from a disk, memory of the system not counted. */
function bytesFromDisk(): number {
  return Number(/^read_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

/** State of each thread of a process, as in `ps`; zombies do not count. */
function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1'))?.[1] ?? '')
      .filter((state) => state !== 'Z' && state !== 'X');
  } catch {
    return [];
  }
}

function hangs(pid: number): boolean {
  return threadsOf(pid).includes('D') || waitsForFuse(pid);
}

/** A wait that can be killed looks like any other sleep, but for its place in the kernel. */
function waitsForFuse(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).some((thread) =>
      /fuse|request_wait/.test(readFileSync(`/proc/${pid}/task/${thread}/wchan`, 'latin1')),
    );
  } catch {
    return false;
  }
}

mkdirSync(storage);
mkdirSync(nas);
const scenario = scenarios[name];
if (!scenario) throw new Error(`There is no scenario "${name}".`);
console.log(JSON.stringify(await scenario()));
// A mount that was taken away may still have a reader here.
process.exit(0);
