/** Whether a part in the spool is what was written. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Piece } from '../keeper/contract.ts';

/** `altered`: its size, and other bytes. `unread`: it cannot be read, which says nothing about it; `code` is the system's. */
export type PieceFault =
  | { what: 'missing' | 'altered' }
  | { what: 'size'; bytes: number }
  | { what: 'unread'; code: string | undefined };

/** What is wrong with a piece; undefined when it is as it should be. Without `hash` only its size is looked at. Never rejects. */
export async function pieceFault(
  { path, bytes, sha256 }: Piece,
  { hash }: { hash: boolean },
): Promise<PieceFault | undefined> {
  try {
    const { size } = await stat(path);
    if (size !== bytes) return { what: 'size', bytes: size };
    if (!hash) return undefined;
    const found = createHash('sha256');
    await pipeline(createReadStream(path), found);
    return found.digest('hex') === sha256 ? undefined : { what: 'altered' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { what: 'missing' } : { what: 'unread', code };
  }
}
