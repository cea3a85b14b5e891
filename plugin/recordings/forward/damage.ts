import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Piece } from '../keeper/contract.ts';
import type { Segment } from '../recording.ts';

/**
 * Which segments of a recording in the spool are not what was written.
 *
 * @param pieces head, segments in order, tail
 */
export async function damagedSegments(
  pieces: readonly Piece[],
  segments: readonly Segment[],
): Promise<Segment[]> {
  const damaged: Segment[] = [];
  for (const segment of segments) {
    const piece = pieces[segment.n + 1];
    if (!piece || !(await isWhole(piece))) damaged.push(segment);
  }
  return damaged;
}

/** Whether a piece has the bytes that it should have; false when it cannot be read. */
async function isWhole({ path, sha256 }: Piece): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}
