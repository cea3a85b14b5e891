/** A small file of our own, handed in so that tests need no disk. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

export interface TextFile {
  /** Undefined when there is no such file. Throws when it is there and cannot be read. */
  read(): string | undefined;
  /** Replaces it whole; after a power cut it is the old one or the new one. Throws when it cannot be written. */
  write(text: string): void;
}

/** A file that its owner alone can read. Its folder must be there. */
export function privateFile(path: string): TextFile {
  return {
    read() {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (text) => replacePrivate(path, text, { durable: true }),
  };
}

/**
 * Replaces a file whole, readable by its owner alone.
 *
 * @param options.durable whether it waits for the disk, which can take long: then a power cut leaves the old text or the new one
 */
export function replacePrivate(path: string, text: string, { durable }: { durable: boolean }): void {
  const part = `${path}.part`;
  const file = openSync(part, 'w', 0o600);
  try {
    writeFileSync(file, text);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(part, path);
}
