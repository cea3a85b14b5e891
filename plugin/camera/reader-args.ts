/** The ffmpeg arguments of each kind of reader. Pure: a stream in, an argument array out. */

import type { AudioPlan } from './audio-plan.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { firstHabits, type ReadingHabits } from './reader-lessons.ts';
import { type VideoEncoder, videoEncoderArgs } from './video-encoder.ts';

/**
 * What a reader's ffmpeg writes: `video` and `audio` fragmented MP4, `stills` JPEG in MIME parts, `small` YUV4MPEG2, small
 * and in colour.
 */
export type OutputKind = 'video' | 'audio' | 'small' | 'stills';

export interface StreamPlan extends ReadingHabits {
  url: string;
  transport: 'tcp' | 'udp';
  /** `main`: video and audio as they come; `detect`: the video, small pictures and stills; `both`: one stream for all of it. */
  role: 'main' | 'detect' | 'both';
  /** What hides parts of every picture, before anything else has it. The video is then encoded anew. */
  mask?: Mask;
}

export interface Mask {
  /** ffmpeg filters, at least one. */
  filters: readonly string[];
  encoder: VideoEncoder;
}

export interface ReaderArgs {
  args: string[];
  /** What comes out of stdout, fd 3, fd 4, fd 5, in this order. */
  outputs: OutputKind[];
}

/** Enough for a person at the gate and a letter on the mat. */
export const SMALL_WIDTH = 320;
/** Seconds between two small pictures: 5 a second, with a little room for uneven times. */
const SMALL_GAP = 0.19;
/** Seconds between two stills. */
export const STILL_GAP = 0.9;
/** A camera that says nothing for this long is gone; in seconds. */
export const SOCKET_TIMEOUT = 5;
/** How long a patient reader looks for what it must know of the stream; in seconds. */
export const PATIENT_LOOK = 25;

/** Cameras send limited range, JPEG has full range. */
export const JPEG_RANGE = 'scale=out_range=pc,format=yuvj420p';

export function readerArgs(ffmpeg: FfmpegVersion, plan: StreamPlan): ReaderArgs {
  const outputs = OUTPUTS[plan.role].filter((kind) => kind !== 'audio' || plan.audio !== 'none');
  const encoder = plan.mask && maskEncoder(plan.mask, plan.role);
  return {
    outputs,
    args: [
      ...['-hide_banner', '-nostdin', '-loglevel', 'level+error'],
      ...(encoder?.beforeInput ?? []),
      // Several decoder threads would hold each picture back until the next ones have come.
      ...(plan.role === 'main' && !plan.mask ? [] : ['-threads', '1']),
      ...inputArgs(ffmpeg, plan),
      ...(plan.mask && encoder ? ['-filter_complex', maskGraph(plan.mask, outputs, encoder.filter)] : []),
      ...outputs.flatMap((kind, index) => [
        ...pictureArgs(kind, plan.mask !== undefined),
        ...outputArgs(ffmpeg, kind, plan, encoder?.output),
        `pipe:${index === 0 ? 1 : index + 2}`,
      ]),
    ],
  };
}

/** Arguments that give one small picture on stdout, of the size of those that a reader gives, and end. */
export function lookArgs(ffmpeg: FfmpegVersion, stream: Pick<StreamPlan, 'url' | 'transport'>): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'level+error', '-threads', '1'],
    ...inputArgs(ffmpeg, { ...stream, ...firstHabits('none'), role: 'detect' }),
    ...['-map', '0:v:0', '-frames:v', '1', '-vf', `scale=${SMALL_WIDTH}:-2,format=yuv420p`],
    ...['-f', 'yuv4mpegpipe', 'pipe:1'],
  ];
}

type FfmpegVersion = Pick<Ffmpeg, 'major' | 'minor'>;

const OUTPUTS: Record<StreamPlan['role'], readonly OutputKind[]> = {
  main: ['video', 'audio'],
  detect: ['video', 'small', 'stills'],
  both: ['video', 'audio', 'small', 'stills'],
};

function inputArgs(ffmpeg: FfmpegVersion, plan: StreamPlan): string[] {
  const { url, transport, role, patient, times } = plan;
  return [
    ...['-protocol_whitelist', 'rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto'],
    ...['-rtsp_transport', transport],
    ...['-allowed_media_types', role === 'detect' ? 'video' : 'video+audio'],
    // Before 5.0 `-timeout` made ffmpeg wait for a caller; the socket's own was called `-stimeout`. In microseconds.
    ...[ffmpeg.major < 5 ? '-stimeout' : '-timeout', String(SOCKET_TIMEOUT * 1_000_000)],
    // Enough to see every track, without waiting for a frame rate: the pictures bring their times.
    ...['-probesize', patient ? '20000000' : '2000000'],
    ...['-analyzeduration', String((patient ? PATIENT_LOOK : 3) * 1_000_000), '-fpsprobesize', '0'],
    ...(times === 'arrival' ? ['-use_wallclock_as_timestamps', '1'] : []),
    ...['-i', url],
  ];
}

/** Makes the small pictures for detection out of any video. */
export const SMALL_FILTERS = `${everySeconds(SMALL_GAP)},scale=${SMALL_WIDTH}:-2,format=yuv420p`;

/** What each output shows, before it is sampled. */
const FILTERS: Record<'small' | 'stills', string> = {
  small: SMALL_FILTERS,
  stills: `${everySeconds(STILL_GAP)},${JPEG_RANGE}`,
};

/** Masks first, then a branch for each output: none of them can see around the masks. */
function maskGraph({ filters }: Mask, outputs: readonly OutputKind[], encoder: readonly string[]): string {
  const chains = { ...FILTERS, video: encoder.join(',') };
  const kinds = outputs.filter((kind) => kind !== 'audio');
  return [
    `[0:v:0]${[FROM_A_KEYFRAME, ...filters].join(',')},split=${kinds.length}${kinds.map((kind) => `[masked-${kind}]`).join('')}`,
    ...kinds.map((kind) => `[masked-${kind}]${chains[kind]}[${kind}]`),
  ].join(';');
}

function pictureArgs(kind: OutputKind, masked: boolean): string[] {
  if (kind === 'audio') return ['-map', '0:a:0'];
  if (masked) return ['-map', `[${kind}]`];
  return ['-map', '0:v:0', ...(kind === 'video' ? [] : ['-an', '-vf', FILTERS[kind]])];
}

function outputArgs(
  ffmpeg: FfmpegVersion,
  kind: OutputKind,
  plan: StreamPlan,
  encoder: readonly string[] | undefined,
): string[] {
  switch (kind) {
    case 'video':
      return [...(encoder ? [...passEachFrame(ffmpeg), ...encoder] : COPIED_VIDEO), ...FRAGMENT_PER_FRAME];
    case 'audio':
      return [...audioCodec(plan.audio), ...FRAGMENT_PER_FRAME];
    case 'small':
      return [...passEachFrame(ffmpeg), '-flush_packets', '1', '-f', 'yuv4mpegpipe'];
    case 'stills':
      return [...passEachFrame(ffmpeg), ...JPEG_PARTS];
  }
}

/** Pictures before the first keyframe are of no use, but a sign of life where keyframes are rare. */
const COPIED_VIDEO = ['-c:v', 'copy', '-copyinkf'];

/** Enough for a door at full size, whatever that is, and for a small stream; in 1000 bits a second. */
const MASKED_KBPS = { main: 4000, both: 4000, detect: 800 };
const MASKED_KEYFRAME_SECONDS = 2;

function maskEncoder({ encoder }: Mask, role: StreamPlan['role']) {
  const target = {
    kbps: MASKED_KBPS[role],
    keyframeSeconds: MASKED_KEYFRAME_SECONDS,
    lowLatency: true,
  };
  const { output, ...rest } = videoEncoderArgs(encoder, target);
  // Fine enough for any camera's times; by default ffmpeg rounds them to a frame rate that it guesses.
  return { ...rest, output: [...output, '-enc_time_base', '1:90000'] };
}

const audioCodec = (plan: AudioPlan) =>
  plan === 'copy' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-ac', '1', '-ar', '16000', '-b:a', '32k'];

/**
 * Video and audio have an MP4 each: with both in one, `frag_every_frame` gives wrong audio times (seen with 5.1), and each
 * frame waits for the other track. `frag_discont` and the two options before it keep the offset between them.
 */
const FRAGMENT_PER_FRAME = [
  ...['-avoid_negative_ts', 'make_non_negative', '-use_editlist', '0'],
  ...['-movflags', 'frag_every_frame+empty_moov+default_base_moof+frag_discont', '-f', 'mp4'],
];

/**
 * Picks frames as they come; the `fps` filter would hold each one back until the next. The first is a keyframe: joined in mid-stream,
 * an HEVC decoder also gives what it cannot know yet.
 */
function everySeconds(gap: number): string {
  return `select='isnan(prev_selected_t)*key+gte(t-prev_selected_t,${gap})'`;
}

const FROM_A_KEYFRAME = "select='key+selected_n'";

/** One thread here too: several would keep as many pictures back. */
export const JPEG_PARTS = [
  ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', '4'],
  ...['-flush_packets', '1', '-f', 'mpjpeg'],
];

/** `-fps_mode` replaced `-vsync` in 5.1. */
export function passEachFrame({ major, minor }: FfmpegVersion): string[] {
  const named = major > 5 || (major === 5 && minor >= 1);
  return named ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
}
