import type { MediaFile } from '../contract.ts';
import { footageDamaged } from './problems.ts';

/** A recording as it is read here. */
export interface OpenFootage {
  id: string;
  file: MediaFile;
}

/**
 * The bytes from `from` up to and without `to`, or up to the end of the file. Rejects with a `ProblemError`, or with the signal's reason when it
 * aborts.
 */
export async function readBytes(
  { id, file }: OpenFootage,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const end = Math.min(to, file.bytes);
  const parts: Buffer[] = [];
  let left = end - from;
  for await (const part of file.read(from, end, signal)) {
    parts.push(part);
    left -= part.length;
  }
  signal.throwIfAborted();
  if (left !== 0) throw footageDamaged(id, 'it is shorter than it should be');
  return Buffer.concat(parts);
}
