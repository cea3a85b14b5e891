/** A spool with a real index in a folder of its own. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { MediaFile } from '../../plugin/recordings/contract.ts';
import type { RecordingIndex } from '../../plugin/recordings/index/contract.ts';
import { openRecordingIndex } from '../../plugin/recordings/index/recording-index.ts';
import type { Piece } from '../../plugin/recordings/keeper/contract.ts';
import type { Recording, RecordingOpening } from '../../plugin/recordings/recording.ts';
import type { Spool } from '../../plugin/recordings/spool/contract.ts';
import { createSpool, type SpoolOptions } from '../../plugin/recordings/spool/spool.ts';
import type { Log } from '../../plugin/system/log.ts';
import { ManualClock } from './manual-clock.ts';
import { makeStream, type Stream } from './recorded-media.ts';

export const SPOOL_CAMERA = { id: 'cam-1', name: 'Front door', slug: 'front-door' };

export interface SpoolHouse extends Disposable {
  readonly root: string;
  readonly folder: string;
  /** The folder that stands for one in memory. */
  readonly rolling: string;
  readonly clock: ManualClock;
  readonly lines: string[];
  readonly log: Log;
  index: RecordingIndex;
  spool: Spool;
  /** As a restart of the hub does; with `loseIndex` the database is gone. */
  restart(options?: { loseIndex?: boolean }): void;
}

/** @param options.spoolFolder where the spool lies; else below a folder of its own */
export function spoolHouse(
  options: Pick<SpoolOptions, 'segmentMs' | 'room'> & { rolling?: boolean; spoolFolder?: string } = {},
): SpoolHouse {
  const root = mkdtempSync(join(tmpdir(), 'doorstep-spool-'));
  const folder = options.spoolFolder ?? join(root, 'spool');
  const clock = new ManualClock();
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const log: Log = { debug() {}, info: say, warn: say, error: say };
  const path = join(root, 'recordings.sqlite');
  const { segmentMs = 2000, room } = options;
  const rolling = options.rolling ? join(root, 'memory') : undefined;
  const openBoth = () => {
    const index = openRecordingIndex({ path, clock, log });
    return {
      index,
      spool: createSpool({
        folder,
        index,
        clock,
        log,
        segmentMs,
        ...(rolling && { rolling }),
        ...(room && { room }),
      }),
    };
  };
  const house: SpoolHouse = {
    ...{ root, folder, clock, lines, log, rolling: rolling ?? '' },
    ...openBoth(),
    restart({ loseIndex = false } = {}) {
      house.index[Symbol.dispose]();
      if (loseIndex) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      Object.assign(house, openBoth());
    },
    [Symbol.dispose]() {
      house.index[Symbol.dispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return house;
}

/** A small stream of 15 pictures a second with a keyframe each second. */
export function makeSpoolStream(
  seconds: number,
  options: { video?: readonly string[]; sound?: boolean } = {},
): Promise<Stream> {
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '15', '-sc_threshold', '0', '-bf', '0'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
  return makeStream({
    input: ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15', ...(options.sound ? tone : [])],
    seconds,
    video: [...(options.video ?? h264), '-pix_fmt', 'yuv420p'],
    ...(options.sound && { audio: ['-c:a', 'aac', '-b:a', '32k'] }),
  });
}

export function spoolOpening(id: string, more: Partial<RecordingOpening> = {}): RecordingOpening {
  const at = 1_790_000_000_000;
  return { id, camera: SPOOL_CAMERA, kind: 'motion', at, startedAt: at - 5000, eventIds: [id], ...more };
}

/** Writes a whole recording; `end: false` leaves it open. */
export async function spoolRecording(
  { spool }: Pick<SpoolHouse, 'spool'>,
  stream: Stream,
  opening: RecordingOpening,
  { audio = false } = {},
): Promise<Recording> {
  const writer = await spool.begin(opening, stream.init, { audio });
  for (const fragment of stream.fragments) await writer.write(fragment);
  const recording = await writer.complete(opening.eventIds);
  if (!recording) throw new Error('no picture was recorded');
  return recording;
}

/** All pieces, one after the other; throws when one is not what it should be. */
export async function joinPieces(pieces: readonly Piece[]): Promise<Buffer> {
  const parts = await Promise.all(pieces.map(({ path }) => readFile(path)));
  for (const [at, part] of parts.entries()) {
    const sha256 = createHash('sha256').update(part).digest('hex');
    if (part.length !== pieces[at]?.bytes || sha256 !== pieces[at].sha256)
      throw new Error(`${pieces[at]?.path} is not what it should be`);
  }
  return Buffer.concat(parts);
}

export async function readMedia(file: MediaFile, from = 0, to = file.bytes): Promise<Buffer> {
  return buffer(file.read(from, to, new AbortController().signal));
}
