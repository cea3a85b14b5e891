/** What an examination gathers before anything is judged: of one camera, and of the machine that the hub runs on. */
import type { AudioFacts, Problem, SecureVideoStatus, VideoFacts } from '../../../protocol/api.ts';
import type { Brand } from './brand.ts';

/** A stretch of the main stream, measured. Bit rate and pictures are those of the video alone. */
export interface StreamMeasure {
  /** Length of the stretch in media time. */
  seconds: number;
  pictures: number;
  fps?: number;
  kbps: number;
  /** Lengths of the complete groups of pictures in ms, oldest first. */
  groupsMs: readonly number[];
  /** How long ago in ms the last keyframe was when the stretch ended; with no complete group, a lower bound of their distance. */
  sinceKeyframeMs: number;
  /** Whether pictures are decoded in another order than shown. */
  bFrames: boolean;
  /** `Main`, `High 10`, …; absent where it cannot be told. */
  profile?: string;
  /** Highest that HomeKit's decoders are made for: 8 bit, 4:2:0. */
  plain?: boolean;
  /** `4.1` */
  level?: string;
  /** How often pictures stayed away for longer than half a second, and three times as long as usual. */
  pauses: number;
  /** How unevenly pictures came, in ms: the most that one was later than the promptest. */
  latenessMs: number;
  /** How much of the past was at hand at once, in ms: what the ring had kept. */
  keptMs: number;
}

/** Where the main stream comes from; never with its user name or password. */
export interface StreamAddress {
  host: string;
  port: number;
  secure: boolean;
  /** Whether the RTSP URL in the configuration holds a password. */
  password: boolean;
}

/** Answer of the camera's RTSP port to OPTIONS, which opens no session. */
export interface Reach {
  /** Shortest round trip in ms; absent when nothing answered. */
  rttMs?: number;
  /** Why nothing answered, in words. */
  failure?: string;
}

/** What ONVIF told of a camera; what it did not tell is absent. */
export interface OnvifFacts {
  connected: boolean;
  problem?: Pick<Problem, 'what' | 'cure'>;
  manufacturer?: string;
  model?: string;
  firmware?: string;
  /** Camera clock minus hub clock, in ms. */
  clockOffsetMs?: number;
  /** Whether its events are being received. */
  events?: boolean;
  /** Topics that it has sent, as configured in `onvif.topics`. */
  topics?: readonly string[];
  profiles?: readonly OnvifProfile[];
}

/** A stream that the camera offers by ONVIF. */
export interface OnvifProfile {
  name: string;
  codec: string;
  width: number;
  height: number;
}

/** One time that the camera did not answer. Times are epoch ms. */
export interface Drop {
  at: number;
  /** Absent while it lasts. */
  backAt?: number;
  /** Code of the problem. */
  why?: string;
}

/** How often the camera was lost since somebody began to watch it. */
export interface CameraHistory {
  watchedMs: number;
  /** Newest last; the oldest are forgotten. */
  drops: readonly Drop[];
}

/** What would make a picture anew for HomeKit. */
export interface EncoderFacts {
  /** As ffmpeg names it: `libx264`, `h264_vaapi`. */
  name: string;
  hardware: boolean;
}

export interface CameraFacts {
  online: boolean;
  privacy: boolean;
  /** Whether a hub reads it all the time; false when it was opened for this examination alone. */
  hubRuns: boolean;
  problem?: Problem;
  brand?: Brand;
  video?: VideoFacts;
  audio?: AudioFacts;
  sub?: VideoFacts;
  /** Whether a sub-stream is configured. */
  subWanted: boolean;
  transport: 'tcp' | 'udp';
  measured?: StreamMeasure;
  address?: StreamAddress;
  reach?: Reach;
  /** Port of the ONVIF address in the configuration; absent without one. */
  onvifPort?: number;
  onvif?: OnvifFacts;
  history?: CameraHistory;
  /** How it can be talked through; absent where it cannot. */
  talk?: 'backchannel' | 'output';
  standalone: boolean;
  /** `hap.secureVideo` of the configuration. */
  secureVideoOffered: boolean;
  /** As HomeKit knows it; absent where nothing of HomeKit runs. */
  secureVideo?: SecureVideoStatus;
  /** Whether what it sees makes events; absent where nobody knows. */
  armed?: boolean;
  /** Absent when this machine can make no H.264. */
  encoder?: EncoderFacts;
}

/** A TCP port of ours, and whether something answers on it: as it should while the hub runs, and should not while it does not. */
export interface PortFacts {
  /** `web app and API`, or the name of a HomeKit accessory. */
  what: string;
  port: number;
  open: boolean;
}

export interface DiskFacts {
  path: string;
  freeBytes: number;
  /** Of a few MiB that had to reach the disk; absent where it could not be tried. */
  writeMBps?: number;
  /** Why nothing could be written. */
  failure?: string;
}

export interface MdnsFacts {
  /** Addresses by which others in the house can reach this machine. */
  addresses: readonly string[];
  /** Whether some responder, here or elsewhere, answered a multicast question; absent where it could not be asked. */
  answered?: boolean;
  failure?: string;
}

export interface HostFacts {
  node: string;
  /** Whether it is examined by the hub, or while none runs. */
  hubRuns: boolean;
  /** Whether the plugin runs in a process of its own; absent where nobody knows. */
  childBridge?: boolean;
  ffmpeg?: { version: string; major: number; minor: number; origin: string; encoders: ReadonlySet<string> };
  encoder?: EncoderFacts;
  disk?: DiskFacts;
  ports: readonly PortFacts[];
  mdns: MdnsFacts;
  /** Whether the time of day comes from the network; absent where this machine does not say. */
  clockSynced?: boolean;
  memory: { totalBytes: number; freeBytes: number; ownBytes: number };
  cpus: number;
  /** Load average of the last minute; absent where the system keeps none. */
  load?: number;
  cameras: number;
}
