/** Targets that lie behind servers pass the same suite as a folder. One server and one target serve all of it: they are slow to start. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, vi } from 'vitest';
import { rawFolder } from '../../../test/support/folder-place.ts';
import { rcloneProgram, writeRcloneConfig } from '../../../test/support/rclone.ts';
import { type SuiteTarget, targetSuite } from '../../../test/support/target-suite.ts';
import { startWebdav } from '../../../test/support/webdav-server.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import type { Target } from './contract.ts';
import { createRcloneTarget } from './rclone-target.ts';
import { createWebdavTarget } from './webdav-target.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const closing = new Closing();
afterAll(() => closing[Symbol.asyncDispose]());

/** For one test: the folder empty again, and the target left open for the next. */
async function emptied(target: Target, root: string): Promise<SuiteTarget> {
  await rm(root, { recursive: true, force: true });
  await mkdir(root);
  return {
    target: {
      open: (...args) => target.open(...args),
      setUp: (...args) => target.setUp(...args),
      async [Symbol.asyncDispose]() {},
    },
    raw: rawFolder(root),
    async [Symbol.asyncDispose]() {},
  };
}

// Without rclone there is neither a server for WebDAV here nor a target of that kind.
describe.skipIf(!hasRclone())('behind servers', () => {
  let webdav: Target;
  let rclone: Target;
  let webdavRoot: string;
  let rcloneRoot: string;
  beforeAll(async () => {
    const server = closing.use(await startWebdav());
    const { username, password, url } = server;
    webdavRoot = join(server.folder, 'doorstep');
    webdav = closing.use(
      createWebdavTarget(
        { kind: 'webdav', url: `${url}/doorstep`, username, password, allowOutside: false },
        { clock: systemClock },
      ),
    );
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-suite-'));
    closing.defer(() => rm(folder, { recursive: true, force: true }));
    rcloneRoot = join(folder, 'doorstep');
    const configFile = await writeRcloneConfig(folder, { disk: { type: 'local' } });
    rclone = closing.use(
      createRcloneTarget(
        {
          kind: 'rclone',
          remote: `disk:${rcloneRoot}`,
          configFile,
          program: rcloneProgram(),
          allowOutside: false,
        },
        { clock: systemClock, startChild },
      ),
    );
  });

  targetSuite('webdav target', () => emptied(webdav, webdavRoot));
  targetSuite('rclone target', () => emptied(rclone, rcloneRoot));
});

function hasRclone(): boolean {
  try {
    return rcloneProgram() !== '';
  } catch {
    return false;
  }
}
