/** Footage in forms to take along: at once where nothing must be encoded, else one after the other behind the scenes. */
import { stat } from 'node:fs/promises';
import { ulid } from 'ulid';
import type { ExportInfo } from '../../../protocol/api.ts';
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import type { StartChild } from '../../system/child.ts';
import type { Clock } from '../../system/clock.ts';
import { diskRoom } from '../../system/disk-room.ts';
import type { Log } from '../../system/log.ts';
import { reason } from '../../system/problem.ts';
import type { FootageSource, MediaFile } from '../contract.ts';
import { fileMedia } from '../file-media.ts';
import type { Recording } from '../recording.ts';
import { type Chosen, chooseFootage, footageAt, SLACK_MS } from './choose-footage.ts';
import type { AskedDay, FootageExports } from './contract.ts';
import { dayZip } from './day-zip.ts';
import { cutExactly } from './exact-cut.ts';
import { exportPath, makeExportFolder, removeLeftovers } from './export-files.ts';
import { createExportQueue } from './export-queue.ts';
import { type LookAtDisk, whileRoom } from './export-room.ts';
import { localDay, timeInName } from './local-day.ts';
import { oneAtATime } from './one-at-a-time.ts';
import {
  exportFailed,
  LONGEST_RANGE_MS,
  noEncoder,
  noFootage,
  noFootageAt,
  stillTooSlow,
  tooLong,
} from './problems.ts';
import { rangeFile } from './range-file.ts';
import { planRange, type RangePlan } from './range-plan.ts';
import { shortLine } from './short-line.ts';
import { stillAt } from './still-at.ts';
import { makeTimelapse } from './timelapse.ts';

export interface ExportsOptions {
  footage: FootageSource;
  /** Undefined while there is none. */
  ffmpeg: () => Ffmpeg | undefined;
  /** A local folder of its own. */
  folder: string;
  startChild: StartChild;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  /** How much room there is; by default as the system says. */
  lookAtDisk?: LookAtDisk;
}

interface Stretch {
  camera: string;
  from: number;
  to: number;
}

/** A browser asks for a file in many ranges, one after the other; each would read the heads of all recordings again. */
const PLANS_KEPT = 4;

/** Pictures of recordings that may be under way, those that wait among them. */
const MOST_STILLS = 4;
/** For one of them: a NAS may have to wake up. */
const STILL_MS = 10_000;

/** What an earlier run left in the folder is removed at once. */
export function createExports(options: ExportsOptions): FootageExports {
  const { footage, folder, clock, log, startChild, lookAtDisk: look = diskRoom } = options;
  removeLeftovers(folder);
  const closing = new AbortController();
  const queue = createExportQueue({ clock, log, folder });
  const open = (id: string) => footage.open(id);
  const zips = oneAtATime(clock);
  const stills = shortLine(MOST_STILLS);

  /** Throws `no-footage`. */
  const choose = ({ camera, from, to }: Stretch): [Chosen, ...Chosen[]] => {
    const [first, ...others] = chooseFootage(footage.recordings({ camera, from, to }), from, to);
    if (!first) throw noFootage();
    return [first, ...others];
  };

  const plans = new Map<string, Promise<RangePlan>>();
  const plan = (stretch: Stretch, chosen: readonly Chosen[]): Promise<RangePlan> => {
    const ids = chosen.map(({ recording }) => recording.id);
    const key = [stretch.camera, stretch.from, stretch.to, ...ids].join(' ');
    const planned = plans.get(key) ?? planRange(chosen, stretch, open, closing.signal);
    plans.delete(key);
    plans.set(key, planned);
    planned.catch(() => plans.delete(key));
    for (const oldest of [...plans.keys()].slice(0, -PLANS_KEPT)) plans.delete(oldest);
    return planned;
  };

  return {
    async range(stretch) {
      if (stretch.to - stretch.from > LONGEST_RANGE_MS) throw tooLong();
      const chosen = choose(stretch);
      const file = rangeFile(await plan(stretch, chosen));
      return { ...file, fileName: nameOf(chosen[0].recording, Math.max(stretch.from, chosen[0].from)) };
    },
    async still({ camera, at, width, signal: gone }) {
      const recording = footageAt(footage.recordings({ camera, from: at - SLACK_MS, to: at + 1 }), at);
      if (!recording) throw noFootageAt();
      return stills(async () => {
        const late = new AbortController();
        const inTime = clock.after(STILL_MS, () => late.abort(stillTooSlow()));
        const signal = AbortSignal.any([gone, late.signal, closing.signal]);
        try {
          return await stillAt(
            { recording, at, width, open, signal },
            { ffmpeg: options.ffmpeg(), startChild },
          );
        } finally {
          inTime();
        }
      });
    },
    async day({ camera, ...asked }) {
      const recordings = ofDay(footage, camera, asked);
      const [first] = recordings;
      if (!first) throw noFootage();
      const zip = await zips(() => dayZip(recordings, footage));
      return { fileName: `${first.camera.slug} ${asked.day}.zip`, ...zip };
    },
    start(order) {
      const stretch = stretchOf(order);
      if (order.kind === 'range' && stretch.to - stretch.from > LONGEST_RANGE_MS) throw tooLong();
      const chosen = choose(stretch);
      const ffmpeg = options.ffmpeg();
      if (!ffmpeg?.encoders.has('libx264')) throw noEncoder();
      const { recording } = chosen[0];
      const id = ulid(clock.now());
      const { from, to } = stretch;
      const info: ExportInfo = {
        ...{ id, kind: order.kind, camera: recording.camera, from, to, createdAt: clock.now() },
        fileName:
          order.kind === 'range'
            ? nameOf(recording, from)
            : `${recording.camera.slug} ${order.day} timelapse.mp4`,
        ...{ state: 'working', progress: 0 },
      };
      return queue.add(info, async (onProgress, signal) => {
        const path = exportPath(folder, id);
        const deps = { ffmpeg, startChild };
        makeExportFolder(folder);
        await whileRoom({ folder, clock, look, signal }, async (signal) => {
          const work = { path, onProgress, signal, from, to };
          if (order.kind === 'timelapse') await makeTimelapse({ ...work, chosen, open }, deps);
          else await cutExactly({ ...work, plan: await planRange(chosen, stretch, open, signal) }, deps);
        });
        return (await stat(path)).size;
      });
    },
    list: () => queue.list(),
    get: (id) => queue.get(id),
    async open(id): Promise<MediaFile | undefined> {
      return queue.get(id)?.state === 'ready' ? fileMedia(exportPath(folder, id)) : undefined;
    },
    remove: (id) => queue.remove(id),
    async [Symbol.asyncDispose]() {
      closing.abort(exportFailed('Doorstep is being closed'));
      await queue[Symbol.asyncDispose]();
      try {
        removeLeftovers(folder);
      } catch (error) {
        log.warn(`Files in ${folder} could not be removed: ${reason(error)}`);
      }
    },
  };
}

function stretchOf(order: Parameters<FootageExports['start']>[0]): Stretch {
  return order.kind === 'range' ? order : { camera: order.camera, ...spanOf(order) };
}

/** Throws `no-footage` where there is no such day. */
function spanOf({ day, ...span }: AskedDay): { from: number; to: number } {
  const { from, to } = span.from === undefined ? (localDay(day) ?? {}) : span;
  if (from === undefined || to === undefined) throw noFootage();
  return { from, to };
}

const nameOf = ({ camera }: Recording, at: number) => `${camera.slug} ${timeInName(at)}.mp4`;

/** What began on that day: each recording is of one day, also where it goes on over midnight. */
function ofDay(footage: FootageSource, camera: string, day: AskedDay): Recording[] {
  const { from, to } = spanOf(day);
  return footage
    .recordings({ camera, from, to })
    .filter(({ startedAt }) => startedAt >= from && startedAt < to);
}
