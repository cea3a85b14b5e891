/**
 * What is offered to the Home app. HAP keeps a hash of it with what the home hub selected, and forgets the selection when the
 * hash changes: then every recording is refused until somebody opens the camera's settings in the Home app. So nothing here
 * depends on a camera, a probe or an option, and a test pins the bytes.
 */
import type { CameraRecordingOptions } from 'homebridge';
import { FRAGMENT_MS } from '../../camera/homekit-limits.ts';
import { LEVEL, PROFILE, RECORDING } from '../hap-values.ts';

/** How much of the time before the motion is offered, in ms: the least that HAP allows. */
export const PREBUFFER_MS = 4000;
/** Samples a second of the sound. One rate alone: with a choice, home hubs differ in what they take. */
export const SOUND_RATE = 32_000;

/** Sizes and rates that HAP requires (`VideoRecordingOptions.resolutions`), with both 24 and 30 pictures a second. */
export const RECORDING_OPTIONS: CameraRecordingOptions = {
  prebufferLength: PREBUFFER_MS,
  mediaContainerConfiguration: { type: RECORDING.fragmentedMp4, fragmentLength: FRAGMENT_MS },
  video: {
    type: RECORDING.h264,
    parameters: {
      profiles: [PROFILE.baseline, PROFILE.main, PROFILE.high],
      levels: [LEVEL['3.1'], LEVEL['3.2'], LEVEL['4.0']],
    },
    resolutions: [
      [1920, 1080, 30],
      [1920, 1080, 24],
      [1920, 1080, 15],
      [1280, 720, 30],
      [1280, 720, 24],
      [1280, 720, 15],
    ],
  },
  audio: {
    codecs: {
      type: RECORDING.aacLc,
      audioChannels: 1,
      bitrateMode: RECORDING.variableBitRate,
      samplerate: RECORDING.khz32,
    },
  },
};
