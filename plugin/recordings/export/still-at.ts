/** One picture of a recording as JPEG: the keyframe at or before a moment, so that a single picture is read and decoded. */
import type { Ffmpeg } from '../../camera/ffmpeg.ts';
import type { Child, StartChild } from '../../system/child.ts';
import type { Recording } from '../recording.ts';
import { parameterSetsOf, pictureAlone } from './annex-b.ts';
import type { FootageStill } from './contract.ts';
import { behindTheCameras, failureOf, feed } from './encode-run.ts';
import { type FootageIndex, readFootageIndex } from './footage-index.ts';
import { keyframeBefore, readKeyframe } from './keyframe.ts';
import { exportFailed, footageDamaged, footageGone, noFfmpeg } from './problems.ts';
import type { OpenRecording } from './range-plan.ts';

export interface StillOrder {
  /** The one that shows the moment. */
  recording: Recording;
  /** Epoch ms. */
  at: number;
  /** In pixels; the picture keeps its shape, and is never made larger. */
  width: number | undefined;
  open: OpenRecording;
  signal: AbortSignal;
}

export interface StillDeps {
  ffmpeg: Ffmpeg | undefined;
  startChild: StartChild;
}

/** Far more than a JPEG of a 4K camera has. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Rejects with a `ProblemError`, or with the signal's reason when it aborts; no ffmpeg is left then. */
export async function stillAt(order: StillOrder, { ffmpeg, startChild }: StillDeps): Promise<FootageStill> {
  const { recording, at, width, signal } = order;
  signal.throwIfAborted();
  if (!ffmpeg) throw noFfmpeg();
  const file = await order.open(recording.id);
  if (!file) throw footageGone();
  const footage = { id: recording.id, file };
  const index = await readFootageIndex(footage, signal);
  const fragment = keyframeBefore(index, (at - recording.startedAt) / 1000);
  const sample = await readKeyframe({ footage, index, fragment }, signal);
  const sets = parameterSetsOf(index.video);
  const picture = sample && sets && pictureAlone(sample, sets);
  if (!picture) throw footageDamaged(recording.id, 'its picture is not whole');
  const begin = index.fragments[0]?.time ?? 0;
  const takenAt = recording.startedAt + Math.round(((fragment.time - begin) / index.video.timescale) * 1000);
  await using child = startChild(ffmpeg.path, args(index, width), { stdin: true });
  return { takenAt, jpeg: await jpegOf(child, picture, signal) };
}

function args({ video }: FootageIndex, width: number | undefined): string[] {
  const scale = width === undefined ? [] : ['-vf', `scale=w='min(iw,${width})':h=-2`];
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-protocol_whitelist', 'pipe'],
    ...['-f', video.codec, '-i', 'pipe:0', '-an', '-frames:v', '1', ...scale],
    ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', '3', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', 'pipe:1'],
  ];
}

async function jpegOf(child: Child, picture: Buffer, signal: AbortSignal): Promise<Buffer> {
  behindTheCameras(child);
  const stop = () => void child.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [fed, jpeg, exit] = await Promise.all([feed(child, [picture]), collect(child), child.exited]);
    signal.throwIfAborted();
    if (fed) throw fed.error;
    if (exit.code !== 0) throw failureOf(exit);
    if (jpeg.length === 0) throw exportFailed('ffmpeg found no picture in it');
    return jpeg;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function collect({ outputs: [output] }: Child): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of output ?? []) {
    length += part.length;
    if (length > MOST_BYTES) throw exportFailed('the picture is too large');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
