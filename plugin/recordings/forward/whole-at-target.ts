import { createHash } from 'node:crypto';
import { type Piece, TargetError, type TargetSession } from '../keeper/contract.ts';
import type { Sealed } from '../recording.ts';

/** As much as a session reads at once. */
const READ_BYTES = 2 ** 20;

/**
 * Whether a file at the target is made of these parts, byte for byte: by its size, then by the hash of each part. The parts themselves need not be on this
 * machine any more.
 *
 * @returns its size and hash; undefined when it is not there, or is another one. Rejects with a `TargetError` when it cannot be read.
 */
export async function wholeAtTarget(
  path: string,
  pieces: readonly Piece[],
  { session, signal }: { session: TargetSession; signal: AbortSignal },
): Promise<Sealed | undefined> {
  try {
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    if (bytes === 0 || (await session.stat(path, { hash: false }, signal)).bytes !== bytes) return undefined;
    const whole = createHash('sha256');
    let at = 0;
    for (const piece of pieces) {
      const hash = createHash('sha256');
      for (const end = at + piece.bytes; at < end; ) {
        const part = await session.read(path, at, Math.min(end, at + READ_BYTES), signal);
        if (part.length === 0) return undefined;
        hash.update(part);
        whole.update(part);
        at += part.length;
      }
      if (hash.digest('hex') !== piece.sha256) return undefined;
    }
    return { bytes, sha256: whole.digest('hex') };
  } catch (error) {
    if (error instanceof TargetError && error.fault === 'not-found') return undefined;
    throw error;
  }
}
