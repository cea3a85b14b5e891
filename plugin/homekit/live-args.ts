/**
 * Arguments of the ffmpeg programs of a live view. They read one track of fragmented MP4 on stdin and write one track of it on
 * stdout; the network is our own business, so no address or key appears here.
 */
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

/**
 * The analysis limits let ffmpeg start at once. Never add `-fflags nobuffer`: it throws away the packet used for analysis,
 * which is the keyframe.
 */
const INPUT = [
  ...['-hide_banner', '-loglevel', 'error', '-nostats', '-protocol_whitelist', 'pipe'],
  ...['-probesize', '32768', '-fpsprobesize', '0', '-analyzeduration', '1', '-f', 'mp4', '-i', 'pipe:0'],
];

const OUTPUT = [
  ...['-f', 'mp4', '-movflags', 'frag_every_frame+empty_moov+default_base_moof', '-flush_packets', '1'],
  'pipe:1',
];

const PROFILE_NAMES: Record<number, string> = {
  [PROFILE.baseline]: 'baseline',
  [PROFILE.main]: 'main',
  [PROFILE.high]: 'high',
};

const LEVEL_NAMES = Object.fromEntries(Object.entries(LEVEL).map(([name, value]) => [value, name]));

/** H.264 that starts at once and holds the bit rate; never larger than asked for, never larger than the camera's picture. */
export function videoArgs({ width, height, fps, kbps, profile, level }: VideoTarget): string[] {
  const size = `w='min(${width},iw)':h='min(${height},ih)'`;
  return [
    ...INPUT,
    ...['-map', '0:v:0', '-an', '-sn', '-dn'],
    ...['-vf', `scale=${size}:force_original_aspect_ratio=decrease:force_divisible_by=2,format=yuv420p`],
    ...['-fpsmax', String(fps), '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ...['-profile:v', PROFILE_NAMES[profile] ?? 'main', '-level:v', LEVEL_NAMES[level] ?? '4.0'],
    // A lost keyframe costs the viewer at most this long: HomeKit cannot ask for one.
    ...['-force_key_frames', 'expr:gte(t,n_forced*2)'],
    ...['-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`],
    ...OUTPUT,
  ];
}

/** Opus knows no other lengths that HomeKit could mean. */
const opusFrameMs = (packetMs: number) => [20, 40, 60].find((ms) => ms >= packetMs) ?? 60;

export function audioArgs({ encoder, sampleRate, kbps, packetMs }: AudioTarget): string[] {
  const codec =
    encoder === 'libfdk_aac'
      ? ['-c:a', 'libfdk_aac', '-profile:a', 'aac_eld', '-flags', '+global_header']
      : ['-c:a', 'libopus', '-application', 'lowdelay', '-frame_duration', String(opusFrameMs(packetMs))];
  return [
    ...INPUT,
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', ...codec],
    ...['-ar', String(sampleRate), '-ac', '1', '-b:a', `${kbps}k`],
    ...OUTPUT,
  ];
}
