import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { decodeErrors, probe } from '../../../test/support/recorded-media.ts';
import { joinPieces, makeSpoolStream } from '../../../test/support/spool-house.ts';
import { openRecordingIndex } from '../index/recording-index.ts';
import { createSpool } from './spool.ts';

/** Writes the same pictures without end, as fast as the disk takes them, and says after each how far it is. */
const WRITER = `
  const [spoolUrl, indexUrl, clockUrl, mediaPath, root] = process.argv.slice(1);
  const [{ createSpool }, { openRecordingIndex }, { systemClock: clock }] =
    await Promise.all([spoolUrl, indexUrl, clockUrl].map((url) => import(url)));
  const { readFileSync, writeSync } = await import('node:fs');
  const { init, fragments, seconds } = JSON.parse(readFileSync(mediaPath, 'utf8'), (_, value) =>
    value?.type === 'Buffer' ? Buffer.from(value.data) : value);
  const log = { debug() {}, info() {}, warn: console.error, error: console.error };
  const index = openRecordingIndex({ path: root + '/recordings.sqlite', clock, log });
  const spool = createSpool({ folder: root + '/spool', index, clock, log, segmentMs: 2000 });
  const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
  const writer = await spool.begin(
    { id: 'cut', camera, kind: 'continuous', at: clock.now(), startedAt: 1_790_000_000_000, eventIds: [] }, init, { audio: false });
  for (let round = 0; ; round++) {
    for (const fragment of fragments) {
      const data = Buffer.from(fragment.data);
      const at = data.indexOf('tfdt') + 8;
      const ticks = round * seconds * init.tracks[0].timescale;
      data.writeBigUInt64BE(data.readBigUInt64BE(at) + BigInt(ticks), at);
      await writer.write({ ...fragment, data, time: fragment.time + round * seconds });
      writeSync(1, JSON.stringify({ pictures: round * fragments.length + fragment.seq + 1, segments: index.segments('cut') }) + '\\n');
    }
  }
`;

interface Acknowledged {
  /** How many have been taken. */
  pictures: number;
  segments: unknown[];
}

let media: string;
let folder: string;
let root: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorstep-media-'));
  const { init, fragments } = await makeSpoolStream(2);
  const numbered = fragments.map((fragment, seq) => ({ ...fragment, seq }));
  media = join(folder, 'stream.json');
  writeFileSync(media, JSON.stringify({ init, fragments: numbered, seconds: 2 }));
  return () => rmSync(folder, { recursive: true, force: true });
}, 60_000);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'doorstep-killed-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the writer until it has taken so many pictures, and kills it. */
async function killAfter(pictures: number): Promise<Acknowledged> {
  const urls = ['./spool.ts', '../index/recording-index.ts', '../../system/clock.ts'].map(
    (path) => new URL(path, import.meta.url).href,
  );
  const child = spawn(process.execPath, ['--input-type=module', '-e', WRITER, ...urls, media, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last: Acknowledged | undefined;
  for await (const line of createInterface(child.stdout)) {
    // Lines that were on their way when it was killed count as well.
    if (line.endsWith('}')) last = JSON.parse(line) as Acknowledged;
    if ((last?.pictures ?? 0) >= pictures) child.kill('SIGKILL');
  }
  await exited;
  if (!last || last.pictures < pictures) throw new Error('the writer ended by itself');
  return last;
}

test.each(Array.from({ length: 4 }, () => [5 + Math.floor(Math.random() * 200)]))(
  'killed after %i pictures it has lost less than a second, and no segment that was in the index',
  async (pictures) => {
    const acknowledged = await killAfter(pictures);
    const clock = new ManualClock();
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    using index = openRecordingIndex({ path: join(root, 'recordings.sqlite'), clock, log });
    const spool = createSpool({ folder: join(root, 'spool'), index, clock, log });
    await spool.recover();
    expect(index.segments('cut').slice(0, acknowledged.segments.length)).toEqual(acknowledged.segments);
    const recording = index.get('cut');
    const file = await joinPieces(recording ? spool.pieces(recording) : []);
    const kept = file.length === 0 ? 0 : (await probe(file)).packets.length;
    expect((acknowledged.pictures - kept) / 15).toBeLessThan(1);
    if (file.length > 0) expect(await decodeErrors(file)).toBe('');
    expect(index.gaps({ from: 0, to: Number.MAX_SAFE_INTEGER })).toEqual([]);
  },
  60_000,
);
