/** What nobody could make sense of: out of the way, and kept as long as a recording. */
import { cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMissing, unlessMissing } from './missing.ts';
import { UNREADABLE } from './places.ts';
import type { SpoolContext } from './spool-context.ts';

/** Epoch ms at which it was set aside, then the name that it had. */
const NAME = /^(\d{1,16})-/;

export interface SetAside {
  entries: number;
  bytes: number;
}

export class Unreadable {
  readonly #context: SpoolContext;
  #seen: SetAside = { entries: 0, bytes: 0 };

  constructor(context: SpoolContext) {
    this.#context = context;
  }

  /** What there was at the last {@link look}. */
  get seen(): SetAside {
    return this.#seen;
  }

  /** Moves a file or a folder there. */
  async take(path: string): Promise<void> {
    const { places, clock, log } = this.#context;
    const aside = join(places.folder, UNREADABLE);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    const to = join(aside, `${clock.now()}-${basename(path)}`);
    await move(path, to);
    log.warn(`What lies in ${path} cannot be made sense of. It was moved to ${to}.`);
  }

  /** Rejects with the error of the disk. */
  async look(): Promise<void> {
    const seen = { entries: 0, bytes: 0 };
    for (const path of await this.#paths()) {
      seen.entries += 1;
      seen.bytes += await sizeOf(path);
    }
    this.#seen = seen;
  }

  /** Removes what was set aside before this time, epoch ms. */
  async removeBefore(at: number): Promise<void> {
    for (const path of await this.#paths()) {
      const [, time] = NAME.exec(basename(path)) ?? [];
      if (time !== undefined && Number(time) < at) await rm(path, { recursive: true, force: true });
    }
    await this.look();
  }

  async #paths(): Promise<string[]> {
    const folders = this.#context.places.folders.map((folder) => join(folder, UNREADABLE));
    const found = await Promise.all(
      folders.map(async (folder) =>
        ((await unlessMissing(readdir(folder))) ?? []).map((name) => join(folder, name)),
      ),
    );
    return found.flat();
  }
}

/** Also to another disk. One that is not there is fine. */
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (isMissing(error)) return;
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    await cp(from, to, { recursive: true });
    await rm(from, { recursive: true, force: true });
  }
}

async function sizeOf(path: string): Promise<number> {
  const facts = await unlessMissing(lstat(path));
  if (!facts?.isDirectory()) return facts?.size ?? 0;
  const inside = (await unlessMissing(readdir(path, { recursive: true }))) ?? [];
  const sizes = await Promise.all(inside.map((name) => unlessMissing(lstat(join(path, name)))));
  return sizes.reduce((sum, each) => sum + (each?.isFile() ? each.size : 0), 0);
}
