/** The small pictures of a recorded clip, made by the same ffmpeg filters as those of a camera. */
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import { type Ffmpeg, findFfmpeg } from '../../plugin/camera/ffmpeg.ts';
import { passEachFrame, SMALL_FILTERS } from '../../plugin/camera/reader-args.ts';
import { SmallParser } from '../../plugin/camera/small-parser.ts';
import { type Exit, startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { ProblemError } from '../../plugin/system/problem.ts';

/** When the first picture of every clip was taken: any noon will do. */
export const CLIP_BEGINS = Date.UTC(2026, 0, 1, 12);

/** Size and length of a recording. */
export interface ClipFacts {
  width: number;
  height: number;
  /** In seconds. */
  duration: number;
  /** Pictures a second. */
  rate: number;
}

/** The ffmpeg that the hub would use. Rejects with a `ProblemError` when there is none. */
export function evalFfmpeg(): Promise<Ffmpeg> {
  return findFfmpeg({}, { startChild, clock: systemClock });
}

/**
 * The pictures in order, with the times of the recording: `at` is {@link CLIP_BEGINS} and how far into the clip it is. Ends ffmpeg with
 * the iteration; throws a `ProblemError` when the clip cannot be decoded.
 */
export async function* clipPictures(ffmpeg: Ffmpeg, path: string): AsyncGenerator<SmallFrame> {
  const times: number[] = [];
  const args = [
    ...['-hide_banner', '-nostdin', '-loglevel', 'level+info', '-threads', '1', '-i', path],
    ...['-map', '0:v:0', '-an', '-vf', `${SMALL_FILTERS},showinfo=checksum=0`],
    ...[...passEachFrame(ffmpeg), '-f', 'yuv4mpegpipe', 'pipe:1'],
  ];
  await using child = startChild(ffmpeg.path, args, {
    onLine: (line) => {
      const time = /Parsed_showinfo.* pts_time:\s*([\d.]+)/.exec(line)?.[1];
      if (time !== undefined) times.push(Number(time));
    },
  });
  const parser = new SmallParser();
  let count = 0;
  const ready: Omit<SmallFrame, 'at'>[] = [];
  const timed = function* () {
    while (ready.length > 0 && count < times.length) {
      const picture = ready.shift();
      const at = CLIP_BEGINS + Math.round(((times[count++] ?? 0) - (times[0] ?? 0)) * 1000);
      if (picture) yield { ...picture, at };
    }
  };
  for await (const chunk of child.outputs[0] ?? []) {
    ready.push(...parser.push(chunk as Buffer));
    if (parser.broken) break;
    yield* timed();
  }
  const exit = await child.exited;
  yield* timed();
  if (count === 0 || parser.broken) throw undecodable(path, exit, parser.broken);
}

/** What ffmpeg says of a recording, without decoding it. */
export async function clipFacts({ path: ffmpeg }: Ffmpeg, path: string): Promise<ClipFacts> {
  const lines: string[] = [];
  const args = ['-hide_banner', '-nostdin', '-i', path];
  const exit = await startChild(ffmpeg, args, { outputs: 0, onLine: (line) => lines.push(line) }).exited;
  const text = lines.join('\n');
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d+):([\d.]+)/.exec(text) ?? [];
  const [, width, height] = /Video: .*?\b(\d{2,5})x(\d{2,5})\b/.exec(text) ?? [];
  const rate = /Video: .*?([\d.]+) fps/.exec(text)?.[1];
  if (seconds === undefined || height === undefined) throw undecodable(path, exit);
  return {
    width: Number(width),
    height: Number(height),
    duration: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds),
    rate: Number(rate ?? 25),
  };
}

function undecodable(path: string, { stderrTail, error }: Exit, why?: string): ProblemError {
  return new ProblemError({
    code: 'clip-not-decodable',
    what: `The clip ${path} cannot be decoded: ${why ?? error?.message ?? stderrTail.at(-1) ?? 'it has no picture'}.`,
    cure: 'Play it with ffplay; leave it out of the folder, or record it again.',
  });
}
