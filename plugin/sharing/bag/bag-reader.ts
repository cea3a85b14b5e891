/** Reads a folder that somebody else may have made: plain files alone, no links, nothing outside, nothing without end. */
import { createHash } from 'node:crypto';
import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';
import { openPlain } from './copy-footage.ts';

/** A bag has few files; who has more has something else. */
const MOST_ENTRIES = 1000;
const DEEPEST = 8;
/** Manifests, part of a log, and the like. */
const LARGEST_TEXT = 2 ** 24;

export interface FoundFile {
  bytes: number;
}

/** All plain files below `root`, by their path with `/`; and what is there that is none, in words. Rejects with the disk's error. */
export async function listBag(
  root: string,
  signal?: AbortSignal,
): Promise<{ files: Map<string, FoundFile>; faults: string[] }> {
  const files = new Map<string, FoundFile>();
  const faults: string[] = [];
  const left = [''];
  let seen = 0;
  for (let folder = left.pop(); folder !== undefined; folder = left.pop()) {
    for await (const { name } of await opendir(join(root, folder))) {
      signal?.throwIfAborted();
      const path = folder === '' ? name : `${folder}/${name}`;
      if (++seen > MOST_ENTRIES) return { files, faults: [...faults, 'There are too many files for a bag.'] };
      const facts = await lstat(join(root, path));
      if (facts.isFile()) files.set(path, { bytes: facts.size });
      else if (facts.isDirectory() && path.split('/').length < DEEPEST) left.push(path);
      else
        faults.push(`${JSON.stringify(path)} is a link or something else that does not belong into a bag.`);
    }
  }
  return { files, faults };
}

/** SHA-256 (hex) of a file of the bag, read part by part; undefined where it cannot be read. */
export async function hashOf(root: string, path: string, signal?: AbortSignal): Promise<string | undefined> {
  const handle = await openPlain(join(root, path));
  if (!handle) return undefined;
  const hash = createHash('sha256');
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: 2 ** 18 })) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
  } catch {
    signal?.throwIfAborted();
    return undefined;
  }
  return hash.digest('hex');
}

/** A file of the bag whole; undefined where it cannot be read or is too large for what it should be. */
export async function readSmall(
  root: string,
  path: string,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const handle = await openPlain(join(root, path));
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    return size <= LARGEST_TEXT ? await handle.readFile({ ...(signal && { signal }) }) : undefined;
  } catch {
    signal?.throwIfAborted();
    return undefined;
  } finally {
    await handle.close();
  }
}
