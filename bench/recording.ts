/**
 * What recording one camera costs, beside an ffmpeg that does nothing else. Two hubs and two bare ffmpeg read the same stream for the same seconds: one
 * of each only reads, one records.
 *
 * Ours is the ffmpeg of the hub that records, and what hub and keeper need more than the hub that only reads. All of a recording's way is in it: spool,
 * index, and the forwarding of closed files to a folder, where each is written, hashed and read back. Files are of one minute instead of five, so that
 * the same number of them is closed and forwarded in each run: dearer than in life. What decodes the sub-stream for motion, and keyframes for snapshots,
 * has nothing to do with recording and is left out; so is what a hub needs for a camera that is not recorded (`rest-cpu-hub`).
 */
import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findFfmpeg } from '../plugin/camera/ffmpeg.ts';
import { SEGMENT_MS } from '../plugin/recordings/recording.ts';
import type { RecordingMode } from '../plugin/recordings/recording-mode.ts';
import { startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import { type Family, NOTHING, observe, sum } from './observe.ts';
import type { Group, RowSpec } from './report.ts';
import { Rig } from './storage/rig.ts';
import { startSource } from './storage/source.ts';

const CAMERA = { size: '1280x720', fps: 25, bitRate: 4_000_000 };
const SUB = { size: '640x360', fps: 15, bitRate: 500_000 };
const FILE_MS = 60_000;
/** Two files are closed and forwarded in it. */
const SECONDS = 120;
/** Of each minute: neither begin nor end of the watching falls into the forwarding of a file. */
const BEGIN_AT_MS = 20_000;
const SETTLE_MS = 30_000;
const TELL_MS = 10_000;
/** In the command line of a keeper. */
const KEEPER = 'keeper-main';

const RECORDS = `one ffmpeg that records the same stream (-c copy -f segment -segment_time ${SEGMENT_MS / 1000}), and neither hashes, waits for the disk nor copies`;
const READS = 'one ffmpeg that copies the same stream to nowhere (-c copy -f null)';
const ROWS: readonly RowSpec[] = [
  {
    name: 'recording-cpu',
    what: `continuous recording of one camera (${CAMERA.size}, ${CAMERA.fps} pictures a second, ${CAMERA.bitRate / 1e6} Mbit/s) into spool and folder: its ffmpeg, and what hub and keeper use more than a hub that only reads, over ${SECONDS} s`,
    unit: '% of a core',
    against: RECORDS,
    targetRatio: 1.3,
  },
  { name: 'recording-cpu-ffmpeg', what: 'of that, its ffmpeg', unit: '% of a core', against: READS },
  { name: 'recording-cpu-hub', what: 'of that, what the hub uses more', unit: '% of a core' },
  { name: 'recording-cpu-keeper', what: 'of that, what the keeper uses more', unit: '% of a core' },
  {
    name: 'recording-cpu-added',
    what: 'the last two together: what recording adds to a camera that is read anyway, for live view, snapshots and motion',
    unit: '% of a core',
    against: RECORDS,
    targetRatio: 1.3,
  },
  {
    name: 'recording-memory',
    what: 'recording, resident memory: its ffmpeg, the keeper, and what the hub has more than one that only reads',
    unit: 'MiB',
    against: RECORDS,
  },
  { name: 'recording-memory-keeper', what: 'of that, the keeper', unit: 'MiB' },
];

export const recording: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const { path: ffmpeg } = await findFfmpeg({}, { startChild, clock: systemClock });
    const folder = await mkdtemp(join(tmpdir(), 'doorstep-bench-recording-'));
    closing.defer(() => rm(folder, { recursive: true, force: true }));
    const stream = async (name: string, of: typeof CAMERA) => {
      const own = join(folder, name);
      mkdirSync(own);
      return (await startSource(closing, { ffmpeg, folder: own, ...of })).url;
    };
    const url = await stream('main', CAMERA);
    const sub = await stream('sub', SUB);
    const startRig = async (record: RecordingMode) => {
      const storage = join(folder, record);
      mkdirSync(storage);
      const facts = { segmentMs: SEGMENT_MS, fileMs: FILE_MS, tellMs: TELL_MS };
      return closing.use(await Rig.start({ storage, url, sub, ffmpeg, recordings: {}, record, ...facts }));
    };
    const without = await startRig('off');
    const ours = await startRig('continuous');
    const records = closing.use(startChild(ffmpeg, bareArgs(url, toSegments(join(folder, 'bare')))));
    const reads = closing.use(startChild(ffmpeg, bareArgs(url, ['-f', 'null', '-'])));
    await wait(SETTLE_MS);
    await wait((60_000 + BEGIN_AT_MS - (Date.now() % 60_000)) % 60_000);
    const roots = [without.pid, ours.pid, records.pid, reads.pid].map((pid) => pid ?? 0);
    const [a = NOTHING, b = NOTHING, c = NOTHING, d = NOTHING] = await observe(roots, SECONDS);
    const stored = ours.state?.storage.continuous ?? 0;
    if (stored < SECONDS / (FILE_MS / 1000)) throw new Error(`Only ${stored} files were recorded.`);
    const more = (what: 'cpu' | 'memory') => b.root[what] - a.root[what];
    const reader = partOf(b, url);
    const keeper = partOf(b, KEEPER);
    if (reader.memory === 0 || keeper.memory === 0) throw new Error('Its ffmpeg or its keeper does not run.');
    const one = (value: number) => ({ value, samples: 1 });
    const keeperCpu = keeper.cpu - partOf(a, KEEPER).cpu;
    return {
      'recording-cpu': { ...one(reader.cpu + more('cpu') + keeperCpu), peer: c.root.cpu },
      'recording-cpu-ffmpeg': { ...one(reader.cpu), peer: d.root.cpu },
      'recording-cpu-hub': one(more('cpu')),
      'recording-cpu-keeper': one(keeperCpu),
      'recording-cpu-added': { ...one(more('cpu') + keeperCpu), peer: c.root.cpu },
      'recording-memory': { ...one(reader.memory + more('memory') + keeper.memory), peer: c.root.memory },
      'recording-memory-keeper': one(keeper.memory),
    };
  },
};

function partOf({ children }: Family, word: string): { cpu: number; memory: number } {
  const found = children.filter(({ command }) => command.includes(word));
  return { cpu: sum(found.map(({ cpu }) => cpu)), memory: sum(found.map(({ memory }) => memory)) };
}

function bareArgs(url: string, output: readonly string[]): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-rtsp_transport', 'tcp', '-i', url],
    ...['-map', '0:v', '-c', 'copy', ...output],
  ];
}

function toSegments(folder: string): string[] {
  mkdirSync(folder);
  return [
    ...['-f', 'segment', '-segment_time', String(SEGMENT_MS / 1000), '-reset_timestamps', '1'],
    join(folder, '%05d.mp4'),
  ];
}
