import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeErrors, probe } from '../../../test/support/recorded-media.ts';
import { makeSpoolStream } from '../../../test/support/spool-house.ts';

/** In a mount namespace of its own: a spool that holds less than the two recordings that are to go there. */
const WRITER = `
  const [spoolUrl, indexUrl, clockUrl, mediaPath, root, size] = process.argv.slice(1);
  const { execFileSync } = await import('node:child_process');
  const { readFileSync, writeFileSync } = await import('node:fs');
  const folder = root + '/spool';
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=' + size, 'tmpfs', folder]);
  const [{ createSpool }, { openRecordingIndex }, { systemClock: clock }] =
    await Promise.all([spoolUrl, indexUrl, clockUrl].map((url) => import(url)));
  const { init, fragments } = JSON.parse(readFileSync(mediaPath, 'utf8'), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data) : value);
  const log = { debug() {}, info() {}, warn: console.error, error: console.error };
  const index = openRecordingIndex({ path: root + '/recordings.sqlite', clock, log });
  const spool = createSpool({ folder, index, clock, log, segmentMs: 2000 });
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const begin = (id) => spool.begin(
    { id, camera, kind: 'motion', at: clock.now(), startedAt: clock.now(), eventIds: [id] }, init, { audio: false });
  const facts = { taken: 0 };
  const first = await begin('first');
  for (const fragment of fragments.slice(0, fragments.length / 2)) await first.write(fragment);
  await first.complete(['first']);
  const second = await begin('second');
  try {
    for (const fragment of fragments) {
      await second.write(fragment);
      facts.taken += 1;
    }
  } catch (error) {
    facts.code = error.code;
  }
  facts.again = await second.write(fragments[0]).then(() => 'taken', (error) => error.code);
  // The disk is as full as it can be: there is no room for an index either.
  const ballast = Buffer.alloc(4096);
  for (let n = 0; n < 1000; n++) try { writeFileSync(folder + '/ballast-' + n, ballast); } catch { break; }
  facts.complete = await second.complete(['second']).then(() => 'closed', (error) => error.code);
  await spool.drop('first');
  await spool.settle(true);
  const recording = index.get('second');
  facts.state = recording.state;
  writeFileSync(root + '/second.mp4', Buffer.concat(spool.pieces(recording).map(({ path }) => readFileSync(path))));
  console.log(JSON.stringify({ ...facts, bytes: recording.bytes }));
`;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'doorstep-full-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

// Only where mount namespaces are allowed: elsewhere a full disk cannot be had without filling a real one.
test.skipIf(!canMount)(
  'a full disk ends a recording; everything up to its last whole fragment is kept',
  async () => {
    const media = join(root, 'stream.json');
    const { init, fragments } = await makeSpoolStream(12);
    writeFileSync(media, JSON.stringify({ init, fragments }));
    // The first takes half of these pictures, the second begins with the same half.
    const size = Math.round(fragments.reduce((sum, { data }) => sum + data.length, 0) * 1.1);
    mkdirSync(join(root, 'spool'));
    const urls = ['./spool.ts', '../index/recording-index.ts', '../../system/clock.ts'].map(
      (path) => new URL(path, import.meta.url).href,
    );
    const node = [process.execPath, '--input-type=module', '-e', WRITER, ...urls, media, root, String(size)];
    const child = spawn('unshare', ['-rm', ...node], { stdio: ['ignore', 'pipe', 'inherit'] });
    const facts: unknown = JSON.parse(await text(child.stdout));
    expect(facts).toMatchObject({ code: 'ENOSPC', again: 'ENOSPC', state: 'closed' });
    const { taken, bytes } = facts as { taken: number; bytes: number };
    const file = readFileSync(join(root, 'second.mp4'));
    expect(file.length).toBe(bytes);
    expect(await decodeErrors(file)).toBe('');
    const kept = (await probe(file)).packets.length;
    expect(kept).toBeGreaterThan(30);
    expect((taken - kept) / 15).toBeLessThan(1);
  },
);
