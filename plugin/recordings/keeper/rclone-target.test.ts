import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NasServer } from '../../../test/support/nas-server.ts';
import { descendantsOf, isAlive } from '../../../test/support/process-tree.ts';
import {
  type RemoteSettings,
  rcloneProgram,
  rcloneTest,
  writeRcloneConfig,
} from '../../../test/support/rclone.ts';
import { sambaTest, startSamba } from '../../../test/support/samba.ts';
import { sshdTest, startSshd } from '../../../test/support/sshd.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import { createRcloneTarget, type RcloneConfig, type RcloneTargetDeps } from './rclone-target.ts';

vi.setConfig({ testTimeout: 60_000 });

const ID = '3f0c6c1e-8d0f-4b52-9d1a-0d8a3ef7c001';
let closing: Closing;
let folder: string;

beforeEach(async () => {
  closing = new Closing();
  folder = await mkdtemp(join(tmpdir(), 'doorstep-rclone-'));
  closing.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(() => closing[Symbol.asyncDispose]());

async function targetOn(
  remotes: Readonly<Record<string, RemoteSettings>>,
  remote: string,
  more: Partial<RcloneConfig> = {},
  deps: Partial<RcloneTargetDeps> = {},
) {
  const configFile = await writeRcloneConfig(folder, remotes);
  const config = {
    kind: 'rclone',
    remote,
    configFile,
    program: rcloneProgram(),
    allowOutside: false,
  } as const;
  return closing.use(createRcloneTarget({ ...config, ...more }, { clock: systemClock, startChild, ...deps }));
}

async function piece(bytes: Buffer) {
  const path = join(folder, 'piece');
  await writeFile(path, bytes);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Sets it up, keeps a file, loses the server, and finds it again. */
async function keepsWhatItIsGiven(
  server: NasServer,
  settings: RemoteSettings,
  root: string,
  fileSystem: string,
) {
  const target = await targetOn({ nas: settings }, `nas:${root}`);
  const there = join(server.folder, 'doorstep');
  await expect(target.open(undefined)).rejects.toMatchObject({ fault: 'missing' });
  expect(await readdir(server.folder)).toEqual([]);
  const facts = await target.setUp({ id: ID, sure: false });
  expect(facts).toMatchObject({ id: ID, fileSystem, mounted: true });
  await using session = await target.open(facts);
  const bytes = Buffer.alloc(2_000_000, 5);
  const path = 'haustür/2026/11/22/072341-ring-01ABC.mp4';
  const sealed = await session.put(path, [await piece(bytes)]);
  expect((await readFile(join(there, path))).equals(bytes)).toBe(true);
  expect(await session.stat(path, { hash: true })).toEqual(sealed);
  expect(await session.read(path, 1_000_000, 1_000_010)).toEqual(bytes.subarray(0, 10));
  await session.putText('haustür/2026/11/22/index.jsonl', 'one\n');
  await session.putText('haustür/2026/11/22/index.jsonl', 'one\ntwo\n');
  expect(await session.readText('haustür/2026/11/22/index.jsonl')).toBe('one\ntwo\n');
  expect((await session.list('haustür/2026/11/22')).map(({ name }) => name).sort()).toEqual([
    '072341-ring-01ABC.mp4',
    'index.jsonl',
  ]);
  await expect(session.stat('haustür/none.mp4', { hash: false })).rejects.toMatchObject({
    fault: 'not-found',
  });
  await server.kill();
  await expect(session.putText('haustür/a.json', '{}')).rejects.toMatchObject({ fault: 'missing' });
  await expect(session.list('haustür/2026/11/22')).rejects.toMatchObject({ fault: 'missing' });
  await expect(session.stat(path, { hash: false })).rejects.toMatchObject({ fault: 'missing' });
  await expect(session.removeEmptyFolders('haustür/2026/11/22')).rejects.toMatchObject({ fault: 'missing' });
  await expect(target.open(facts)).rejects.toMatchObject({ fault: 'missing' });
  await server.start();
  await vi.waitFor(async () => (await target.open(facts))[Symbol.asyncDispose](), { timeout: 20_000 });
  expect(await session.stat(path, { hash: true })).toEqual(sealed);
  await session.remove(path);
  await session.remove('haustür/2026/11/22/index.jsonl');
  await session.removeEmptyFolders('haustür/2026/11/22');
  expect(await readdir(there)).toEqual(['.doorstep.json']);
  await rm(there, { recursive: true });
  await expect(session.putText('haustür/a.json', '{}')).rejects.toMatchObject({ fault: 'missing' });
  expect(await readdir(server.folder)).toEqual([]);
}

describe('real servers', () => {
  sambaTest('SMB', async () => {
    const server = closing.use(await startSamba());
    await keepsWhatItIsGiven(server, server.remote, 'recordings/doorstep', 'smb');
  });

  sshdTest('SFTP', async () => {
    const server = closing.use(await startSshd());
    await keepsWhatItIsGiven(server, server.remote, `${server.folder}/doorstep`, 'sftp');
  });
});

describe('what is refused', () => {
  rcloneTest.for([
    ['nas:recordings', { type: 'smb', host: '203.0.113.9' }],
    ['nas:recordings', { type: 'sftp', host: 'nas.example' }],
    ['nas:recordings', { type: 'drive', scope: 'drive' }],
    ['nas:recordings', { type: 'alias', remote: ':sftp,host=192.168.1.10:x' }],
  ] satisfies [string, RemoteSettings][])('outside the home: %j', async ([remote, nas]) => {
    const resolve = async () => [{ address: '203.0.113.9', family: 4 }];
    const target = await targetOn({ nas }, remote, {}, { resolve });
    await expect(target.open(undefined)).rejects.toMatchObject({ fault: 'outside' });
    await expect(target.setUp({ id: ID, sure: true })).rejects.toMatchObject({ fault: 'outside' });
  });

  rcloneTest('a remote that is not configured', async () => {
    const target = await targetOn({}, 'nas:x');
    const error = { fault: 'failed', message: expect.stringMatching(/rclone config/) };
    await expect(target.open(undefined)).rejects.toMatchObject(error);
  });

  it('an answer that does not come: the program waits 10 s for it, also when nobody waits for the program', async () => {
    const program = join(folder, 'program');
    await writeFile(program, '#!/bin/sh\necho "$@" >&2; exit 1\n', { mode: 0o755 });
    const target = await targetOn({}, 'nas:x', { program });
    const error = { message: expect.stringMatching(/--timeout 10s.*--contimeout 10s/) };
    await expect(target.open(undefined)).rejects.toMatchObject(error);
  });

  it.each([
    ['no program', undefined, /cannot be started.*apt install rclone/],
    ['another program', 'echo hello', /unknown version/],
    ['an old one', 'echo rclone v1.59.2', /1\.59.*1\.60/],
    ['one that fails', 'echo "Failed: bad" >&2; exit 1', /Failed: bad/],
  ])('%s', async (_, script, message) => {
    const program = join(folder, 'program');
    if (script !== undefined) await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const target = await targetOn({}, 'nas:x', { program });
    await expect(target.open(undefined)).rejects.toMatchObject({
      fault: 'failed',
      message: expect.stringMatching(message),
    });
  });
});

rcloneTest('a disk of this machine is no other machine', async () => {
  const target = await targetOn({ disk: { type: 'local' } }, `disk:${folder}/kept`);
  const facts = await target.setUp({ id: ID, sure: true });
  expect(facts).toMatchObject({ fileSystem: 'local', mounted: false });
  expect(facts.freeBytes).toBeGreaterThan(0);
});

rcloneTest('many sessions at once start a program for each question once, and wait for nobody', async () => {
  const started: string[] = [];
  const counting: typeof startChild = (program, args, options) => {
    started.push(args.slice(0, 2).join(' '));
    return startChild(program, args, options);
  };
  const target = await targetOn(
    { disk: { type: 'local' } },
    `disk:${folder}/kept`,
    {},
    { startChild: counting },
  );
  const facts = await target.setUp({ id: ID, sure: true });
  const sessions = await Promise.all(Array.from({ length: 120 }, () => target.open(facts)));
  expect(sessions.every((session) => session.facts.freeBytes !== undefined)).toBe(true);
  await Promise.all(sessions.map((session) => session[Symbol.asyncDispose]()));
  const asked = started.map((args) => args.split(' ')[0]).sort();
  // Besides those that make the folder.
  expect(asked.filter((name) => name !== 'lsf' && name !== 'mkdir')).toEqual([
    'about',
    'config',
    'serve',
    'version',
  ]);
});

rcloneTest('what it starts knows nothing of our environment, and ends with it', async () => {
  vi.stubEnv('RCLONE_CONFIG_DISK_TYPE', 'memory');
  closing.defer(() => vi.unstubAllEnvs());
  const target = await targetOn({ disk: { type: 'local' } }, `disk:${folder}/kept`);
  const facts = await target.setUp({ id: ID, sure: true });
  await using _session = await target.open(facts);
  const running = descendantsOf(process.pid).filter(({ command }) => command.includes('serve webdav disk:'));
  expect(running).toHaveLength(1);
  expect(running[0]?.command).not.toMatch(/--user|--pass\b/);
  await target[Symbol.asyncDispose]();
  expect(running.filter(isAlive)).toEqual([]);
});

rcloneTest('a keeper that is killed leaves no rclone behind for long', async () => {
  const configFile = await writeRcloneConfig(folder, { disk: { type: 'local' } });
  const config = {
    kind: 'rclone',
    remote: `disk:${folder}/kept`,
    configFile,
    program: rcloneProgram(),
    allowOutside: false,
  };
  const code = `
    import { startChild } from '${new URL('../../system/child.ts', import.meta.url)}';
    import { systemClock } from '${new URL('../../system/clock.ts', import.meta.url)}';
    import { createRcloneTarget } from '${new URL('./rclone-target.ts', import.meta.url)}';
    const target = createRcloneTarget(${JSON.stringify(config)}, { clock: systemClock, startChild });
    await target.setUp({ id: '${ID}', sure: true });
    process.stderr.write('ready\\n');
    setInterval(() => {}, 1000);
  `;
  const ready = Promise.withResolvers<void>();
  const keeper = startChild(process.execPath, ['--input-type=module', '-e', code], {
    onLine: (line) => line === 'ready' && ready.resolve(),
  });
  closing.defer(() => keeper.stop());
  void keeper.exited.then(({ stderrTail }) => ready.reject(new Error(stderrTail.join('\n'))));
  await ready.promise;
  const left = descendantsOf(keeper.pid ?? 0);
  expect(left).toHaveLength(1);
  process.kill(keeper.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(left.filter(isAlive)).toEqual([]), { timeout: 20_000 });
});
