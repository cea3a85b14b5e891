/** The ffmpeg arguments of each kind of reader. Pure: a stream in, an argument array out. */
import type { Ffmpeg } from './ffmpeg.ts';

/**
 * What a reader's ffmpeg writes: `video` and `audio` fragmented MP4, `stills` JPEG in MIME parts, `gray` YUV4MPEG2 with luma
 * alone.
 */
export type OutputKind = 'video' | 'audio' | 'gray' | 'stills';

/**
 * What becomes of the camera's sound: taken as it is, changed to AAC where MP4 cannot hold it (G.711, which many doorbells
 * send), or left out.
 */
export type AudioPlan = 'copy' | 'aac' | 'none';

export interface StreamPlan {
  url: string;
  transport: 'tcp' | 'udp';
  /** `main`: video and audio as they come; `detect`: the video, gray and stills; `both`: one stream for all of it. */
  role: 'main' | 'detect' | 'both';
  audio: AudioPlan;
}

export interface ReaderArgs {
  args: string[];
  /** What comes out of stdout, fd 3, fd 4, fd 5, in this order. */
  outputs: OutputKind[];
}

export const GRAY_WIDTH = 160;
/** Seconds between two gray frames: 5 a second, with a little room for uneven times. */
const GRAY_GAP = 0.19;
/** Seconds between two stills. */
export const STILL_GAP = 0.9;
/** A camera that says nothing for this long is gone; in seconds. */
export const SOCKET_TIMEOUT = 5;

export function readerArgs(ffmpeg: Pick<Ffmpeg, 'major' | 'minor'>, plan: StreamPlan): ReaderArgs {
  const outputs = OUTPUTS[plan.role].filter((kind) => kind !== 'audio' || plan.audio !== 'none');
  return {
    outputs,
    args: [
      ...['-hide_banner', '-nostdin', '-loglevel', 'level+error'],
      // Several decoder threads would hold each picture back until the next ones have come.
      ...(plan.role === 'main' ? [] : ['-threads', '1']),
      ...inputArgs(ffmpeg, plan),
      ...outputs.flatMap((kind, index) => [
        ...outputArgs(ffmpeg, kind, plan),
        `pipe:${index === 0 ? 1 : index + 2}`,
      ]),
    ],
  };
}

const OUTPUTS: Record<StreamPlan['role'], readonly OutputKind[]> = {
  main: ['video', 'audio'],
  detect: ['video', 'gray', 'stills'],
  both: ['video', 'audio', 'gray', 'stills'],
};

function inputArgs(ffmpeg: Pick<Ffmpeg, 'major'>, { url, transport, role }: StreamPlan): string[] {
  return [
    ...['-protocol_whitelist', 'rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto'],
    ...['-rtsp_transport', transport],
    ...['-allowed_media_types', role === 'detect' ? 'video' : 'video+audio'],
    // Before 5.0 `-timeout` made ffmpeg wait for a caller; the socket's own was called `-stimeout`. In microseconds.
    ...[ffmpeg.major < 5 ? '-stimeout' : '-timeout', String(SOCKET_TIMEOUT * 1_000_000)],
    // Enough to see every track, without waiting for a frame rate: the pictures bring their times.
    ...['-probesize', '2000000', '-analyzeduration', '3000000', '-fpsprobesize', '0'],
    ...['-i', url],
  ];
}

function outputArgs(ffmpeg: Pick<Ffmpeg, 'major' | 'minor'>, kind: OutputKind, plan: StreamPlan): string[] {
  switch (kind) {
    case 'video':
      return ['-map', '0:v:0', '-c:v', 'copy', ...FRAGMENT_PER_FRAME];
    case 'audio':
      return ['-map', '0:a:0', ...audioCodec(plan.audio), ...FRAGMENT_PER_FRAME];
    case 'gray':
      return [
        ...['-map', '0:v:0', '-an', '-vf', `${everySeconds(GRAY_GAP)},scale=${GRAY_WIDTH}:-2,format=gray`],
        ...passEachFrame(ffmpeg),
        ...['-flush_packets', '1', '-f', 'yuv4mpegpipe'],
      ];
    case 'stills':
      return [
        ...['-map', '0:v:0', '-an', '-vf', `${everySeconds(STILL_GAP)},${JPEG_RANGE}`],
        ...passEachFrame(ffmpeg),
        ...JPEG_PARTS,
      ];
  }
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

/** Picks frames as they come. The `fps` filter would hold each one back until the next. */
const everySeconds = (gap: number) => `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${gap})'`;

/** Cameras send limited range, JPEG has full range. */
export const JPEG_RANGE = 'scale=out_range=pc,format=yuvj420p';
/** One thread here too: several would keep as many pictures back. */
export const JPEG_PARTS = [
  ...['-c:v', 'mjpeg', '-threads', '1', '-q:v', '4'],
  ...['-flush_packets', '1', '-f', 'mpjpeg'],
];

/** `-fps_mode` replaced `-vsync` in 5.1. */
export function passEachFrame({ major, minor }: Pick<Ffmpeg, 'major' | 'minor'>): string[] {
  const named = major > 5 || (major === 5 && minor >= 1);
  return named ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
}
