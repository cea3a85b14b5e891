import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type SuiteTarget, targetSuite } from '../../../test/support/target-suite.ts';
import { systemClock } from '../../system/clock.ts';
import { createFolderTarget } from './folder-target.ts';

async function makeTarget(): Promise<SuiteTarget> {
  const storage = await mkdtemp(join(tmpdir(), 'doorstep-folder-'));
  const path = join(storage, 'recordings');
  await mkdir(path);
  const target = createFolderTarget(
    { kind: 'folder', path, storage, allowOutside: false },
    { clock: systemClock },
  );
  return {
    target,
    raw: {
      read: (below) => readFile(join(path, below)).catch(() => undefined),
      async write(below, content) {
        await mkdir(dirname(join(path, below)), { recursive: true });
        await writeFile(join(path, below), content);
      },
      async all() {
        const entries = await readdir(path, { recursive: true, withFileTypes: true });
        return entries
          .map(
            (entry) =>
              join(entry.parentPath, entry.name).slice(path.length + 1) + (entry.isDirectory() ? '/' : ''),
          )
          .sort();
      },
    },
    [Symbol.asyncDispose]: () => rm(storage, { recursive: true, force: true }),
  };
}

targetSuite('folder target', makeTarget);
