import type { CameraRecordingConfiguration } from 'homebridge';

/** What a home hub selects, as HAP-NodeJS hands it on; its enums have no values here. */
export const SELECTED = {
  prebufferLength: 4000,
  eventTriggerTypes: [1],
  mediaContainerConfiguration: { type: 0, fragmentLength: 4000 },
  videoCodec: {
    type: 0,
    parameters: { profile: 1, level: 2, bitRate: 2000, iFrameInterval: 4000 },
    resolution: [1920, 1080, 30],
  },
  audioCodec: { type: 0, audioChannels: 1, bitrateMode: 0, samplerate: 3, bitrate: 64 },
} as unknown as CameraRecordingConfiguration;
