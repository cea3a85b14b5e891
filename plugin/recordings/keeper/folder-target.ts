import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../../system/clock.ts';
import { IDENTITY_FILE } from '../layout.ts';
import {
  type Target,
  type TargetConfig,
  TargetError,
  type TargetFacts,
  type TargetSession,
} from './contract.ts';
import { checkCalledOff, errorCode, folderFault } from './folder-fault.ts';
import { checkPlace, isPlain } from './folder-proof.ts';
import { type FolderRoot, factsOf, openRoot } from './folder-root.ts';
import { FolderSession } from './folder-session.ts';
import { syncFolder, writeWhole } from './folder-write.ts';
import { checkMarker, makeMarker } from './identity.ts';
import { serverOf } from './mounts.ts';
import { homeAddresses, type ResolveAll } from './private-address.ts';

export type FolderConfig = Extract<TargetConfig, { kind: 'embedded' | 'folder' }>;

export interface FolderTargetDeps {
  clock: Pick<Clock, 'now'>;
  /** Called as bytes move. */
  progress?: () => void;
  /** Default: the system's. */
  resolve?: ResolveAll;
}

/** A folder: inside the Homebridge storage (`embedded`), a share that this machine has mounted, or a disk. */
export function createFolderTarget(config: FolderConfig, deps: FolderTargetDeps): Target {
  return new FolderTarget(config, deps);
}

class FolderTarget implements Target {
  readonly #config: FolderConfig;
  readonly #deps: FolderTargetDeps;
  readonly #sessions = new Set<FolderSession>();

  constructor(config: FolderConfig, deps: FolderTargetDeps) {
    this.#config = config;
    this.#deps = deps;
  }

  async open(
    known: Pick<TargetFacts, 'id' | 'fileSystem' | 'mounted'> | undefined,
    signal?: AbortSignal,
  ): Promise<TargetSession> {
    checkCalledOff(signal);
    const { path, storage } = this.#config;
    const root = await openRoot(path, storage);
    try {
      checkPlace(path, root.seen, known);
      await this.#checkHome(root);
      const id = checkMarker(path, await root.marker(), known);
      const facts = await factsOf(root, id);
      checkCalledOff(signal);
      const session: FolderSession = new FolderSession(root, facts, {
        progress: this.#deps.progress ?? (() => {}),
        closed: () => this.#sessions.delete(session),
      });
      this.#sessions.add(session);
      return session;
    } catch (error) {
      await root[Symbol.asyncDispose]();
      throw folderFault(error, path);
    }
  }

  async setUp({ id, sure }: { id: string; sure: boolean }, signal?: AbortSignal): Promise<TargetFacts> {
    checkCalledOff(signal);
    const { root: opened, made } = await this.#openOrMake(sure);
    await using root = opened;
    await this.#checkHome(root);
    const found = await root.marker();
    if (found === undefined) {
      if (!made) this.#checkPlaceToSetUp(root, sure);
      const marker = makeMarker(id, this.#deps.clock.now());
      await writeWhole(root, IDENTITY_FILE, whole(marker), {
        signal: signal ?? new AbortController().signal,
        progress: this.#deps.progress ?? (() => {}),
      });
    }
    return await factsOf(root, checkMarker(this.#config.path, await root.marker(), undefined));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions].map((session) => session[Symbol.asyncDispose]()));
  }

  /** The root; where only its last folder is missing, that is made first, in a place that was looked at then. */
  async #openOrMake(sure: boolean): Promise<{ root: FolderRoot; made: boolean }> {
    const { path, storage } = this.#config;
    try {
      return { root: await openRoot(path, storage), made: false };
    } catch (error) {
      if (errorCode((error as Error).cause) !== 'ENOENT') throw error;
    }
    await using parent = await openRoot(dirname(path), storage);
    this.#checkPlaceToSetUp(parent, sure);
    await this.#checkHome(parent);
    try {
      await parent.check();
      await mkdir(parent.at(basename(path)), { mode: 0o750 });
      await syncFolder(parent.at(''));
      return { root: await openRoot(path, storage, parent.at(basename(path))), made: true };
    } catch (error) {
      throw folderFault(error, path);
    }
  }

  #checkPlaceToSetUp(root: FolderRoot, sure: boolean): void {
    if (sure || this.#config.kind === 'embedded' || isPlain(root)) return;
    throw new TargetError(
      'no-marker',
      `${root.path} lies on a disk of this machine, as it would while the NAS is not mounted: nothing is written there until you say that it is the right place.`,
    );
  }

  /** Recordings stay in the home: a share of a server elsewhere is refused. */
  async #checkHome({ mount, path }: FolderRoot): Promise<void> {
    const { allowOutside, kind } = this.#config;
    if (allowOutside || kind === 'embedded' || !mount) return;
    const server = serverOf(mount);
    if (server === 'local') return;
    if (server === 'unknown') {
      throw new TargetError(
        'outside',
        `${path} is a ${mount.fileSystem} mount, and cannot be told to lie in the home's network. Use the target kind of that protocol, or say in the options that you want this.`,
      );
    }
    const { resolve } = this.#deps;
    await homeAddresses(server.host, { allowOutside, ...(resolve && { resolve }) });
  }
}

async function* whole(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}
