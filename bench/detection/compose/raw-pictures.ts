/** Pictures of a clip as RGBA, and the other way round. */
import { rename } from 'node:fs/promises';
import type { Ffmpeg } from '../../../plugin/camera/ffmpeg.ts';
import { ByteQueue } from '../../../plugin/system/byte-queue.ts';
import { startChild } from '../../../plugin/system/child.ts';

export interface RawSize {
  width: number;
  height: number;
}

/** All pictures of a clip in this size, `rate` a second; 4 bytes a pixel. */
export async function* rawPictures(
  { path: ffmpeg }: Ffmpeg,
  clip: string,
  { width, height }: RawSize,
  rate: number,
): AsyncGenerator<Buffer> {
  const args = [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-i', clip],
    ...['-vf', `fps=${rate},scale=${width}:${height}`, '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1'],
  ];
  await using child = startChild(ffmpeg, args);
  const size = width * height * 4;
  const queue = new ByteQueue();
  for await (const chunk of child.outputs[0] ?? []) {
    queue.push(chunk as Buffer);
    while (queue.length >= size) yield queue.take(size);
  }
}

/** Writes pictures as H.264. Rejects when ffmpeg fails. */
export async function writeClip(
  { path: ffmpeg }: Ffmpeg,
  output: string,
  { width, height }: RawSize,
  pictures: Iterable<Uint8Array>,
  options: { rate: number; filters: string; crf: number },
): Promise<void> {
  const part = `${output}.part`;
  const args = [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'rgba'],
    ...['-s', `${width}x${height}`, '-r', `${options.rate}`, '-i', 'pipe:0', '-vf', options.filters],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      `${options.crf}`,
      '-pix_fmt',
      'yuv420p',
      '-f',
      'mp4',
      part,
    ],
  ];
  await using child = startChild(ffmpeg, args, { stdin: true, outputs: 0 });
  const { stdin } = child;
  for (const picture of pictures) {
    if (!stdin || stdin.destroyed) break;
    if (!stdin.write(picture))
      await Promise.race([new Promise((done) => stdin.once('drain', done)), child.exited]);
  }
  stdin?.end();
  const { code, stderrTail, error } = await child.exited;
  if (code !== 0) throw new Error(`ffmpeg could not write ${output}: ${error?.message ?? stderrTail.at(-1)}`);
  await rename(part, output);
}
