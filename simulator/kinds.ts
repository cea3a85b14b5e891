/** The kinds of cameras that people have, each with what is special about it and nothing else. Tests and benchmarks play them. */
import type { SimulatorOptions } from './simulator-process.ts';

export interface CameraKind {
  simulator: SimulatorOptions;
  /** What its owner has to configure besides the addresses. */
  config?: object;
}

/** Small and slow enough for ten at once on two processor cores. */
const MODEST = { size: '384x216', fps: 6, gopSeconds: 2 } as const;

export const CAMERA_KINDS = {
  /** Smaller still: HEVC is made at four times the cost. */
  hevc: { simulator: { ...MODEST, size: '320x180', video: 'hevc' } },
  'gop-1s': { simulator: { ...MODEST, gopSeconds: 1 } },
  'gop-2s': { simulator: MODEST },
  'gop-4s': { simulator: { ...MODEST, gopSeconds: 4 } },
  'gop-10s': { simulator: { ...MODEST, gopSeconds: 10 } },
  'b-frames': { simulator: { ...MODEST, bFrames: 2 } },
  slices: { simulator: { ...MODEST, slices: 4 } },
  silent: { simulator: { ...MODEST, audio: 'none' } },
  pcmu: { simulator: { ...MODEST, audio: 'pcmu' } },
  pcma: { simulator: { ...MODEST, audio: 'pcma' } },
  opus: { simulator: { ...MODEST, audio: 'opus' } },
  'four-by-three': { simulator: { ...MODEST, size: '320x240' } },
  'odd-size': { simulator: { ...MODEST, size: '1072x602' } },
  'one-stream': { simulator: { ...MODEST, sub: 'none' } },
  udp: { simulator: { ...MODEST, transport: 'udp' }, config: { transport: 'udp' } },
  digest: { simulator: { ...MODEST, user: 'owner', password: 'p@ss: word' } },
  backchannel: { simulator: { ...MODEST, audio: 'pcmu', backchannel: 'pcmu' } },
  rtsps: { simulator: { ...MODEST, tls: true } },
  /** The lower left quarter is hidden. */
  masked: {
    simulator: MODEST,
    config: {
      masks: [
        [
          [0, 0.5],
          [0.5, 0.5],
          [0.5, 1],
          [0, 1],
        ],
      ],
    },
  },
} as const satisfies Readonly<Record<string, CameraKind>>;

export type CameraKindName = keyof typeof CAMERA_KINDS;

/** Ten that differ in all that matters; they fill a house. */
export const TEN_CAMERAS = [
  'hevc',
  'gop-1s',
  'gop-4s',
  'gop-10s',
  'silent',
  'four-by-three',
  'udp',
  'digest',
  'backchannel',
  'masked',
] as const satisfies readonly CameraKindName[];
