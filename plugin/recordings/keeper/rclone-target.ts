import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import {
  type Target,
  type TargetConfig,
  TargetError,
  type TargetFacts,
  type TargetSession,
} from './contract.ts';
import { checkCalledOff } from './folder-fault.ts';
import { keepFor } from './keep-for.ts';
import { homeAddresses, type ResolveAll } from './private-address.ts';
import { type RcloneStorage, storagesOf } from './rclone-remote.ts';
import { checkVersion, type RcloneProgram, readRemotes, readRoom, runRclone } from './rclone-run.ts';
import { type RcloneServer, serveRemote } from './rclone-serve.ts';
import { createWebdavTarget } from './webdav-target.ts';

export type RcloneConfig = Extract<TargetConfig, { kind: 'rclone' }>;

export interface RcloneTargetDeps {
  clock: Clock;
  startChild: StartChild;
  /** Called as bytes move. */
  progress?: () => void;
  /** Default: the system's. */
  resolve?: ResolveAll;
}

/** A remote of rclone, spoken to by WebDAV on this machine: SMB, SFTP, FTP, S3 or WebDAV without mounting anything. */
export function createRcloneTarget(config: RcloneConfig, deps: RcloneTargetDeps): Target {
  return new RcloneTarget(config, deps);
}

/** A server that runs, and the target on it. */
interface Served extends AsyncDisposable {
  server: RcloneServer;
  target: Target;
}

/** How long what rclone said of its remote is believed, in ms: each question starts a program. */
const BELIEVED_MS = 30_000;

class RcloneTarget implements Target {
  readonly #config: RcloneConfig;
  readonly #deps: RcloneTargetDeps;
  readonly #rclone: RcloneProgram;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();
  readonly #storages: () => Promise<RcloneStorage[]>;
  readonly #room: () => Promise<Pick<TargetFacts, 'freeBytes' | 'totalBytes'>>;
  #versionChecked = false;
  #starting: Promise<Served> | undefined;
  #served: Served | undefined;

  constructor(config: RcloneConfig, deps: RcloneTargetDeps) {
    this.#config = config;
    this.#deps = deps;
    const { program, configFile, remote } = config;
    this.#rclone = {
      startChild: deps.startChild,
      program,
      configFile,
      where: `The rclone remote "${remote}"`,
    };
    const { signal } = this.#closing;
    const kept = <T>(ask: () => Promise<T>) => keepFor(deps.clock, BELIEVED_MS, () => this.#track(ask()));
    this.#storages = kept(() => this.#look(signal));
    this.#room = kept(() => readRoom(this.#rclone, remote, signal));
  }

  open(
    known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined,
    signal?: AbortSignal,
  ): Promise<TargetSession> {
    return this.#run(signal, async (until) => {
      const { target } = await unlessCalledOff(this.#serve(), until);
      return target.open(known, until);
    });
  }

  setUp(options: { id: string; sure: boolean }, signal?: AbortSignal): Promise<TargetFacts> {
    return this.#run(signal, async (until) => {
      const { target } = await unlessCalledOff(this.#serve(), until);
      try {
        return await target.setUp(options, until);
      } catch (error) {
        if (!(error instanceof TargetError) || error.fault !== 'missing') throw error;
        await this.#makeRoot(until);
        return target.setUp(options, until);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
    await this.#served?.[Symbol.asyncDispose]();
  }

  async #run<T>(signal: AbortSignal | undefined, work: (until: AbortSignal) => Promise<T>): Promise<T> {
    const { signal: closing } = this.#closing;
    const until = signal ? AbortSignal.any([signal, closing]) : closing;
    checkCalledOff(until);
    return this.#track(work(until));
  }

  /** Nothing goes on after the target was closed. */
  #track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    const done = () => this.#running.delete(work);
    work.then(done, done);
    return work;
  }

  /** The server that runs, or a new one; for all who ask. */
  async #serve(): Promise<Served> {
    const storages = await this.#storages();
    if (this.#served?.server.isRunning) return this.#served;
    this.#starting ??= this.#track(this.#start(storages)).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(storages: readonly RcloneStorage[]): Promise<Served> {
    await this.#served?.[Symbol.asyncDispose]();
    this.#served = undefined;
    const { signal } = this.#closing;
    checkCalledOff(signal);
    const server = await serveRemote(this.#rclone, this.#config.remote, this.#deps.clock, signal);
    this.#served = this.#targetOn(server, storages);
    return this.#served;
  }

  /** Where the remote leads to; its configuration, or the address of a name, may have changed since the last look. */
  async #look(signal: AbortSignal): Promise<RcloneStorage[]> {
    if (!this.#versionChecked) await checkVersion(this.#rclone, signal);
    this.#versionChecked = true;
    const storages = storagesOf(this.#config.remote, await readRemotes(this.#rclone, signal));
    await this.#checkHome(storages);
    return storages;
  }

  #targetOn(server: RcloneServer, storages: readonly RcloneStorage[]): Served {
    const { url, username, password } = server;
    const { clock, progress } = this.#deps;
    const { remote } = this.#config;
    const target = createWebdavTarget(
      { kind: 'webdav', url, username, password, allowOutside: false },
      {
        clock,
        ...(progress && { progress }),
        behind: {
          name: remote,
          fileSystem: [...new Set(storages.map(({ type }) => type))].join('+'),
          mounted: storages.every(({ place }) => place !== 'local'),
          room: ({ fresh, signal }) =>
            fresh ? readRoom(this.#rclone, remote, signal) : unlessCalledOff(this.#room(), signal),
          trouble: async () => (await server.trouble()) ?? unexplained(remote),
          // What it serves makes folders as it writes, and takes a missing one for empty.
          checkRoot: (signal) => this.#list(remote, signal),
        },
      },
    );
    const close = async () => {
      await target[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
    return { server, target, [Symbol.asyncDispose]: close };
  }

  async #checkHome(storages: readonly RcloneStorage[]): Promise<void> {
    const { remote, allowOutside } = this.#config;
    if (allowOutside) return;
    const { resolve } = this.#deps;
    for (const { place, type, host } of storages) {
      if (place === 'local') continue;
      if (place === 'cloud' || host === undefined)
        throw new TargetError(
          'outside',
          `The rclone remote "${remote}" (${type}) cannot be told to lie in the home's network: recordings would leave the house. Name another, or say in the options that you want this.`,
        );
      await homeAddresses(host, { allowOutside, ...(resolve && { resolve }) });
    }
  }

  /** At most the last folder: where the one above is missing too, that is another place than was meant. */
  async #makeRoot(signal: AbortSignal): Promise<void> {
    const { remote } = this.#config;
    const parent = /^(.*:.*)\/[^/]+\/*$/.exec(remote)?.[1];
    if (parent !== undefined) await this.#list(parent, signal);
    await runRclone(this.#rclone, ['mkdir', remote], signal);
  }

  #list(folder: string, signal: AbortSignal): Promise<string> {
    return runRclone(this.#rclone, ['lsf', '--max-depth', '1', folder], signal);
  }
}

/** Of work that others wait for too: it goes on when one of them is called off. */
async function unlessCalledOff<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: off, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([work, off]);
    checkCalledOff(signal);
    return await work;
  } finally {
    signal.removeEventListener('abort', stop);
    work.catch(() => {});
  }
}

/** What it answers then (404, 405, 500) means nothing by itself. */
function unexplained(remote: string): TargetError {
  return new TargetError('failed', `"${remote}" refuses it, and the log of rclone does not say why.`);
}
