/** Takes clips and snapshots off the disk: only what the index lists, and folders that are empty then. */
import { appendFile, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClipIndex, IndexedSnapshot } from './clip-index.ts';
import { DAY_INDEX } from './layout.ts';

/** Removes a clip, the snapshots of its events, and last its row. `now` is epoch ms. */
export async function removeClip(root: string, index: ClipIndex, id: string, now: number): Promise<void> {
  const clip = index.get(id);
  if (!clip) return;
  const path = join(root, clip.base);
  await rm(`${path}.mp4`, { force: true });
  await rm(`${path}.json`, { force: true });
  for (const eventId of clip.info.eventIds) {
    const snapshot = index.getSnapshot(eventId);
    if (snapshot) await removeSnapshot(root, index, snapshot);
  }
  index.remove(id);
  if (!(await removeEmptyFolders(root, dirname(clip.base)))) {
    await appendToDay(root, clip.base, { id, removedAt: now });
  }
}

export async function removeSnapshot(
  root: string,
  index: ClipIndex,
  { id, base }: Pick<IndexedSnapshot, 'id' | 'base'>,
): Promise<void> {
  await rm(join(root, `${base}.jpg`), { force: true });
  index.removeSnapshot(id);
  await removeEmptyFolders(root, dirname(base));
}

/** Adds a line to the index of the day in which `base` lies. */
export async function appendToDay(root: string, base: string, line: object): Promise<void> {
  await appendFile(join(root, dirname(base), DAY_INDEX), `${JSON.stringify(line)}\n`, { mode: 0o640 });
}

/** Day, month, year and camera folders that hold nothing any more, but for the day's index. True when the day's folder is gone. */
async function removeEmptyFolders(root: string, day: string): Promise<boolean> {
  for (let folder = day; folder !== '.'; folder = dirname(folder)) {
    const path = join(root, folder);
    const names = await readdir(path).catch(() => []);
    if (names.some((name) => name !== DAY_INDEX)) return folder !== day;
    await rm(join(path, DAY_INDEX), { force: true });
    await rmdir(path).catch(() => {});
  }
  return true;
}
