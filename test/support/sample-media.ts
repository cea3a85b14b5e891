/** Real media, made by ffmpeg: what a camera's reader would give. */
import { buffer } from 'node:stream/consumers';
import { startChild } from '../../plugin/system/child.ts';
import { makeStream, type Stream } from './recorded-media.ts';

export interface SampleMedia {
  /** H.264, 640x360, 15 pictures and one keyframe a second, with AAC. */
  stream: Stream;
  /** The same as one file. */
  mp4: Buffer;
  /** Seconds. */
  duration: number;
  /** Its first picture. */
  jpeg: Buffer;
  width: number;
  height: number;
}

/** Draws a test picture with a running clock and a tone. Takes about a second. */
export async function makeSampleMedia({ seconds = 4 } = {}): Promise<SampleMedia> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15'];
  const tone = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
  const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p'];
  const groups = ['-g', '15', '-keyint_min', '15', '-sc_threshold', '0', '-bf', '0'];
  const aac = ['-c:a', 'aac', '-b:a', '32k'];
  const stream = await makeStream([...picture, ...tone, '-t', String(seconds), ...h264, ...groups, ...aac]);
  const mp4 = Buffer.concat([stream.init.data, ...stream.fragments.map(({ data }) => data)]);
  return { stream, mp4, duration: seconds, jpeg: await firstPicture(picture), width: 640, height: 360 };
}

async function firstPicture(input: readonly string[]): Promise<Buffer> {
  const jpeg = ['-frames:v', '1', '-c:v', 'mjpeg', '-f', 'image2pipe'];
  const child = startChild('ffmpeg', ['-v', 'error', ...input, ...jpeg, 'pipe:1']);
  const [stdout] = child.outputs;
  if (!stdout) throw new Error('ffmpeg has no output');
  const [data, exit] = await Promise.all([buffer(stdout), child.exited]);
  if (exit.code !== 0) throw new Error(`ffmpeg made no picture: ${exit.error ?? exit.stderrTail.join(', ')}`);
  return data;
}
