/** Pictures of a clip, one after the other, evenly spread over the time that is asked for. */
import type { Readable } from 'node:stream';
import { passEachFrame } from '../../camera/reader-args.ts';
import { SmallParser, type SmallPicture } from '../../camera/small-parser.ts';
import type { Stretch } from './contract.ts';
import type { PictureSize } from './cover-mask.ts';
import { badSource, redactionFailed } from './problems.ts';
import { checkDecoded, type FfmpegDeps, fromFile, withFfmpeg } from './run-ffmpeg.ts';

/** Longest side of what is made; more shows nobody more. */
const LONGEST_SIDE = 1920;
const FPS = { least: 5, most: 30 };

export interface DecodeOrder {
  path: string;
  cut: Stretch;
  /** Pictures a second, as ffmpeg writes it. */
  rate: string;
  /** Longest side, in pixels. */
  longest?: number;
  signal: AbortSignal;
  /** Takes each picture; its memory is the taker's. The first belongs to `cut.from`. */
  onPicture(picture: SmallPicture, index: number): Promise<void>;
}

/** Resolves to how many pictures there were. Rejects with a `ProblemError`, or with the signal's reason. */
export function decodePictures(order: DecodeOrder, deps: FfmpegDeps): Promise<number> {
  const { path, cut, rate, longest = LONGEST_SIDE, signal, onPicture } = order;
  const [from, to] = [seconds(cut.from), seconds(cut.to)];
  // By the time of each picture and not by seeking, which knows keyframes only; what varies becomes even.
  const filters = [
    `setpts=PTS-STARTPTS,trim=start=${from}:end=${to},setpts=PTS-${from}/TB`,
    `fps=fps=${rate}:start_time=0:round=near`,
    ...fitted(longest),
  ];
  const args = [...fromFile(path), '-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filters.join(',')];
  return pictures([...args, ...passEachFrame(deps.ffmpeg), '-f', 'yuv4mpegpipe', 'pipe:1'], deps, {
    signal,
    onPicture,
  });
}

/** All pictures of a file that was made here, as they are stored, edit lists or not. */
export function decodeStored(
  order: Pick<DecodeOrder, 'path' | 'signal' | 'onPicture'> & { format: 'mp4' | 'jpeg' },
  deps: FfmpegDeps,
): Promise<number> {
  const jpeg = ['-protocol_whitelist', 'file,pipe', '-f', 'jpeg_pipe', '-i', `file:${order.path}`];
  const input = order.format === 'jpeg' ? jpeg : ['-ignore_editlist', '1', ...fromFile(order.path)];
  const range = ['-vf', 'scale=out_range=tv,format=yuv420p'];
  const args = [
    ...input,
    '-map',
    '0:v:0',
    ...range,
    ...passEachFrame(deps.ffmpeg),
    '-f',
    'yuv4mpegpipe',
    'pipe:1',
  ];
  return pictures(args, deps, order);
}

/** Square pixels, even sides, limited range, as it is to be looked at. */
function fitted(longest: number): string[] {
  const share = `min(1,min(${longest}/(iw*sar),${longest}/ih))`;
  const even = (side: string) => `'max(2,2*trunc(${side}*${share}/2))'`;
  return [`scale=w=${even('iw*sar')}:h=${even('ih')}:out_range=tv`, 'format=yuv420p', 'setsar=1'];
}

/** How a clip will look: the size of what is made of it, and how many pictures a second. */
export async function lookAtSource(
  path: string,
  signal: AbortSignal,
  deps: FfmpegDeps,
): Promise<PictureSize & { rate: string }> {
  const args = [...fromFile(path), '-map', '0:v:0', '-an', '-vf', fitted(LONGEST_SIDE).join(',')];
  let size: PictureSize | undefined;
  let head = '';
  await pictures([...args, '-frames:v', '1', '-f', 'yuv4mpegpipe', 'pipe:1'], deps, {
    signal,
    onHead: (text) => {
      head = text;
    },
    async onPicture({ width, height }) {
      size = { width, height };
    },
  });
  if (!size) throw badSource('it has no picture');
  return { ...size, rate: usefulRate(head) };
}

/** What the head of YUV4MPEG2 says, where that makes sense: what varies has a rate of thousands. */
export function usefulRate(head: string): string {
  const [, over, under] = / F(\d+):(\d+)/.exec(head) ?? [];
  const rate = Number(over) / Number(under);
  if (rate >= FPS.least && rate <= FPS.most) return `${over}/${under}`;
  return rate < FPS.least ? `${FPS.least}/1` : `${FPS.most}/1`;
}

async function pictures(
  args: readonly string[],
  deps: FfmpegDeps,
  {
    signal,
    onPicture,
    onHead,
  }: {
    signal: AbortSignal;
    onPicture: DecodeOrder['onPicture'];
    onHead?: (text: string) => void;
  },
): Promise<number> {
  return withFfmpeg(deps, args, { signal }, async (child) => {
    const parser = new SmallParser();
    let count = 0;
    let isFirst = true;
    for await (const chunk of (child.outputs[0] ?? []) as Readable) {
      if (isFirst) onHead?.(chunk.toString('latin1', 0, 200));
      isFirst = false;
      for (const picture of parser.push(chunk)) await onPicture(picture, count++);
      if (parser.broken !== undefined) throw redactionFailed(parser.broken);
    }
    const exit = await child.exited;
    signal.throwIfAborted();
    checkDecoded(exit);
    return count;
  });
}

const seconds = (ms: number) => (ms / 1000).toFixed(6);
