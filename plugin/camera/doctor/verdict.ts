import type { Verdict } from '../../../protocol/api.ts';

/** Every check that there is, in the order of a report. Each is explained in docs/doctor.md. */
export const CHECKS = {
  camera: [
    'connection',
    'latency',
    'steadiness',
    'history',
    'password',
    'clock',
    'onvif',
    'talk',
    'stream',
    'codec',
    'gop',
    'b-frames',
    'profile',
    'resolution',
    'frame-rate',
    'bit-rate',
    'audio',
    'sub-stream',
  ],
  secureVideo: [
    'offered',
    'armed',
    'standalone',
    'trigger',
    'stream',
    'codec',
    'gop',
    'b-frames',
    'profile',
    'size',
    'frame-rate',
    'bit-rate',
    'audio',
    'prebuffer',
    'time-budget',
  ],
  host: [
    'ffmpeg',
    'live-sound',
    'encoder',
    'disk-room',
    'disk-speed',
    'ports',
    'mdns',
    'node',
    'clock-sync',
    'memory',
    'cpu',
    'child-bridge',
  ],
} as const;

export type Check = (typeof CHECKS)[keyof typeof CHECKS][number];

export function good(check: Check, found: string): Verdict {
  return { check, judgement: 'good', found };
}

/** It works; it would work better with the cure. */
export function better(check: Check, found: string, cure: string): Verdict {
  return { check, judgement: 'could-be-better', found, cure };
}

/** Something does not work until it is cured. */
export function bad(check: Check, found: string, cure: string): Verdict {
  return { check, judgement: 'bad', found, cure };
}

/** It could not be told; with a cure where something would let it be told. */
export function unknown(check: Check, found: string, cure?: string): Verdict {
  return { check, judgement: 'unknown', found, ...(cure !== undefined && { cure }) };
}
