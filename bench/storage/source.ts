/** A camera that costs next to nothing: a short film, served over and over by a real RTSP server. */
import { join } from 'node:path';
import { startChild } from '../../plugin/system/child.ts';
import type { Closing } from '../../plugin/system/closing.ts';
import { startRtspServer } from '../../simulator/rtsp-server.ts';

export interface Source {
  /** RTSP address of its stream. */
  url: string;
  /** Bits a second. */
  bitRate: number;
}

export interface SourceOptions {
  ffmpeg: string;
  /** Where the film is made. */
  folder: string;
  bitRate?: number;
  /** Width and height. */
  size?: string;
  fps?: number;
}

const FILM_SECONDS = 20;

/** Makes the film and publishes it until `closing` closes. A keyframe a second. */
export async function startSource(
  closing: Closing,
  { ffmpeg, folder, bitRate = 1_000_000, size = '640x360', fps = 15 }: SourceOptions,
): Promise<Source> {
  const film = join(folder, 'film.mp4');
  const rate = String(bitRate);
  const made = await startChild(ffmpeg, [
    ...['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi'],
    ...['-i', `testsrc2=size=${size}:rate=${fps}:duration=${FILM_SECONDS},noise=alls=20:allf=t`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0', '-g', String(fps)],
    ...['-b:v', rate, '-minrate', rate, '-maxrate', rate, '-bufsize', rate, film],
  ]).exited;
  if (made.code !== 0) throw new Error(`The film could not be made: ${made.stderrTail.join(' ')}`);
  const server = closing.use(await startRtspServer());
  const publisher = startChild(
    ffmpeg,
    [
      ...['-hide_banner', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', film],
      ...['-c', 'copy', '-f', 'rtsp', '-rtsp_transport', 'tcp', server.publishUrl('main')],
    ],
    { outputs: 0 },
  );
  closing.use(publisher);
  await server.ready('main');
  return { url: `rtsp://127.0.0.1:${server.port}/main`, bitRate };
}
