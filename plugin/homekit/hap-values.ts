/**
 * Numbers and words of HAP that its library keeps in const enums, which a plugin can't import as values
 * (HAP-NodeJS 2.2: `Categories`, `H264Profile`, `H264Level`, `SRTPCryptoSuites`, `AudioStreamingCodecType`, …).
 */
import type {
  AudioStreamingCodecType,
  AudioStreamingSamplerate,
  Categories,
  H264Level,
  H264Profile,
  SRTPCryptoSuites,
  StreamRequestTypes,
} from 'homebridge';

export const CATEGORY: { camera: Categories; doorbell: Categories } = { camera: 17, doorbell: 18 };

export const PROFILE: Record<'baseline' | 'main' | 'high', H264Profile> = { baseline: 0, main: 1, high: 2 };

export const LEVEL: Record<'3.1' | '3.2' | '4.0', H264Level> = { '3.1': 0, '3.2': 1, '4.0': 2 };

export const AES_CM_128_HMAC_SHA1_80: SRTPCryptoSuites = 0;

export const SAMPLE_RATE: Record<'khz16' | 'khz24', AudioStreamingSamplerate> = { khz16: 16, khz24: 24 };

/** String enums are compared as text: TypeScript knows no other way without the value. */
export const AUDIO_CODEC = { aacEld: 'AAC-eld', opus: 'OPUS' } as const satisfies Record<
  string,
  `${AudioStreamingCodecType}`
>;

export const STREAM_REQUEST = {
  start: 'start',
  reconfigure: 'reconfigure',
  stop: 'stop',
} as const satisfies Record<string, `${StreamRequestTypes}`>;

export const SINGLE_PRESS = 0;
