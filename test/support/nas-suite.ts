/** Runs the target suite on targets behind a real server. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, type describe, vi } from 'vitest';
import type { Target } from '../../plugin/recordings/keeper/contract.ts';
import { createRcloneTarget } from '../../plugin/recordings/keeper/rclone-target.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { rawFolder } from './folder-place.ts';
import type { NasServer } from './nas-server.ts';
import { type RemoteSettings, rcloneProgram, writeRcloneConfig } from './rclone.ts';
import { targetSuite } from './target-suite.ts';

const FOLDER = 'doorstep';

/**
 * One server and one target serve all of it, since they are slow to start; each case finds the folder empty.
 *
 * @param suite `describe`, or what skips it where the server is missing
 * @param targetAt a target whose root is the folder of this name in what the server serves
 */
export function nasSuite<S extends NasServer>(
  name: string,
  suite: ReturnType<typeof describe.skipIf>,
  start: () => Promise<S>,
  targetAt: (server: S, folder: string) => Promise<Target> | Target,
): void {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  suite(name, () => {
    let server: S;
    let target: Target;
    beforeAll(async () => {
      server = await start();
      target = await targetAt(server, FOLDER);
    });
    afterAll(async () => {
      await target?.[Symbol.asyncDispose]();
      await server?.[Symbol.asyncDispose]();
    });
    targetSuite('as every target', async () => {
      const root = join(server.folder, FOLDER);
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
    });
  });
}

/** The same by rclone: `remoteAt` says where the folder is as rclone has it, after `nas:`. */
export function rcloneNasSuite<S extends NasServer & { remote: RemoteSettings }>(
  name: string,
  suite: ReturnType<typeof describe.skipIf>,
  start: () => Promise<S>,
  remoteAt: (server: S, folder: string) => string,
): void {
  let own = '';
  beforeAll(async () => {
    own = await mkdtemp(join(tmpdir(), 'doorstep-nas-'));
  });
  afterAll(() => rm(own, { recursive: true, force: true }));
  nasSuite(name, suite, start, async (server, folder) => {
    const configFile = await writeRcloneConfig(own, { nas: server.remote });
    const config = { kind: 'rclone', configFile, program: rcloneProgram(), allowOutside: false } as const;
    const remote = `nas:${remoteAt(server, folder)}`;
    return createRcloneTarget({ ...config, remote }, { clock: systemClock, startChild });
  });
}
