/** A bag as an upload page takes it: one ZIP, and beside it the plain videos, which an officer can look at without unpacking. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join, posix, resolve } from 'node:path';
import { type ZipEntry, zipBytes, zipParts } from '../../recordings/export/zip-writer.ts';
import { TOO_LARGE } from './bag-limits.ts';
import type { Bag, BagFile } from './contract.ts';
import { copyFootage, openPlain } from './copy-footage.ts';
import { makeWhole } from './made-whole.ts';
import { bagRefused, footageChanged } from './problems.ts';

export interface PackedBag {
  /** Absolute. */
  folder: string;
  /** Names within the folder: the ZIP first, then the videos. */
  files: readonly BagFile[];
}

/**
 * Makes the folder `<id>-upload` in `folder`: `<id>.zip`, and each video as `<id>-clip-1.mp4`; of a clip with a viewing copy, that one alone.
 * Rejects with a `ProblemError` (`bag-refused` when the ZIP is too large, `bag-footage-changed` when the bag is not as it was made,
 * `bag-exists`, `bag-unwritable`), or with the signal's reason; then nothing of it is left.
 */
export async function packBag(
  bag: Bag,
  { folder, signal }: { folder: string; signal: AbortSignal },
): Promise<PackedBag> {
  const bytes = zipBytes(bag.files.map((file) => zipEntry(bag, file, signal)));
  if (bytes >= TOO_LARGE)
    throw bagRefused(`its ZIP would have ${(bytes / 1e9).toFixed(1)} GB, and it must be less than 2.`);
  const name = `${bag.id}-upload`;
  return makeWhole(resolve(folder), name, {
    signal,
    fill: async (part) => {
      const files = [await writeZip(bag, join(part, `${bag.id}.zip`), signal)];
      for (const file of plainVideos(bag)) {
        const path = `${bag.id}-${posix.basename(file.path)}`;
        const source = { ...file, path: join(bag.folder, file.path) };
        await copyFootage(source, join(part, path), { root: bag.folder, signal });
        files.push({ ...file, path });
      }
      return { folder: join(resolve(folder), name), files };
    },
  });
}

function plainVideos({ files }: Bag): BagFile[] {
  const videos = files.filter(({ path }) => path.endsWith('.mp4'));
  const isViewing = ({ path }: BagFile) => path.startsWith('data/viewing/');
  const hasViewing = ({ path }: BagFile) =>
    videos.some((other) => isViewing(other) && posix.basename(other.path) === posix.basename(path));
  return videos.filter((video) => isViewing(video) || !hasViewing(video));
}

async function writeZip(bag: Bag, target: string, signal: AbortSignal): Promise<BagFile> {
  await using file = await open(target, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of zipParts(bag.files.map((entry) => zipEntry(bag, entry, signal)))) {
    hash.update(chunk);
    bytes += chunk.length;
    await file.writeFile(chunk);
  }
  await file.sync();
  return { path: `${bag.id}.zip`, bytes, sha256: hash.digest('hex') };
}

/** All entries have the time that the bag was made at, not that of the footage. */
function zipEntry(bag: Bag, file: BagFile, signal: AbortSignal): ZipEntry {
  const path = join(bag.folder, file.path);
  return {
    name: `${bag.id}/${file.path}`,
    bytes: file.bytes,
    modifiedAt: bag.madeAt,
    async *read() {
      const handle = await openPlain(path);
      if (!handle) throw footageChanged(path);
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of handle.createReadStream({ signal })) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
      if (bytes !== file.bytes || hash.digest('hex') !== file.sha256) throw footageChanged(path);
    },
  };
}
