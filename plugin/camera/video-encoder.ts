/** How ffmpeg is told to encode H.264, with each encoder that Doorstep knows. Which one this machine has: `video-encoder-probe.ts`. */

/** An encoder of ffmpeg that has proved to work here. */
export interface VideoEncoder {
  /** As ffmpeg names it. */
  readonly name: EncoderName;
  readonly hardware: boolean;
  /** Of VAAPI: its render node, such as `/dev/dri/renderD128`. */
  readonly device?: string;
  /** Of VAAPI: the small encoder, the only one that newer Intel chips have. */
  readonly lowPower?: boolean;
}

export type EncoderName =
  | 'libx264'
  | 'h264_videotoolbox'
  | 'h264_v4l2m2m'
  | 'h264_vaapi'
  | 'h264_qsv'
  | 'h264_nvenc'
  | 'h264_amf';

export const SOFTWARE_ENCODER: VideoEncoder = { name: 'libx264', hardware: false };

export interface EncoderTarget {
  /** Largest size, in pixels; the picture keeps its shape and is never made larger. Default: as it is. */
  width?: number;
  height?: number;
  /** Largest number of pictures a second. Default: as many as there are. */
  fps?: number;
  /** Average and largest bit rate, in 1000 bits a second. */
  kbps: number;
  profile?: H264Profile;
  /** Only software is told: hardware takes the lowest that fits, and some refuses one that it finds too low. */
  level?: '3.1' | '3.2' | '4.0';
  /** A keyframe at the start and then as often as this, in the time of the pictures; no others. */
  keyframeSeconds: number;
  /** Live: each picture comes out before the next goes in, the bit rate is held every second. Else: the better picture. */
  lowLatency: boolean;
}

export type H264Profile = 'baseline' | 'main' | 'high';

/** Arguments in the order of ffmpeg's command line. */
export interface VideoEncoderArgs {
  /** Before `-i`. */
  beforeInput: string[];
  /** For `-vf`, joined with commas, behind filters of one's own. They take pictures in memory, of any pixel format. */
  filter: string[];
  /** Behind `-vf`, without a format. */
  output: string[];
}

/**
 * Arguments that write what was encoded as fragmented MP4. `delay_moov` waits with the header for the first picture: the encoder of a
 * Raspberry Pi names its parameters only there, and without them nobody can decode (raspberrypi/linux issues 4995 and 5150).
 * It would bring along an edit list, which shifts times.
 */
export function encodedMp4(fragment: 'frag_every_frame' | 'frag_keyframe'): string[] {
  const flags = `${fragment}+empty_moov+default_base_moof+delay_moov`;
  return ['-use_editlist', '0', '-movflags', flags, '-f', 'mp4'];
}

/** What makes ffmpeg encode for this target. Every stream starts with a keyframe and has no B-frames, which HomeKit does not take. */
export function videoEncoderArgs(encoder: VideoEncoder, target: EncoderTarget): VideoEncoderArgs {
  const { kbps, fps, keyframeSeconds, lowLatency } = target;
  const own = OWN[encoder.name];
  return {
    beforeInput: own.beforeInput?.(encoder) ?? [],
    filter: [scaled(target), ...own.filter],
    output: [
      ...(fps === undefined ? [] : ['-fpsmax', String(fps)]),
      ...['-c:v', encoder.name, ...own.options(encoder, target)],
      ...(target.profile ? ['-profile:v', own.profile[target.profile]] : []),
      ...['-bf', '0'],
      // By time, since cameras keep no even rate. `-g`, which counts pictures, stays out of the way: twice as many as expected.
      ...['-force_key_frames', `expr:gte(t,n_forced*${keyframeSeconds})`],
      ...['-g', String(Math.ceil((fps ?? USUAL_FPS) * keyframeSeconds * 2))],
      // The buffer is what may be spent at once: a second for a narrow line, two where nobody waits.
      ...['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${lowLatency ? kbps : kbps * 2}k`],
    ],
  };
}

const USUAL_FPS = 30;

/** H.264 with 4:2:0 needs even numbers. */
function scaled({ width, height }: EncoderTarget): string {
  const w = width === undefined ? 'iw' : `min(${width},iw)`;
  const h = height === undefined ? 'ih' : `min(${height},ih)`;
  return `scale=w='${w}':h='${h}':force_original_aspect_ratio=decrease:force_divisible_by=2`;
}

interface OwnArgs {
  beforeInput?: (encoder: VideoEncoder) => string[];
  filter: string[];
  options: (encoder: VideoEncoder, target: EncoderTarget) => string[];
  profile: Record<H264Profile, string>;
}

const BY_NAME: OwnArgs['profile'] = { baseline: 'baseline', main: 'main', high: 'high' };
/** Nobody encodes what baseline has and constrained baseline has not; these do not know the name. */
const CONSTRAINED: OwnArgs['profile'] = { ...BY_NAME, baseline: 'constrained_baseline' };
/** profile_idc (H.264, annex A): this one knows no names at all. */
const BY_NUMBER: OwnArgs['profile'] = { baseline: '66', main: '77', high: '100' };

const OWN: Record<EncoderName, OwnArgs> = {
  libx264: {
    filter: ['format=yuv420p'],
    options: (_, { lowLatency, level }) => [
      // `zerolatency` gives each picture out at once: no look-ahead, no threads that work on several.
      ...(lowLatency ? ['-preset', 'ultrafast', '-tune', 'zerolatency'] : ['-preset', 'veryfast']),
      // No further keyframes where the scene changes.
      ...['-sc_threshold', '0'],
      ...(level ? ['-level:v', level] : []),
    ],
    profile: BY_NAME,
  },
  h264_videotoolbox: {
    filter: ['format=nv12'],
    options: (_, { lowLatency }) => [
      // Without hardware it shall fail, so that libx264, which is better, takes over.
      ...['-allow_sw', '0'],
      ...(lowLatency ? ['-realtime', '1', '-prio_speed', '1'] : []),
    ],
    profile: BY_NAME,
  },
  h264_v4l2m2m: {
    // Its lines begin at multiples of 32 bytes; other widths come out sheared (raspberrypi/firmware issue 1608).
    filter: ["pad=w='ceil(iw/32)*32':h=ih:x='(ow-iw)/2'", 'format=yuv420p'],
    options: () => [],
    profile: BY_NUMBER,
  },
  h264_vaapi: {
    beforeInput: ({ device }) => (device === undefined ? [] : ['-vaapi_device', device]),
    filter: ['format=nv12', 'hwupload'],
    options: ({ lowPower }) => (lowPower ? ['-low_power', '1'] : []),
    profile: CONSTRAINED,
  },
  h264_qsv: {
    filter: ['format=nv12'],
    options: (_, { lowLatency }) => [
      ...['-preset', 'veryfast'],
      // Else a forced keyframe is one at which a decoder cannot start.
      ...['-forced_idr', '1'],
      // It works on four pictures at a time by default.
      ...(lowLatency ? ['-async_depth', '1'] : []),
    ],
    profile: BY_NAME,
  },
  h264_nvenc: {
    filter: ['format=yuv420p'],
    options: (_, { lowLatency }) => [
      ...['-preset', 'p3', '-rc', 'cbr'],
      ...['-forced-idr', '1', '-no-scenecut', '1'],
      // `delay` is the number of pictures kept back.
      ...(lowLatency ? ['-tune', 'ull', '-zerolatency', '1', '-delay', '0'] : ['-tune', 'hq']),
    ],
    profile: BY_NAME,
  },
  h264_amf: {
    filter: ['format=nv12'],
    options: (_, { lowLatency }) => [
      ...['-usage', lowLatency ? 'ultralowlatency' : 'transcoding', '-rc', 'cbr'],
      ...['-forced_idr', '1'],
    ],
    profile: CONSTRAINED,
  },
};
