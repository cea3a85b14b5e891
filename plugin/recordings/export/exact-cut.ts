/** A stretch of time to the picture: what lies before its first moment and after its last is cut away, which takes encoding it anew. */
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import { type EncodeDeps, encode, videoArgs } from './encode-run.ts';
import { rangeFile } from './range-file.ts';
import { positionOf, type RangePlan } from './range-plan.ts';

export interface CutOrder {
  plan: RangePlan;
  /** Epoch ms: from the first picture at or after it, to the last before `to`. */
  from: number;
  to: number;
  path: string;
  /** From 0 to 1. */
  onProgress(share: number): void;
  signal: AbortSignal;
}

/** Times are rounded on their way through other units; a picture on the edge must not fall out of it. */
const EDGE_SECONDS = 0.001;

/** Rejects as `encode` does. */
export async function cutExactly(order: CutOrder, deps: EncodeDeps): Promise<void> {
  const { plan, path, signal, onProgress } = order;
  const start = Math.max(0, positionOf(plan, order.from) - EDGE_SECONDS);
  const end = Math.max(start, positionOf(plan, order.to) - EDGE_SECONDS);
  const file = rangeFile(plan);
  const audio = plan.parts[0].index.tracks.some(({ kind }) => kind === 'audio');
  await encode(
    {
      // The times as they are: by default the first one becomes zero.
      input: ['-copyts', '-f', 'mp4'],
      output: deps.ffmpeg ? cutArgs(deps.ffmpeg, start, end, audio) : [],
      source: counted(file.read(0, file.bytes, signal), (bytes) => onProgress(bytes / file.bytes)),
      ...{ path, signal },
    },
    deps,
  );
}

/** By the time of each picture and not by seeking, which knows keyframes only. */
function cutArgs(ffmpeg: Ffmpeg, start: number, end: number, audio: boolean): string[] {
  const [from, to] = [start.toFixed(6), end.toFixed(6)];
  const video = `trim=start=${from}:end=${to},setpts=PTS-${from}/TB,format=yuv420p`;
  const sound = `atrim=start=${from}:end=${to},asetpts=PTS-${from}/TB`;
  return [
    ...['-map', '0:v:0', '-vf', video, ...videoArgs(ffmpeg, ['-crf', '18'])],
    ...(audio ? ['-map', '0:a:0', '-af', sound, '-c:a', 'aac', '-b:a', '128k'] : ['-an']),
  ];
}

/** ffmpeg takes its input as fast as it is through with it. */
async function* counted(
  source: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    yield chunk;
    bytes += chunk.length;
    onBytes(bytes);
  }
}
