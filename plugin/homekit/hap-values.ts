/**
 * Numbers and words of HAP that its library keeps in const enums, which a plugin can't import as values
 * (HAP-NodeJS 2.2: `Categories`, `H264Profile`, `H264Level`, `SRTPCryptoSuites`, `AudioStreamingCodecType`, …).
 */
import type {
  AudioBitrate,
  AudioRecordingCodecType,
  AudioRecordingSamplerate,
  AudioStreamingCodecType,
  AudioStreamingSamplerate,
  Categories,
  H264Level,
  H264Profile,
  HAPStatus,
  MediaContainerType,
  ResourceRequestReason,
  SRTPCryptoSuites,
  StreamRequestTypes,
  VideoRecordingOptions,
} from 'homebridge';

export const CATEGORY: Record<'sensor' | 'camera' | 'doorbell', Categories> = {
  sensor: 10,
  camera: 17,
  doorbell: 18,
};

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

export const RECORDING: {
  h264: VideoRecordingOptions['type'];
  fragmentedMp4: MediaContainerType;
  aacLc: AudioRecordingCodecType;
  variableBitRate: AudioBitrate;
  khz32: AudioRecordingSamplerate;
} = { h264: 0, fragmentedMp4: 0, aacLc: 0, variableBitRate: 0, khz32: 3 };

/** `HDSProtocolSpecificErrorReason`: why a recording is refused. */
export const REFUSE = { notAllowed: 1, timeout: 6 } as const;
export const DOUBLE_PRESS = 1;

export const CONTACT = { closed: 0, open: 1 } as const;

/** Why a request is refused (HAP-NodeJS: `HAPStatus`). */
export const COMMUNICATION_FAILED: HAPStatus = -70402;
export const NOT_ALLOWED_NOW: HAPStatus = -70412;

/** Why the Home app asks for a picture: for its tile, or for a notification (HAP-NodeJS: `ResourceRequestReason`). */
export const PERIODIC_SNAPSHOT: ResourceRequestReason = 0;

/** How buttons are called: 1, 2, …, or dots (HAP-NodeJS: `ServiceLabelNamespace`). */
export const ARABIC_NUMERALS = 1;

export const FAULT = { none: 0, general: 1 } as const;
