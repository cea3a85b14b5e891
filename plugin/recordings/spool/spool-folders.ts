/**
 * The folders in which the spool is and was. Each has a marker whose id the index knows: so an empty mount point, or another folder in the settings, is not
 * taken for a spool from which everything is gone.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, replaceDurable } from './durable.ts';
import { unlessMissing } from './missing.ts';
import { isRecordingFolder, SNAPSHOTS, UNREADABLE } from './places.ts';
import type { SpoolContext } from './spool-context.ts';

export const SPOOL_MARKER = '.doorstep-spool.json';

export class SpoolFolders {
  readonly #context: Pick<SpoolContext, 'places' | 'index'>;

  constructor(context: Pick<SpoolContext, 'places' | 'index'>) {
    this.#context = context;
  }

  /** Marks the present folder where it is new, and has the index remember it before the first byte goes there. Rejects with the error of the disk. */
  async settleIn(): Promise<void> {
    const { places, index } = this.#context;
    const { folders = [], rolling = [] } = index.spool() ?? {};
    const present = {
      id: (await readMarker(places.folder)) ?? (await mark(places.folder)),
      folder: places.folder,
    };
    const memory = [...(places.rolling === undefined ? [] : [places.rolling]), ...rolling];
    index.setSpool({
      folders: [present, ...folders.filter(({ id }) => id !== present.id)],
      rolling: [...new Set(memory)],
    });
  }

  /** Whether each folder in which a recording may wait is there and is what it was. While one is not, nothing that is missing is lost. */
  async areThere(): Promise<boolean> {
    const there = await Promise.all((this.#context.index.spool()?.folders ?? []).map(isThere));
    return there.every(Boolean);
  }

  /** Those that are not there as they were. */
  async absent(): Promise<string[]> {
    const absent: string[] = [];
    for (const known of this.#context.index.spool()?.folders ?? [])
      if (!(await isThere(known))) absent.push(known.folder);
    return [...new Set(absent)];
  }

  /** Forgets former folders that are needed no longer: empty ones, and (where nothing is missing) those that are not there. */
  async tidy({ isNoneMissing }: { isNoneMissing: boolean }): Promise<void> {
    const { index } = this.#context;
    const spool = index.spool();
    const [present, ...former] = spool?.folders ?? [];
    if (!spool || !present || former.length === 0) return;
    const needed = [];
    for (const known of former) {
      const isNeeded = (await isThere(known)) ? await holdsAnything(known.folder) : !isNoneMissing;
      if (isNeeded) needed.push(known);
    }
    if (needed.length < former.length) index.setSpool({ ...spool, folders: [present, ...needed] });
  }
}

/** Undefined when there is none, or none of ours. */
async function readMarker(folder: string): Promise<string | undefined> {
  const text = await unlessMissing(readFile(join(folder, SPOOL_MARKER), 'utf8'));
  try {
    const { id } = JSON.parse(text ?? '{}') as { id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

async function mark(folder: string): Promise<string> {
  const id = randomUUID();
  await makeFolder(folder);
  await replaceDurable(join(folder, SPOOL_MARKER), `${JSON.stringify({ schema: 1, id })}\n`);
  return id;
}

async function isThere({ id, folder }: { id: string; folder: string }): Promise<boolean> {
  return (await readMarker(folder).catch(() => undefined)) === id;
}

/** Also when it cannot be read. */
async function holdsAnything(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    if (names.some(isRecordingFolder)) return true;
    const inside = await Promise.all(
      [SNAPSHOTS, UNREADABLE].map(async (name) => (await unlessMissing(readdir(join(folder, name)))) ?? []),
    );
    return inside.flat().length > 0;
  } catch {
    return true;
  }
}
