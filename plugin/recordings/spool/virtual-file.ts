/** Files that lie one after the other, read as one. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { ProblemError } from '../../system/problem.ts';
import type { MediaFile } from '../contract.ts';
import type { Piece } from '../keeper/contract.ts';
import type { Sealed } from '../recording.ts';

export interface Stretch {
  /** Which of the files, and which bytes of it: from, up to and without. */
  index: number;
  from: number;
  to: number;
}

const CHUNK = 256 * 1024;

/** Where the bytes from `from` up to and without `to` lie in files of these sizes; what is beyond their end is left out. */
export function stretchesOf(sizes: readonly number[], from: number, to: number): Stretch[] {
  let start = 0;
  return sizes.flatMap((size, index) => {
    const at = start;
    start += size;
    const stretch = { index, from: Math.max(0, from - at), to: Math.min(size, to - at) };
    return stretch.from < stretch.to ? [stretch] : [];
  });
}

/** Differs whenever one of the parts does. */
export function etagOf(parts: readonly Sealed[]): string {
  const hash = createHash('sha256');
  for (const { sha256 } of parts) hash.update(sha256);
  return hash.digest('hex').slice(0, 32);
}

/**
 * @param pieces asked for with each read: they may have moved since
 * @param modifiedAt epoch ms
 */
export function virtualFile(pieces: () => readonly Piece[], modifiedAt: number): MediaFile {
  const parts = pieces();
  const sizes = parts.map(({ bytes }) => bytes);
  const etag = etagOf(parts);
  /** Where they are now. */
  const now = () => {
    const current = pieces();
    if (etagOf(current) !== etag) throw moved();
    return current;
  };
  return {
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    etag,
    modifiedAt,
    async *read(from, to, signal) {
      const stretches = stretchesOf(sizes, from, to);
      if (signal.aborted || stretches.length === 0) return;
      // All at once: what is removed or moved from now on can still be read.
      const handles = await openAll(now, stretches);
      try {
        for (const [at, stretch] of stretches.entries()) {
          const handle = handles[at];
          if (handle) yield* readStretch(handle, stretch, signal);
        }
      } finally {
        await Promise.all(handles.map((handle) => handle.close()));
      }
    },
  };
}

async function openAll(pieces: () => readonly Piece[], stretches: readonly Stretch[]): Promise<FileHandle[]> {
  try {
    return await openEach(pieces(), stretches);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  // One may have moved between looking and opening.
  return openEach(pieces(), stretches).catch((error: unknown) => {
    throw isMissing(error) ? moved(error) : error;
  });
}

async function openEach(pieces: readonly Piece[], stretches: readonly Stretch[]): Promise<FileHandle[]> {
  const opened = await Promise.allSettled(stretches.map(({ index }) => open(pieces[index]?.path ?? '', 'r')));
  const handles = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failed = opened.find(({ status }) => status === 'rejected');
  if (failed?.status !== 'rejected') return handles;
  await Promise.all(handles.map((handle) => handle.close()));
  throw failed.reason;
}

async function* readStretch(
  handle: FileHandle,
  { from, to }: Stretch,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  for (let at = from; at < to && !signal.aborted; ) {
    const wanted = Math.min(CHUNK, to - at);
    const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, at);
    if (bytesRead === 0) throw moved();
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}

function moved(cause?: unknown): ProblemError {
  const problem = {
    code: 'recording-moved',
    what: 'This recording has just left the spool.',
    cure: 'Ask for it once more; it is at the target, or it was removed.',
  };
  return new ProblemError(problem, { cause });
}
