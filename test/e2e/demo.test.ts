/** The whole path once, as a newcomer types it: the demo's own report, and the commands beside a running hub. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { HubStatus } from '../../protocol/status.ts';
import { repository, startHouse } from '../support/house.ts';

const run = promisify(execFile);
const doorstep = (...args: string[]) =>
  run(process.execPath, [join(repository, 'dist', 'plugin', 'cli', 'main.js'), ...args], {
    timeout: 220_000,
  });

it('doorstep demo --once: every part sees who comes, and the parcel come and go', {
  timeout: 240_000,
}, async () => {
  const { stdout } = await doorstep('demo', '--once');
  expect(stdout).toMatch(/The bell rang .*\+.*\+.*\+/);
  expect(stdout).toMatch(/A package came .*\+.*\+/);
  expect(stdout).toMatch(/A package went .*\+.*\+/);
  expect(stdout).toContain('2 of 2 package events are in clips.');
  expect(stdout).toMatch(/Clip .*\.mp4: \d+\.\d MiB/);
  expect(stdout).not.toContain('not seen');
});

it('doorstep status and token work beside a running hub', async () => {
  await using house = await startHouse({ doorbells: [{ simulator: { size: '640x360' } }] });
  const { stdout } = await doorstep('status', '--json', '-U', house.storage);
  const status = JSON.parse(stdout) as HubStatus;
  expect(status).toMatchObject({
    running: true,
    cameras: [{ name: 'Front door', slug: 'front-door', online: true, video: { codec: 'h264', width: 640 } }],
    homekit: [{ name: 'Front door', setupCode: expect.stringMatching(/^\d{3}-\d\d-\d{3}$/), paired: false }],
    problems: [],
  });
  const words = await doorstep('status', '-U', house.storage);
  expect(words.stdout).toMatch(/Front door \(front-door\) {2}online {2}h264 640x360/);

  const asked = ['--name', 'Kitchen', '--scopes', 'events', '--json', '-U', house.storage];
  const created = JSON.parse((await doorstep('token', 'create', ...asked)).stdout) as {
    id: string;
    token: string;
  };
  const cameras = () =>
    fetch(`${house.apiUrl}/api/v1/cameras`, { headers: { authorization: `Bearer ${created.token}` } });
  expect((await cameras()).status).toBe(200);
  await doorstep('token', 'revoke', created.id, '-U', house.storage);
  expect((await cameras()).status).toBe(401);
});

it('the packed command runs without the parts that stay in the repository', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-pack-'));
  try {
    // Built already; and npm's own scripts would build again.
    const packed = await run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
      cwd: repository,
    });
    await run('tar', ['xzf', packed.stdout.trim()], { cwd: folder });
    const installed = join(folder, 'package');
    await symlink(join(repository, 'node_modules'), join(installed, 'node_modules'));
    const packedDoorstep = (...args: string[]) =>
      run(process.execPath, [join(installed, 'dist/plugin/cli/main.js'), ...args]);
    expect((await packedDoorstep('--help')).stdout).toContain('token create');
    const storage = join(folder, 'storage');
    await mkdir(storage);
    await writeFile(join(storage, 'config.json'), '{}');
    expect((await packedDoorstep('token', 'list', '-U', storage)).stdout).toContain('There are no tokens');
    await expect(packedDoorstep('demo')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Clone the repository'),
    });
    const files = await readdir(join(installed, 'dist'), { recursive: true });
    expect(files.filter((name) => /test|simulator|demo\//.test(name))).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it('says in one sentence what is wrong with a command', async () => {
  await expect(
    doorstep('token', 'create', '--name', 'x', '--scopes', 'all', '-U', '/nonexistent'),
  ).rejects.toMatchObject({
    code: 1,
    stderr: expect.not.stringMatching(/\n\s+at /),
  });
  await expect(doorstep('dance')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('not a doorstep verb'),
  });
});
