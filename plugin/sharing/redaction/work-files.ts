/** Files of redaction: what is being worked on, which is always removed, and what came of it, under a name that says nothing. */
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Source } from './contract.ts';
import { badSource, sourceTooLarge } from './problems.ts';

/** Hours of 4K. */
const MOST_BYTES = 4 * 2 ** 30;
const UNFINISHED = /^[0-9a-f]{32}\.(source|part)$/;

export interface WorkFiles extends AsyncDisposable {
  /** Copy of the footage, unhidden. */
  source: string;
  /** What is being made. */
  part: string;
  /** What it becomes once it passed its check. Its name holds no time, camera or place. */
  result: string;
}

/** Names in the folder, which is made when it is missing; disposing removes what is unfinished. */
export async function openWorkFiles(folder: string, ending: 'mp4' | 'jpg'): Promise<WorkFiles> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const base = join(folder, randomBytes(16).toString('hex'));
  const [source, part] = [`${base}.source`, `${base}.part`];
  return {
    ...{ source, part, result: `${base}.${ending}` },
    async [Symbol.asyncDispose]() {
      await Promise.all([rm(source, { force: true }), rm(part, { force: true })]);
    },
  };
}

/** Removes what a process that was killed left unfinished. To be called before the first `render` in this folder, and never during one. */
export async function removeUnfinished(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const left = names.filter((name) => UNFINISHED.test(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { force: true })));
  return left.length;
}

/** What a shared file is called outside; the same for everybody. */
export const sharedName = (contentType: 'video/mp4' | 'image/jpeg') =>
  contentType === 'video/mp4' ? 'clip.mp4' : 'picture.jpg';

/** Writes the footage down, for this account alone. Rejects with a `ProblemError`. */
export async function copySource(source: Source, path: string, signal: AbortSignal): Promise<void> {
  if (source.bytes > MOST_BYTES) throw sourceTooLarge(`it has more than ${MOST_BYTES / 2 ** 30} GiB`);
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of source.read(0, source.bytes, signal)) {
      bytes += chunk.length;
      if (bytes > source.bytes) throw badSource('it grows while it is read');
      yield chunk;
    }
  };
  await pipeline(Readable.from(counted()), createWriteStream(path, { mode: 0o600, flags: 'wx' }), { signal });
  signal.throwIfAborted();
  if (bytes !== source.bytes) throw badSource('it is not complete');
}
