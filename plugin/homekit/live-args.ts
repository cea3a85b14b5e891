/**
 * Arguments of the ffmpeg programs of a live view. They read one track of fragmented MP4 on stdin and write one track of it on
 * stdout; the network is our own business, so no address or key appears here.
 */
import { encodedMp4, type VideoEncoder, videoEncoderArgs } from '../camera/video-encoder.ts';
import { LEVEL, PROFILE } from './hap-values.ts';

export interface VideoTarget {
  width: number;
  height: number;
  fps: number;
  kbps: number;
  /** HAP's numbers, see `hap-values.ts`. */
  profile: number;
  level: number;
}

export type AudioEncoder = 'libfdk_aac' | 'libopus';

export interface AudioTarget {
  encoder: AudioEncoder;
  sampleRate: 16000 | 24000;
  kbps: number;
  /** Length of one packet as the viewer wants it; Opus takes the next length that it knows. */
  packetMs: number;
}

const QUIET = ['-hide_banner', '-loglevel', 'error', '-nostats', '-protocol_whitelist', 'pipe'];

/**
 * The analysis limits let ffmpeg start at once. Never add `-fflags nobuffer`: it throws away the packet used for analysis,
 * which is the keyframe.
 */
const INPUT = [
  ...['-probesize', '32768', '-fpsprobesize', '0', '-analyzeduration', '1', '-f', 'mp4', '-i', 'pipe:0'],
];

const FLUSHED = ['-flush_packets', '1', 'pipe:1'];

/** A lost keyframe costs the viewer at most this long: HomeKit cannot ask for one. */
const KEYFRAME_SECONDS = 2;

export interface VideoJob {
  target: VideoTarget;
  encoder: VideoEncoder;
  /** Each beyond the first keeps a picture back. */
  decoderThreads: number;
}

/** H.264 that starts at once and holds the bit rate; never larger than asked for, never larger than the camera's picture. */
export function videoArgs({ target, encoder, decoderThreads }: VideoJob): string[] {
  const { profile, level, ...wanted } = target;
  const { beforeInput, filter, output } = videoEncoderArgs(encoder, {
    ...wanted,
    profile: nameOf(PROFILE, profile) ?? 'main',
    level: nameOf(LEVEL, level) ?? '4.0',
    keyframeSeconds: KEYFRAME_SECONDS,
    lowLatency: true,
  });
  return [
    ...[...QUIET, ...beforeInput, '-threads', String(decoderThreads), ...INPUT],
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter.join(','), ...output],
    ...[...encodedMp4('frag_every_frame'), ...FLUSHED],
  ];
}

function nameOf<K extends string>(values: Record<K, number>, wanted: number): K | undefined {
  return (Object.keys(values) as K[]).find((name) => values[name] === wanted);
}

/** Opus knows no other lengths that HomeKit could mean. */
const opusFrameMs = (packetMs: number) => [20, 40, 60].find((ms) => ms >= packetMs) ?? 60;

export function audioArgs({ encoder, sampleRate, kbps, packetMs }: AudioTarget): string[] {
  const codec =
    encoder === 'libfdk_aac'
      ? ['-c:a', 'libfdk_aac', '-profile:a', 'aac_eld', '-flags', '+global_header']
      : ['-c:a', 'libopus', '-application', 'lowdelay', '-frame_duration', String(opusFrameMs(packetMs))];
  return [
    ...[...QUIET, ...INPUT, '-map', '0:a:0', '-vn', '-sn', '-dn', ...codec],
    ...['-ar', String(sampleRate), '-ac', '1', '-b:a', `${kbps}k`],
    ...['-f', 'mp4', '-movflags', 'frag_every_frame+empty_moov+default_base_moof', ...FLUSHED],
  ];
}
