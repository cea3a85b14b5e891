/** What ONVIF gives to the rooms above: who the camera is, its streams, its events, its masks and its loudspeaker. */
import type { Problem } from '../../../protocol/api.ts';
import type { Polygon } from '../masks.ts';
import type { DeviceInformation } from './device.ts';
import type { TopicMeaning } from './topic-policy.ts';

export type OnvifEventKind = 'ring' | 'motion' | 'person' | 'package';

export interface OnvifEvent {
  kind: OnvifEventKind;
  /** True when it begins. False when it ends; not every camera says so, and a few kinds have no end. */
  active: boolean;
  /** Epoch ms by the hub's clock: when the camera says it was, corrected by the camera's clock; its arrival where that is absurd. */
  at: number;
  /** Without namespace prefixes. */
  topic: string;
}

export interface OnvifFeatures {
  /** It has an event service. */
  events: boolean;
  media2: boolean;
  /** It says that it can mask its picture. */
  masks: boolean;
  /** It has a loudspeaker whose volume can be set. */
  audioOutput: boolean;
}

export interface OnvifState {
  /** It answers, and takes our user and password. */
  reachable: boolean;
  /** It sends us its events now. */
  listening: boolean;
  /** Epoch ms of the last change of `reachable`. */
  since: number;
  /** Why it is not reachable; or, while it is, why no events come. */
  problem?: Problem;
  /** How far its clock is ahead of the hub's, in ms, to about half a second. */
  clockOffsetMs?: number;
  device?: DeviceInformation;
  features?: OnvifFeatures;
}

export interface StreamProfile {
  token: string;
  name: string;
  /** `h264`, `hevc`, `mjpeg`, or what the camera calls it, in lower case. */
  codec: string;
  width: number;
  height: number;
  /** As configured; cameras send fewer in the dark. */
  fps?: number;
  /** Pictures from one keyframe to the next, as configured. */
  gopLength?: number;
  /** Of so many pictures one is encoded; 1 is every one. */
  encodingInterval?: number;
  kbps?: number;
  /** `pcmu`, `aac`, … as the camera calls it, in lower case; absent without sound. */
  audio?: string;
  /** Which lens it belongs to, in cameras with several. */
  source?: string;
  /** RTSP address with user and password. */
  url: string;
}

export interface OnvifStreams {
  /** RTSP address, with user and password, of the largest picture. */
  main: string;
  /** Of a small H.264 picture, where there is one. */
  detect?: string;
  profiles: StreamProfile[];
}

export interface SeenTopic {
  topic: string;
  count: number;
  /** Epoch ms of its arrival. */
  lastAt: number;
  /** Absent where nobody knows what it means. */
  meaning?: TopicMeaning['kind'];
}

export interface OnvifMasks {
  /** All masks that hide something now; undefined where the camera has no masks, or does not answer. */
  read(): Promise<Polygon[] | undefined>;
  /**
   * Has the camera hide exactly these, besides masks that somebody else made. True only when the camera, asked again, shows each of
   * them enabled. An empty list takes ours away. Never rejects.
   */
  write(polygons: readonly Polygon[]): Promise<boolean>;
}

/** `volume` is 0 to 100. ONVIF has no mute: muted is the lowest level. */
export interface ChimeLevel {
  volume: number;
  muted: boolean;
}

export interface OnvifChime {
  /** Undefined where there is no loudspeaker, or the camera does not answer. */
  get(): Promise<ChimeLevel | undefined>;
  /** Rejects with a `ProblemError`: `no-chime`, or why the camera cannot be asked. */
  set(level: Partial<ChimeLevel>): Promise<void>;
}

/**
 * A camera by ONVIF. It keeps connecting until it is disposed; disposing ends its subscription at the camera. While it is paused, as in
 * privacy mode, nothing is sent to the camera: questions are refused with the problem `privacy-on`, or find no answer.
 */
export interface OnvifCamera extends AsyncDisposable {
  readonly state: OnvifState;
  /** Calls back on each change of `state`; the returned function ends it. */
  onState(listener: (state: OnvifState) => void): () => void;
  /** Calls back on each event; the returned function ends it. */
  onEvent(listener: (event: OnvifEvent) => void): () => void;
  /** Asks the camera. Rejects with a `ProblemError` when it cannot be asked now, or has no stream that can be used. */
  streams(): Promise<OnvifStreams>;
  /** Topics of late, newest first, at most 64. */
  topicsSeen(): SeenTopic[];
  readonly masks: OnvifMasks;
  readonly chime: OnvifChime;
  /** Ends the subscription and every request; resolves when the camera is left alone. What is known of it stays in `state`. */
  pause(): Promise<void>;
  /** Connects again. */
  resume(): void;
}
