import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rcloneTest } from '../../../test/support/rclone.ts';
import { startWebdav, type WebdavServer } from '../../../test/support/webdav-server.ts';
import { systemClock } from '../../system/clock.ts';
import { Closing } from '../../system/closing.ts';
import type { Piece } from './contract.ts';
import { createWebdavTarget, type WebdavConfig } from './webdav-target.ts';

const ID = '3f0c6c1e-8d0f-4b52-9d1a-0d8a3ef7c001';
const deps = { clock: systemClock };
let closing: Closing;
let pieces: string;

beforeEach(async () => {
  closing = new Closing();
  pieces = await mkdtemp(join(tmpdir(), 'doorstep-webdav-'));
  closing.defer(() => rm(pieces, { recursive: true, force: true }));
});
afterEach(() => closing[Symbol.asyncDispose]());

async function piece(name: string, bytes: Buffer): Promise<Piece> {
  const path = join(pieces, name);
  await writeFile(path, bytes);
  return { path, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function configOf(server: WebdavServer, more: Partial<WebdavConfig> = {}): WebdavConfig {
  const { url, username, password, fingerprint } = server;
  const trusted = fingerprint !== undefined && { fingerprint };
  const config = { kind: 'webdav', url: `${url}/doorstep`, username, password, ...trusted } as const;
  return { ...config, allowOutside: false, ...more };
}

function targetAt(server: WebdavServer, more?: Partial<WebdavConfig>) {
  return closing.use(createWebdavTarget(configOf(server, more), deps));
}

describe.each([{ tls: false }, { tls: true }])('on rclone serve webdav, $tls', ({ tls }) => {
  rcloneTest('keeps files of local pieces and gives them back', async () => {
    const server = closing.use(await startWebdav({ tls }));
    const target = targetAt(server);
    const facts = await target.setUp({ id: ID, sure: false });
    expect(facts).toMatchObject({ id: ID, fileSystem: 'webdav', mounted: true });
    await using session = await target.open(facts);
    const head = Buffer.from('head');
    const body = Buffer.alloc(3_000_000, 7);
    const whole = Buffer.concat([head, body]);
    const path = 'haustür/2026/11/22/072341-ring-01ABC.mp4';
    const sealed = await session.put(path, [await piece('0', head), await piece('1', body)]);
    expect(sealed.bytes).toBe(whole.length);
    expect((await readFile(join(server.folder, 'doorstep', path))).equals(whole)).toBe(true);
    expect(await session.stat(path, { hash: true })).toEqual(sealed);
    expect(await session.read(path, 2, 6)).toEqual(whole.subarray(2, 6));
    expect(await session.read(path, whole.length - 3, whole.length + 5)).toHaveLength(3);
    expect(await session.read(path, whole.length, whole.length + 5)).toHaveLength(0);
    await session.putText('haustür/2026/11/22/index.jsonl', 'one\n');
    await session.putText('haustür/2026/11/22/index.jsonl', 'one\ntwo\n');
    expect(await session.readText('haustür/2026/11/22/index.jsonl')).toBe('one\ntwo\n');
    const listed = await session.list('haustür/2026/11/22');
    expect(listed.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: '072341-ring-01ABC.mp4', folder: false, bytes: whole.length },
      { name: 'index.jsonl', folder: false, bytes: 8 },
    ]);
    expect(await session.list('haustür')).toEqual([{ name: '2026', folder: true, bytes: 0 }]);
    expect(await session.list('garden')).toEqual([]);
    await session.remove(path);
    await session.remove(path);
    await session.remove('haustür/2026/11/22/index.jsonl');
    await session.removeEmptyFolders('haustür/2026/11/22');
    expect(await readdir(join(server.folder, 'doorstep'))).toEqual(['.doorstep.json']);
    await expect(session.stat(path, { hash: false })).rejects.toMatchObject({ fault: 'not-found' });
  });
});

describe('what keeps a session away', () => {
  rcloneTest('a wrong password, without a word about it', async () => {
    const server = closing.use(await startWebdav());
    const target = targetAt(server, { password: 'a wrong secret' });
    const error = await target.open(undefined).catch((error: unknown) => error);
    expect(error).toMatchObject({ fault: 'denied' });
    expect(String(error)).not.toMatch(/secret/);
  });

  rcloneTest('a certificate that nobody vouches for; its fingerprint is told', async () => {
    const server = closing.use(await startWebdav({ tls: true }));
    const { fingerprint: _, ...open } = configOf(server);
    const unpinned = closing.use(createWebdavTarget(open, deps));
    const error = await unpinned.setUp({ id: ID, sure: true }).catch((error: unknown) => error);
    expect(error).toMatchObject({
      fault: 'certificate',
      message: expect.stringContaining(server.fingerprint ?? '?'),
    });
    const other = targetAt(server, { fingerprint: 'ab'.repeat(32) });
    await expect(other.open(undefined)).rejects.toMatchObject({ fault: 'certificate' });
    expect(await readdir(server.folder)).toEqual([]);
  });

  rcloneTest('no marker, no root, another marker: nothing is written', async () => {
    const server = closing.use(await startWebdav());
    const target = targetAt(server);
    await expect(target.open(undefined)).rejects.toMatchObject({ fault: 'missing' });
    const deep = targetAt(server, { url: `${server.url}/nothing/doorstep` });
    await expect(deep.setUp({ id: ID, sure: true })).rejects.toMatchObject({ fault: 'missing' });
    await mkdir(join(server.folder, 'doorstep'));
    await expect(target.open(undefined)).rejects.toMatchObject({ fault: 'no-marker' });
    expect(await readdir(join(server.folder, 'doorstep'))).toEqual([]);
    const facts = await target.setUp({ id: ID, sure: false });
    expect(await target.setUp({ id: 'another', sure: false })).toEqual(facts);
    await expect(target.open({ ...facts, id: 'another' })).rejects.toMatchObject({ fault: 'other' });
    await expect(target.open({ ...facts, fileSystem: 'ext4' })).rejects.toMatchObject({ fault: 'missing' });
  });

  rcloneTest('a place that was swapped during the session gets nothing', async () => {
    const server = closing.use(await startWebdav());
    const target = targetAt(server);
    await using session = await target.open(await target.setUp({ id: ID, sure: false }));
    await rm(join(server.folder, 'doorstep', '.doorstep.json'));
    await expect(session.putText('door/a.json', '{}')).rejects.toMatchObject({ fault: 'no-marker' });
    await rm(join(server.folder, 'doorstep'), { recursive: true });
    await expect(session.putText('door/a.json', '{}')).rejects.toMatchObject({ fault: 'missing' });
    await expect(session.list('door')).rejects.toMatchObject({ fault: 'missing' });
    expect(await readdir(server.folder)).toEqual([]);
  });

  rcloneTest('a share that may only be read', async () => {
    const server = closing.use(await startWebdav({ readOnly: true }));
    await mkdir(join(server.folder, 'doorstep'));
    await expect(targetAt(server).setUp({ id: ID, sure: true })).rejects.toMatchObject({
      fault: 'read-only',
    });
  });

  it.each([
    ['http://203.0.113.9/dav', 'outside'],
    ['http://[2001:db8::1]/dav', 'outside'],
    ['http://user:secret@127.0.0.1/dav', 'failed'],
    ['ftp://127.0.0.1/dav', 'failed'],
  ])('%s: %s', async (url, fault) => {
    const target = closing.use(
      createWebdavTarget({ kind: 'webdav', url, username: '', password: '', allowOutside: false }, deps),
    );
    const error = await target.open(undefined).catch((error: unknown) => error);
    expect(error).toMatchObject({ fault });
    expect(String(error)).not.toContain('secret');
  });
});

describe('a server in trouble', () => {
  rcloneTest('dies, and is found again', async () => {
    const server = closing.use(await startWebdav());
    const target = targetAt(server);
    const facts = await target.setUp({ id: ID, sure: false });
    await using session = await target.open(facts);
    await server.kill();
    await expect(session.putText('door/a.json', '{}')).rejects.toMatchObject({ fault: 'missing' });
    await expect(target.open(facts)).rejects.toMatchObject({ fault: 'missing' });
    await server.start();
    await session.putText('door/a.json', '{}');
    expect(await session.readText('door/a.json')).toBe('{}');
  });

  rcloneTest('hangs: the signal ends the wait, and so does closing', async () => {
    const server = closing.use(await startWebdav());
    const target = createWebdavTarget(configOf(server), deps);
    await using session = await target.open(await target.setUp({ id: ID, sure: false }));
    server.pause();
    const call = new AbortController();
    const put = session.putText('door/a.json', '{}', call.signal);
    const read = session.readText('door/b.json');
    call.abort();
    await expect(put).rejects.toMatchObject({ fault: 'failed' });
    const closed = target[Symbol.asyncDispose]();
    await expect(read).rejects.toMatchObject({ fault: 'failed' });
    await closed;
    server.resume();
  });

  rcloneTest('a copy that is called off leaves no half-written file', async () => {
    const server = closing.use(await startWebdav());
    const stop = new AbortController();
    const half = join(server.folder, 'doorstep', 'door', 'a.mp4.part');
    const progress = () => existsSync(half) && stop.abort();
    const target = closing.use(createWebdavTarget(configOf(server), { ...deps, progress }));
    await using session = await target.open(await target.setUp({ id: ID, sure: false }));
    const large = await piece('0', Buffer.alloc(40_000_000, 1));
    await expect(session.put('door/a.mp4', [large], stop.signal)).rejects.toMatchObject({ fault: 'failed' });
    expect(stop.signal.aborted).toBe(true);
    expect(await readdir(join(server.folder, 'doorstep', 'door'))).toEqual([]);
  });

  rcloneTest('a piece that is not what it should be ends it, and leaves nothing', async () => {
    const server = closing.use(await startWebdav());
    const target = targetAt(server);
    await using session = await target.open(await target.setUp({ id: ID, sure: false }));
    const good = await piece('0', Buffer.alloc(500_000, 1));
    for (const bad of [
      { ...(await piece('1', Buffer.alloc(500_000, 2))), sha256: '0'.repeat(64) },
      { ...(await piece('2', Buffer.alloc(10, 3))), bytes: 500_000 },
      { ...(await piece('3', Buffer.alloc(500_000, 3))), bytes: 10 },
      { ...(await piece('4', Buffer.alloc(10, 4))), path: join(pieces, 'gone') },
    ])
      await expect(session.put('door/a.mp4', [good, bad, good])).rejects.toMatchObject({
        fault: 'bad-piece',
      });
    expect(await session.list('door')).toEqual([]);
  });
});
