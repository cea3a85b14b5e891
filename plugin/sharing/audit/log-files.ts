/** The files of the log in its folder, for whoever reads them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseHeads, type SignedHead } from './heads.ts';
import { type LogLines, linesOf } from './log-lines.ts';

export interface LogFiles extends LogLines {
  heads: SignedHead[];
  /** What stands in the file of heads and is none. */
  headsRest: string;
}

export const logPaths = (folder: string) => ({
  lines: join(folder, 'log.jsonl'),
  heads: join(folder, 'heads.txt'),
  lock: join(folder, 'lock'),
});

/** Undefined where neither file is there. The log may be in use: what it holds then covers every head that is read. Rejects as `readFile` does. */
export async function readLogFiles(folder: string): Promise<LogFiles | undefined> {
  const paths = logPaths(folder);
  const heads = await readIfThere(paths.heads);
  const bytes = await readIfThere(paths.lines);
  if (!heads && !bytes) return undefined;
  const { heads: signed, rest } = parseHeads(heads?.toString('utf8') ?? '');
  return { ...linesOf(bytes ?? Buffer.alloc(0)), heads: signed, headsRest: rest };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
