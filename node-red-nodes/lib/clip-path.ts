/** Where this machine sees the file of a clip. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClipInfo } from '../../protocol/api.ts';

/**
 * Why there is no path: the server node does not say where this machine sees the recordings (`no-folder`), the hub keeps them in a place that
 * has no files to look at (`no-files`), or no such file is in the folder, or it is not whole (`not-found`).
 */
export type NoPath = 'no-folder' | 'no-files' | 'not-found';

/** Looks whether the file is there, whole. `file` is not trusted: nothing outside of the folder is ever named. */
export async function clipPath(
  { file, bytes }: Pick<ClipInfo, 'file' | 'bytes'>,
  folder: string | undefined,
): Promise<{ path: string } | { why: NoPath }> {
  if (folder === undefined) return { why: 'no-folder' };
  if (file === undefined) return { why: 'no-files' };
  if (!isPlain(file)) return { why: 'not-found' };
  const path = join(folder, file);
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() && found.size === bytes ? { path } : { why: 'not-found' };
}

function isPlain(file: string): boolean {
  return file.split('/').every((name) => name !== '' && !name.startsWith('.') && !/[\\:\0]/.test(name));
}
