/** A recording or picture as one file, wherever it lies now: in the spool, then at the target. Who reads it notices nothing of the move. */
import type { MediaFile } from './contract.ts';

export interface FootageFileOptions {
  /** Size of the whole file. */
  bytes: number;
  etag: string;
  /** Epoch ms. */
  modifiedAt: number;
  /** The file in the spool; undefined when it is there no longer. Asked whenever reading begins or fails. */
  spooled(): MediaFile | undefined;
  /** The file at the target. */
  stored(): MediaFile;
}

export function footageFile({ bytes, etag, modifiedAt, spooled, stored }: FootageFileOptions): MediaFile {
  return {
    ...{ bytes, etag, modifiedAt },
    async *read(from, to, signal) {
      const local = spooled();
      if (!local) return yield* stored().read(from, to, signal);
      let at = from;
      try {
        for await (const part of local.read(from, to, signal)) {
          at += part.length;
          yield part;
        }
      } catch (error) {
        if (spooled()) throw error;
        // It moved just now; the rest is read where it is.
        yield* stored().read(at, to, signal);
      }
    },
  };
}
