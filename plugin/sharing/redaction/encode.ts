/** Makes the file out of covered pictures: H.264 and, where it is asked for, sound; nothing else is written into it. */

import { noEncoder } from '../../recordings/export/problems.ts';
import type { Child } from '../../system/child.ts';
import type { Stretch } from './contract.ts';
import type { PictureSize } from './cover-mask.ts';
import { checkEncoded, type FfmpegDeps, fromFile, withFfmpeg } from './run-ffmpeg.ts';

export interface EncodeOrder {
  size: PictureSize;
  rate: string;
  cut: Stretch;
  /** The file whose sound goes with it. */
  audioFrom: string | undefined;
  path: string;
  signal: AbortSignal;
}

/** Takes the three planes of one picture. */
export type WritePicture = (planes: readonly Uint8Array[]) => Promise<void>;

/** Encodes what `feed` writes. Rejects with a `ProblemError`, with what `feed` rejects with, or with the signal's reason. */
export async function encodePictures(
  order: EncodeOrder,
  deps: FfmpegDeps,
  feed: (write: WritePicture) => Promise<void>,
): Promise<void> {
  if (!deps.ffmpeg.encoders.has('libx264')) throw noEncoder();
  await encode(encodeArgs(order), order.signal, deps, feed);
}

/** One picture as JPEG. Rejects as {@link encodePictures} does. */
export function encodeStill(
  { size, path, signal }: Pick<EncodeOrder, 'size' | 'path' | 'signal'>,
  deps: FfmpegDeps,
  feed: (write: WritePicture) => Promise<void>,
): Promise<void> {
  const jpeg = [
    '-frames:v',
    '1',
    '-c:v',
    'mjpeg',
    '-q:v',
    '3',
    '-flags:v',
    '+bitexact',
    '-fflags',
    '+bitexact',
  ];
  const full = ['-vf', 'scale=in_range=tv:out_range=pc,format=yuvj420p', '-map_metadata', '-1'];
  const output = ['-update', '1', '-f', 'image2', '-y', `file:${path}`];
  return encode(
    ['-protocol_whitelist', 'file,pipe', ...rawInput(size, '1'), ...full, ...jpeg, ...output],
    signal,
    deps,
    feed,
  );
}

function encode(
  args: readonly string[],
  signal: AbortSignal,
  deps: FfmpegDeps,
  feed: (write: WritePicture) => Promise<void>,
): Promise<void> {
  return withFfmpeg(deps, args, { stdin: true, outputs: 0, signal }, async (child) => {
    await feed((planes) => writeTo(child, planes));
    child.stdin?.end();
    const exit = await child.exited;
    signal.throwIfAborted();
    checkEncoded(exit);
  });
}

function rawInput({ width, height }: PictureSize, rate: string): string[] {
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', rate];
  return [...picture, '-i', 'pipe:0'];
}

async function writeTo(child: Child, planes: readonly Uint8Array[]): Promise<void> {
  const { stdin } = child;
  let room = false;
  for (const plane of planes) {
    if (!stdin?.writable) {
      // It has ended before its time; why, its end says.
      checkEncoded(await child.exited);
      return;
    }
    room = stdin.write(plane);
  }
  if (!room && stdin && !stdin.destroyed) await drained(stdin);
}

function drained(stdin: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stdin.off('drain', done).off('close', done);
      resolve();
    };
    stdin.on('drain', done).on('close', done);
  });
}

const KEYFRAME_SECONDS = 2;

function encodeArgs({ size, rate, cut, audioFrom, path }: EncodeOrder): string[] {
  const [from, to] = [cut.from / 1000, cut.to / 1000].map((part) => part.toFixed(6)) as [string, string];
  const length = ((cut.to - cut.from) / 1000).toFixed(6);
  // Silence fills what the clip has no sound of, so that both end together. The encoder puts a frame of silence before the first, which an edit
  // list would hide: later by that, the first one is at zero, and no edit list is needed.
  const even = `aresample=${SOUND_RATE}:async=1:first_pts=0,apad,asetpts=PTS+${AAC_FRAME}/${SOUND_RATE}/TB`;
  const sound = `atrim=start=${from}:end=${to},asetpts=PTS-${from}/TB,${even}`;
  return [
    ...['-protocol_whitelist', 'file,pipe', ...rawInput(size, rate)],
    ...(audioFrom === undefined ? [] : fromFile(audioFrom)),
    ...['-map', '0:v:0', ...X264, '-g', String(Math.ceil(KEYFRAME_SECONDS * rateOf(rate)))],
    ...(audioFrom === undefined ? ['-an'] : ['-map', '1:a:0', '-af', sound, ...AAC]),
    ...['-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
    ...['-t', length, '-use_editlist', '0', '-movflags', '+faststart', '-f', 'mp4', '-y', `file:${path}`],
  ];
}

/** Without what the encoder tells of itself: NAL units of type 6 are messages of any kind. */
const X264 = [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '21', '-bf', '0'],
  ...['-pix_fmt', 'yuv420p', '-flags:v', '+bitexact', '-bsf:v', 'filter_units=remove_types=6'],
];
const SOUND_RATE = 48_000;
const AAC_FRAME = 1024;
const AAC = ['-c:a', 'aac', '-b:a', '96k', '-ac', '1', '-flags:a', '+bitexact'];

/** Pictures a second of a rate as ffmpeg writes it. */
export function rateOf(rate: string): number {
  const [over, under = '1'] = rate.split('/');
  return Number(over) / Number(under);
}
