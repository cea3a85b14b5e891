import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Piece } from '../keeper/contract.ts';

/** `torn`: it is not there, or has another size. `altered`: its size, and other bytes. `unread`: it cannot be read, which says nothing about it. */
export type PieceFault = 'torn' | 'altered' | 'unread';

/** What is wrong with each piece in the spool, in their order; undefined for those that are what was written. */
export async function pieceFaults(pieces: readonly Piece[]): Promise<(PieceFault | undefined)[]> {
  const faults: (PieceFault | undefined)[] = [];
  for (const piece of pieces) faults.push(await faultOf(piece));
  return faults;
}

async function faultOf({ path, bytes, sha256 }: Piece): Promise<PieceFault | undefined> {
  const hash = createHash('sha256');
  try {
    if ((await stat(path)).size !== bytes) return 'torn';
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex') === sha256 ? undefined : 'altered';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'torn' : 'unread';
  }
}
