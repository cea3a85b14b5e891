/** What a start finds of the run before it: clips that were never finished, and files that the index has lost. */
import type { Dirent } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipInfo } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { type FinishedFile, finishClipFile, scanClipFile } from './clip-file.ts';
import type { ClipIndex, IndexedClip } from './clip-index.ts';
import { infoOf, readSidecar, type Sidecar, writeSidecar } from './clip-sidecar.ts';
import { PART, parseBase } from './layout.ts';

/** Finishes what a crash left at `base`; undefined (and the traces are gone) when there is no picture in it. */
export async function recoverClip(root: string, { info, base }: IndexedClip): Promise<ClipInfo | undefined> {
  const path = join(root, base);
  const known = await readSidecar(`${path}.json`);
  const finished = (await exists(`${path}.mp4`)) && known?.state === 'ready';
  if (finished) return infoOf(known);
  const file = await finishPart(`${path}.mp4`);
  if (!file) {
    await rm(`${path}.json`, { force: true });
    return undefined;
  }
  const sidecar: Sidecar = {
    ...(known ?? { ...info, schema: 1 }),
    endedAt: info.startedAt + file.durationMs,
    bytes: file.bytes,
    sha256: file.sha256,
    state: 'ready',
  };
  await writeSidecar(`${path}.json`, sidecar);
  return infoOf(sidecar);
}

async function finishPart(path: string): Promise<FinishedFile | undefined> {
  // A crash between rename and sidecar leaves a whole file under its own name: it is finished once more.
  if (await exists(path)) await rename(path, path + PART);
  if (!(await exists(path + PART))) return undefined;
  const handle = await open(path + PART, 'r+');
  const content = await scanClipFile(handle).catch(() => undefined);
  if (content) return finishClipFile(handle, path, content);
  await handle.close();
  await rm(path + PART, { force: true });
  return undefined;
}

/** Fills an empty index from what lies below the root. What cannot be read is named in the log and passed over. */
export async function rebuildIndex(root: string, index: ClipIndex, log: Log): Promise<number> {
  let found = 0;
  for await (const name of filesBelow(root, 4, log)) {
    try {
      if (await enterFile(root, name, index)) found += 1;
    } catch (error) {
      log.warn(`${join(root, name)} stays out of the clip index: ${reason(error)}`);
    }
  }
  return found;
}

/** True when the file made a clip known. */
async function enterFile(root: string, name: string, index: ClipIndex): Promise<boolean> {
  const [, base, ending] = /^(.*)\.(json|jpg)$/.exec(name) ?? [];
  const parsed = base === undefined ? undefined : parseBase(base);
  if (base === undefined || !parsed) return false;
  if (ending === 'jpg') {
    const { mtimeMs } = await stat(join(root, name));
    index.putSnapshot({ id: parsed.id, at: Math.round(mtimeMs), base });
    return false;
  }
  const sidecar = await readSidecar(join(root, name));
  if (sidecar?.id !== parsed.id) return false;
  index.put({ info: infoOf(sidecar), base });
  return true;
}

/** Paths relative to `root` of the files that lie exactly `depth` folders down. */
async function* filesBelow(root: string, depth: number, log: Log, inside = ''): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(join(root, inside), { withFileTypes: true });
  } catch (error) {
    log.warn(`Recordings below ${join(root, inside)} cannot be listed: ${reason(error)}`);
    return;
  }
  for (const entry of entries) {
    const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (depth > 0 && entry.isDirectory()) yield* filesBelow(root, depth - 1, log, path);
    if (depth === 0 && entry.isFile()) yield path;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
