/** A folder target's place for the target suite, seen from the other side. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { FolderConfig } from '../../plugin/recordings/keeper/folder-target.ts';
import type { SuiteTarget } from './target-suite.ts';

export interface FolderPlace extends AsyncDisposable {
  config: FolderConfig;
  raw: SuiteTarget['raw'];
}

/** An empty folder inside a storage of its own. */
export async function makeFolderPlace(kind: FolderConfig['kind'] = 'folder'): Promise<FolderPlace> {
  const storage = await mkdtemp(join(tmpdir(), 'doorstep-folder-'));
  const path = join(storage, 'recordings');
  await mkdir(path);
  return {
    config: { kind, path, storage, allowOutside: false },
    raw: rawFolder(path),
    [Symbol.asyncDispose]: () => rm(storage, { recursive: true, force: true }),
  };
}

/** A local folder as the target suite looks at it. */
export function rawFolder(root: string): SuiteTarget['raw'] {
  return {
    read: (path) => readFile(join(root, path)).catch(() => undefined),
    async write(path, content) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    async all() {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .map((entry) => relative(root, join(entry.parentPath, entry.name)) + (entry.isDirectory() ? '/' : ''))
        .sort();
    },
  };
}
