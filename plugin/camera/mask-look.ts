/** One picture of a stream, decoded for nobody but the question whether the camera masks it. */
import { sleep } from '../system/clock.ts';
import type { DecodeDeps } from './decode-still.ts';
import { GrayParser, type Luma } from './gray-parser.ts';
import { lookArgs, type StreamPlan } from './reader-args.ts';

/** A camera with rare keyframes may need longer; it is then masked by the hub. */
const TIMEOUT_MS = 10_000;

/** Undefined when there is no picture in time, or the signal aborts. Nothing of it is kept. */
export async function lookOnce(
  stream: Pick<StreamPlan, 'url' | 'transport'>,
  deps: DecodeDeps,
  signal: AbortSignal,
): Promise<Luma | undefined> {
  const parser = new GrayParser();
  await using child = deps.startChild(deps.ffmpeg.path, lookArgs(deps.ffmpeg, stream));
  const over = new AbortController();
  const seen = new Promise<Luma>((resolve) => {
    child.outputs[0]?.on('data', (chunk: Buffer) => {
      const picture = parser.push(chunk)[0];
      if (picture) resolve(picture);
    });
  });
  const late = sleep(deps.clock, TIMEOUT_MS, AbortSignal.any([over.signal, signal]));
  const ended = child.exited.then(() => undefined);
  const picture = await Promise.race([seen, late.then(() => undefined), ended]);
  over.abort();
  return picture;
}
