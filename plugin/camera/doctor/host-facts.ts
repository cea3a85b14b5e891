/** Gathers what there is to know of this machine. Each part that fails is left out; nothing here throws. */
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, networkInterfaces, totalmem } from 'node:os';
import { join } from 'node:path';
import type { StartChild } from '../../system/child.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import { reason } from '../../system/problem.ts';
import { tcpReach } from '../tcp-reach.ts';
import type { DiskFacts, HostFacts } from './facts.ts';
import { askMdns } from './mdns-question.ts';

export interface HostSubject {
  ffmpeg: HostFacts['ffmpeg'] | undefined;
  encoder: HostFacts['encoder'] | undefined;
  /** Where recordings lie; a few MiB are written there for a moment. Not touched when left out. */
  storage?: string;
  /** Whether the hub runs. */
  hubRuns: boolean;
  /** TCP ports of this machine that should answer then. */
  ports: readonly { what: string; port: number }[];
  childBridge: boolean | undefined;
  cameras: number;
}

export interface HostDeps {
  clock: Clock;
  startChild: StartChild;
  signal: AbortSignal;
  /** Default: all of this machine. */
  interfaces?: typeof networkInterfaces;
  /** Default: a real multicast question. */
  askMdns?: typeof askMdns;
}

const PROGRAM_MS = 3000;
const TRIAL_BYTES = 8 * 2 ** 20;
const TRIAL_CHUNK = 2 ** 20;
/** A disk that takes longer is slow enough to say so. */
const TRIAL_MS = 4000;

export async function gatherHost(subject: HostSubject, deps: HostDeps): Promise<HostFacts> {
  const { ffmpeg, encoder, storage, childBridge, cameras, hubRuns } = subject;
  const interfaces = (deps.interfaces ?? networkInterfaces)();
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  const [disk, ports, mdns, clockSynced] = await Promise.all([
    storage === undefined ? undefined : diskFacts(storage, deps),
    Promise.all(
      subject.ports.map(async ({ what, port }) => ({
        ...{ what, port },
        open: await answersSomewhere(port, addresses, deps),
      })),
    ),
    addresses.length === 0 ? {} : (deps.askMdns ?? askMdns)(addresses, deps),
    isClockSynced(deps),
  ]);
  return {
    node: process.versions.node,
    hubRuns,
    ports,
    mdns: { addresses, ...mdns },
    memory: { totalBytes: memoryLimit(), freeBytes: freemem(), ownBytes: process.memoryUsage.rss() },
    cpus: availableParallelism(),
    // Windows keeps none and says 0.
    ...(process.platform !== 'win32' && { load: loadavg()[0] ?? 0 }),
    cameras,
    ...(ffmpeg && { ffmpeg }),
    ...(encoder && { encoder }),
    ...(disk && { disk }),
    ...(clockSynced !== undefined && { clockSynced }),
    ...(childBridge !== undefined && { childBridge }),
  };
}

/** Some listen on one address of this machine alone. */
async function answersSomewhere(
  port: number,
  addresses: readonly string[],
  deps: HostDeps,
): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', ...addresses])
    if (await tcpReach({ host, port }, deps.signal)) return true;
  return false;
}

/** What a container lets us have, else all there is. */
function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

async function diskFacts(path: string, deps: HostDeps): Promise<DiskFacts | undefined> {
  const room = await statfs(path).catch(() => undefined);
  if (!room) return undefined;
  const known = { path, freeBytes: room.bavail * room.bsize };
  if (known.freeBytes < TRIAL_BYTES * 4) return known;
  try {
    return { ...known, writeMBps: await writeSpeed(path, deps) };
  } catch (error) {
    return { ...known, failure: reason(error) };
  }
}

/** MB a second that really reach the disk. */
async function writeSpeed(path: string, { clock, signal }: HostDeps): Promise<number> {
  const folder = await mkdtemp(join(path, '.doctor-'));
  try {
    await using file = await open(join(folder, 'trial'), 'wx', 0o600);
    const chunk = Buffer.alloc(TRIAL_CHUNK, 0x5a);
    const start = clock.monotonic();
    let written = 0;
    while (written < TRIAL_BYTES && clock.monotonic() - start < TRIAL_MS && !signal.aborted) {
      await file.write(chunk);
      await file.datasync();
      written += chunk.length;
    }
    return written / 1e6 / Math.max(0.001, (clock.monotonic() - start) / 1000);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** As systemd tells it, whichever program keeps the time; undefined on other systems and in containers. */
async function isClockSynced({ startChild, clock, signal }: HostDeps): Promise<boolean | undefined> {
  if (process.platform !== 'linux') return undefined;
  await using child = startChild('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  let text = '';
  child.outputs[0]?.setEncoding('utf8').on('data', (part: string) => {
    text = (text + part).slice(0, 100);
  });
  await atMost(clock, PROGRAM_MS, child.exited, signal);
  const said = /^(yes|no)\b/.exec(text.trim())?.[1];
  return said === undefined ? undefined : said === 'yes';
}
