/**
 * Arguments of the ffmpeg programs that make a camera's stream fit for recordings. They read one track of fragmented MP4 on stdin and
 * write one track of it on stdout.
 */
import { encodedMp4, type VideoEncoder, videoEncoderArgs } from '../../camera/video-encoder.ts';
import { LEVEL, PROFILE } from '../hap-values.ts';
import { SOUND_RATE } from './recording-options.ts';
import type { Selection } from './selection.ts';

/** The analysis limits let ffmpeg start at once. */
const INPUT = [
  ...['-protocol_whitelist', 'pipe', '-probesize', '32768', '-fpsprobesize', '0', '-analyzeduration', '1'],
  ...['-f', 'mp4', '-i', 'pipe:0'],
];
const QUIET = ['-hide_banner', '-loglevel', 'error', '-nostats'];
const OUTPUT = ['-flush_packets', '1', 'pipe:1'];

type Wanted = Pick<Selection, 'width' | 'height' | 'fps' | 'kbps' | 'profile' | 'level' | 'fragmentMs'>;

/** H.264 as the home hub selected it, with a keyframe at the start of each fragment. */
export function recordedVideoArgs(encoder: VideoEncoder, wanted: Wanted): string[] {
  const { beforeInput, filter, output } = videoEncoderArgs(encoder, {
    width: wanted.width,
    height: wanted.height,
    fps: wanted.fps,
    kbps: wanted.kbps,
    profile: nameOf(PROFILE, wanted.profile) ?? 'main',
    level: nameOf(LEVEL, wanted.level) ?? '4.0',
    keyframeSeconds: wanted.fragmentMs / 1000,
    lowLatency: false,
  });
  return [
    ...[...QUIET, ...beforeInput, ...INPUT],
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter.join(','), ...output],
    ...[...encodedMp4('frag_every_frame'), ...OUTPUT],
  ];
}

/** AAC-LC at the one rate that is offered. Gaps in the camera's sound become silence, so that times stay true. */
export function recordedAudioArgs({ kbps }: { kbps: number }): string[] {
  return [
    ...[...QUIET, ...INPUT],
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-af', `aresample=${SOUND_RATE}:async=1`],
    ...['-c:a', 'aac', '-ac', '1', '-ar', String(SOUND_RATE), '-b:a', `${kbps}k`],
    ...['-use_editlist', '0', '-movflags', 'frag_every_frame+empty_moov+default_base_moof', '-f', 'mp4'],
    ...OUTPUT,
  ];
}

function nameOf<K extends string>(values: Record<K, number>, wanted: number): K | undefined {
  return (Object.keys(values) as K[]).find((name) => values[name] === wanted);
}
