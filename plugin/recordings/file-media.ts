import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { MediaFile } from './contract.ts';

/** A file on this machine's own disk; undefined when it is not there. */
export async function fileMedia(path: string): Promise<MediaFile | undefined> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) return undefined;
  const modifiedAt = Math.round(facts.mtimeMs);
  return {
    bytes: facts.size,
    etag: `${facts.size.toString(36)}-${modifiedAt.toString(36)}`,
    modifiedAt,
    async *read(from, to, signal) {
      if (to <= from) return;
      try {
        yield* createReadStream(path, { start: from, end: to - 1, signal }) as AsyncIterable<Buffer>;
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
  };
}
