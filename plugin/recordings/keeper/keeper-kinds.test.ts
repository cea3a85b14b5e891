/** The keeper process with targets that lie behind servers: real servers, killed, hung and back again. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, vi } from 'vitest';
import { rawFolder } from '../../../test/support/folder-place.ts';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { descendantsOf, isAlive, look } from '../../../test/support/process-tree.ts';
import { rcloneProgram, rcloneTest, writeRcloneConfig } from '../../../test/support/rclone.ts';
import { expectFault } from '../../../test/support/target-suite.ts';
import { startWebdav, type WebdavServer } from '../../../test/support/webdav-server.ts';
import { startChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import type { Piece, TargetConfig } from './contract.ts';
import { startKeeper } from './keeper.ts';

vi.setConfig({ testTimeout: 60_000 });

const BASE = 'front-door/2026/11/22/072341-ring-01KABC';
const log = { debug() {}, info() {}, warn() {}, error() {} };

let folder: string;
let server: WebdavServer;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doorstep-kinds-'));
  server = await startWebdav();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function piece(): Promise<Piece> {
  const content = Buffer.alloc(3_000_000, 'doorstep');
  const path = join(folder, 'piece.m4s');
  await writeFile(path, content);
  return { path, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
}

async function configOf(kind: 'webdav' | 'rclone'): Promise<TargetConfig> {
  const { url, username, password } = server;
  if (kind === 'webdav') return { kind, url: `${url}/doorstep`, username, password, allowOutside: false };
  const configFile = await writeRcloneConfig(folder, { nas: server.remote });
  return { kind, remote: 'nas:doorstep', configFile, program: rcloneProgram(), allowOutside: false };
}

const keeperOf = (config: TargetConfig, clock: Clock) => startKeeper(config, { startChild, clock, log });

describe.each(['webdav', 'rclone'] as const)('a keeper with a target of kind %s', (kind) => {
  rcloneTest(
    'keeps a recording there, with no secret on its command line, and leaves nothing running',
    async () => {
      const clock = new ManualClock();
      const keeper = keeperOf(await configOf(kind), clock);
      const facts = await keeper.setUp({ id: randomUUID(), sure: false });
      await using session = await keeper.open(facts);
      const only = await piece();
      expect(await session.put(`${BASE}.mp4`, [only])).toMatchObject({ sha256: only.sha256 });
      expect((await rawFolder(join(server.folder, 'doorstep')).read(`${BASE}.mp4`))?.length).toBe(only.bytes);
      const pid = keeper.pid ?? 0;
      const running = [look(pid), ...descendantsOf(pid)].filter((each) => each !== undefined);
      expect(running.length).toBe(kind === 'rclone' ? 2 : 1);
      for (const { command } of running) expect(command).not.toContain(server.password);
      await keeper[Symbol.asyncDispose]();
      await vi.waitFor(() => expect(running.filter(isAlive)).toEqual([]), 10_000);
    },
  );

  rcloneTest('is replaced when it is killed, and what it started is gone too', async () => {
    await using keeper = keeperOf(await configOf(kind), new ManualClock());
    const facts = await keeper.setUp({ id: randomUUID(), sure: false });
    const pid = keeper.pid ?? 0;
    const running = [look(pid), ...descendantsOf(pid)].filter((each) => each !== undefined);
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => expect(running.filter(isAlive)).toEqual([]), 20_000);
    await vi.waitFor(() => expect(keeper.pid).toBeUndefined());
    await using session = await keeper.open(facts);
    await session.putText(`${BASE}.json`, '{}');
    expect(keeper.replaced).toBe(1);
  });

  rcloneTest('is replaced when its server hangs, and works again when that is back', async () => {
    const clock = new ManualClock();
    await using keeper = keeperOf(await configOf(kind), clock);
    const facts = await keeper.setUp({ id: randomUUID(), sure: false });
    await using session = await keeper.open(facts);
    server.pause();
    const put = expectFault(session.put(`${BASE}.mp4`, [await piece()]), 'stuck');
    // Not before the copy has come to a stand: each sign of progress begins the deadline anew.
    let gone = false;
    void put.then(() => {
      gone = true;
    });
    while (!gone) {
      clock.advance(5000);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await put;
    server.resume();
    await using again = await keeper.open(facts);
    await again.put(`${BASE}.mp4`, [await piece()]);
    expect((await again.stat(`${BASE}.mp4`, { hash: true })).bytes).toBe(3_000_000);
  });
});
