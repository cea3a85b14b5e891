/** What the home hub selected, in the words of this house. */
import type { CameraRecordingConfiguration } from 'homebridge';
import { FRAGMENT_MS } from '../../camera/homekit-limits.ts';
import { PREBUFFER_MS } from './recording-options.ts';

export interface Selection {
  width: number;
  height: number;
  fps: number;
  /** Of the picture, in kilobits a second. */
  kbps: number;
  /** HAP's numbers, see `hap-values.ts`. */
  profile: number;
  level: number;
  /** Longest fragment, in ms. */
  fragmentMs: number;
  /** How much of the time before the request is wanted, in ms. */
  prebufferMs: number;
  audioKbps: number;
}

const AUDIO_KBPS = { least: 24, usual: 64, most: 128 };

/** Keeps to what can be done, whatever a hub wrote: it is input from the network. */
export function selectionOf({
  prebufferLength,
  mediaContainerConfiguration,
  videoCodec: { parameters, resolution },
  audioCodec,
}: CameraRecordingConfiguration): Selection {
  const [width, height, fps] = resolution;
  return {
    width: between(128, width, 1920),
    height: between(96, height, 1080),
    fps: between(1, fps, 60),
    kbps: between(100, parameters.bitRate, 20_000),
    profile: parameters.profile,
    level: parameters.level,
    fragmentMs: between(1000, mediaContainerConfiguration.fragmentLength, FRAGMENT_MS),
    prebufferMs: between(0, prebufferLength, PREBUFFER_MS),
    audioKbps: between(AUDIO_KBPS.least, audioCodec.bitrate || AUDIO_KBPS.usual, AUDIO_KBPS.most),
  };
}

const between = (least: number, value: number, most: number) => Math.min(most, Math.max(least, value));
