/** What a simulated ONVIF device is and has; its services read and change it. */
import type { Clock } from '../../plugin/system/clock.ts';
import type { Brand } from './brands.ts';

export interface SimulatedStream {
  token: string;
  /** RTSP address, without user and password. */
  url: string;
  codec: 'H264' | 'H265' | 'JPEG';
  width: number;
  height: number;
  fps: number;
  /** Pictures from one keyframe to the next. */
  gopLength: number;
  audio?: string;
}

export interface MaskOptions {
  maxMasks: number;
  maxPoints: number;
  rectangleOnly: boolean;
}

export interface StoredMask {
  token: string;
  configuration: string;
  /** ONVIF's own coordinates: -1 to 1, upwards. */
  points: readonly (readonly [number, number])[];
  type: string;
  enabled: boolean;
}

export interface SimulatedDevice {
  name: string;
  brand: Brand;
  media: 'media1' | 'media2' | 'both';
  streams: readonly SimulatedStream[];
  /** Undefined: it has no masks. */
  maskOptions: MaskOptions | undefined;
  masks: Map<string, StoredMask>;
  /** Volume of the loudspeaker; undefined: it has none. */
  output: { level: number; min: number; max: number } | undefined;
  /** How far its clock is ahead, in ms. */
  skewMs: number;
  clock: Clock;
  /** `http://127.0.0.1:1234`, as the device announces itself. */
  origin: string;
}

/** Epoch ms by the device's own clock. */
export function deviceTime({ clock, skewMs }: SimulatedDevice): number {
  return clock.now() + skewMs;
}
