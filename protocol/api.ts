/** What goes over `/api/v1`: shapes shared by hub, Node-RED nodes and web app. */
import type { PackageHere } from './detection.ts';
import type { CameraRef, DoorstepEvent, EventKind, GapReason } from './event.ts';

export const PROTOCOL_VERSION = 1;
export const API_PREFIX = '/api/v1';

export const SCOPES = ['events', 'media', 'control', 'share:request'] as const;
export type Scope = (typeof SCOPES)[number];

/** A fault in words a person can act on. */
export interface Problem {
  /** Stable, kebab-case: `camera-unreachable`, `wrong-password`, … */
  code: string;
  what: string;
  cure: string;
}

export interface ErrorReply {
  error: Problem;
}

export interface VideoFacts {
  /** `h264`, `hevc`. */
  codec: string;
  width: number;
  height: number;
  fps?: number;
  /** Keyframe distance, as measured, in milliseconds. */
  gopMs?: number;
  /** Average bit rate, as measured, in 1000 bits a second. */
  kbps?: number;
}

export interface AudioFacts {
  codec: string;
  sampleRate: number;
  channels: number;
}

export interface CameraInfo extends CameraRef {
  kind: 'doorbell' | 'camera';
  online: boolean;
  /** Epoch ms of the last change of `online`. */
  since: number;
  /** Privacy mode: no picture, sound, event or recording, until somebody of the household ends it. */
  privacy: boolean;
  /** Whether what it sees makes events; a press always does. */
  armed: boolean;
  /** While detection rests: epoch ms at which it is armed again by itself. */
  snoozedUntil?: number;
  problem?: Problem;
  video?: VideoFacts;
  audio?: AudioFacts;
  sub?: VideoFacts;
  /** How it can be talked through; absent where it cannot. */
  talk?: 'backchannel' | 'output';
  /** Absent while HomeKit knows nothing of the camera. */
  secureVideo?: SecureVideoStatus;
  /** Packages that lie there now, newest first. */
  packages: PackageHere[];
}

/** HomeKit Secure Video of one camera, as it stands now. Times are epoch ms. */
export interface SecureVideoStatus {
  /** The whole of it in one plain sentence. */
  line: string;
  /** Whether the Home app has switched recording on. */
  armed: boolean;
  /** What the home hub selected, absent until it has. */
  configuration?: {
    width: number;
    height: number;
    fps: number;
    kbps: number;
    fragmentMs: number;
    audio: boolean;
  };
  /** How much of the past could be given now, in ms. */
  prebufferMs: number;
  recording: boolean;
  lastRequestAt?: number;
  /** First fragment after the request, in ms. */
  lastFirstFragmentMs?: number;
  lastClose?: { at: number; reason: string };
}

export interface ClipInfo {
  id: string;
  camera: CameraRef;
  /** What opened the clip. */
  kind: Extract<EventKind, 'doorbell' | 'motion' | 'package'>;
  eventIds: string[];
  /** Epoch ms of first and last picture. */
  startedAt: number;
  endedAt: number;
  bytes: number;
  state: 'recording' | 'ready';
  /** Snapshot id of the opening event; picture at `snapshots/:id.jpg`. */
  snapshotId?: string;
  /** Where its file is: still on this machine, or at the target. Absent while it is being recorded. */
  place?: 'spool' | 'target';
  /**
   * Its file below the target's root: `front-door/2026/11/22/072341-ring-<id>.mp4`. There once the target has it, and only where the target is
   * a folder, which other machines may see as well.
   */
  file?: string;
  /** Why retention never removes it: the household pinned it, or an inquiry needs it. */
  keep?: 'pinned' | 'held';
}

/** `embedded`: a folder inside the Homebridge storage path. */
export const TARGET_KINDS = ['embedded', 'folder', 'webdav', 'rclone'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/**
 * How the place where recordings go is: `starting` (not looked at yet), `ready`, `missing` (does not answer, is not mounted, is not the one
 * that it was), `waiting` (never used before, and the owner must say that it is the right place), `refused` (it may not be used: the
 * problem says why).
 */
export const TARGET_STATES = ['starting', 'ready', 'missing', 'waiting', 'refused'] as const;
export type TargetState = (typeof TARGET_STATES)[number];

/** Times are epoch ms, sizes bytes. */
export interface StorageInfo {
  target: {
    kind: TargetKind;
    /** Folder, address or remote; never with a password. */
    where: string;
    state: TargetState;
    /** Since when it takes recordings, or since when it takes none, for whatever reasons one after the other. */
    since: number;
    /** `ext4`, `nfs4`, `cifs`, `webdav`, …; unknown until it was seen. */
    fileSystem?: string;
    freeBytes?: number;
    totalBytes?: number;
  };
  /** Recordings of events that are kept, here or at the target. */
  clips: number;
  /** Files of continuous recording that are kept. */
  continuous: number;
  /** Of all that is kept. */
  bytes: number;
  /** First picture of the oldest recording. */
  oldestAt?: number;
  keepDays: number;
  keepContinuousDays: number;
  /** What waits on this machine for the target. */
  spool: {
    path: string;
    bytes: number;
    maxBytes: number;
    /** Length of the footage in it, all cameras together, in ms. */
    bufferedMs: number;
    /** How long it has room if the target stays away, at the present rate; absent while nothing is recorded. */
    hoursLeft?: number;
  };
  /** What was given up in the last 7 days since there was no room or no disk, and the last of it. */
  dropped: { recordings: number; bytes: number; last?: Gap };
  /** A removal that is so large that the owner must allow it. */
  asks?: { recordings: number; of: number; bytes: number };
  /** While a lost index is being made again from the target: how many recordings were found so far. */
  rebuilding?: { found: number };
  problem?: Problem;
}

/** A stretch of time without footage. Times are epoch ms; `from` is at most `to`. */
export interface Gap {
  camera: CameraRef;
  from: number;
  to: number;
  reason: GapReason;
}

/** A stretch of time with footage. */
export interface FootageSpan {
  from: number;
  to: number;
  kind: 'continuous' | 'event';
}

/** What there is of one camera in a stretch of time, oldest first. */
export interface TimelineReply {
  spans: FootageSpan[];
  gaps: Gap[];
}

/** `range`: a stretch of time, cut exactly; `timelapse`: a day in a minute. */
export const EXPORT_KINDS = ['range', 'timelapse'] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];

/** A file that is being made for the household; it is deleted a day later. */
export interface ExportInfo {
  id: string;
  kind: ExportKind;
  camera: CameraRef;
  from: number;
  to: number;
  createdAt: number;
  /** `front-door 2026-11-22 07.23.41.mp4` */
  fileName: string;
  state: 'working' | 'ready' | 'failed';
  /** 0 to 1. */
  progress: number;
  bytes?: number;
  problem?: Problem;
}

export interface ExportsReply {
  /** Newest first. */
  exports: ExportInfo[];
}

export interface HealthInfo {
  ok: boolean;
  version: string;
  uptimeMs: number;
  lastSeq: number;
  cameras: { total: number; online: number };
  ffmpeg?: { version: string; origin: string };
  problems: Problem[];
}

export interface SessionInfo {
  /** Whether a household passphrase has been set. */
  claimed: boolean;
  signedIn: boolean;
}

/** Lists come in an object, so that a reply can grow. */
export interface CamerasReply {
  cameras: CameraInfo[];
}
export interface EventsReply {
  /** Newest first; the smallest `seq` is the `before` of the next page. */
  events: DoorstepEvent[];
}
export interface ClipsReply {
  /** Newest first. */
  clips: ClipInfo[];
}
export interface TokensReply {
  tokens: TokenInfo[];
}
export interface FoundCamerasReply {
  cameras: FoundCamera[];
}

export const TRIGGER_KINDS = ['ring', 'motion'] as const;
export type TriggerKind = (typeof TRIGGER_KINDS)[number];

/** What `POST cameras/:id/actions` can do. */
export const CAMERA_ACTIONS = [
  'privacy-on',
  'privacy-off',
  'arm',
  'disarm',
  /** Detection rests for some minutes, then it is armed again by itself. One that is off stays off. */
  'snooze',
  /** Somebody of the household took the packages in. */
  'packages-collected',
  /** The door beside the camera was opened from within. */
  'door-opened',
  /** What went within the last hour was taken in by somebody of the household; what still lies there stays. */
  'removal-explained',
] as const;
export type CameraAction = (typeof CAMERA_ACTIONS)[number];

/** For how many minutes `snooze` may last; `default` where none are said. */
export const SNOOZE_MINUTES = { min: 1, max: 24 * 60, default: 30 } as const;

/** What some actions want to know beyond their name. */
export interface ActionDetails {
  /** Of `snooze`. */
  minutes?: number;
}

/** What the doctor found of one thing. */
export interface Verdict {
  /** Stable, kebab-case: `gop`, `codec`, `clock`, `ffmpeg`, … */
  check: string;
  judgement: 'good' | 'could-be-better' | 'bad' | 'unknown';
  /** What was found, in one sentence. */
  found: string;
  /** Which setting to change, where; absent where there is nothing to do. */
  cure?: string;
}

export interface CameraReport {
  camera: CameraRef;
  /** Epoch ms. */
  at: number;
  verdicts: Verdict[];
  /** One for each rule of HomeKit Secure Video. */
  secureVideo: Verdict[];
}

export interface DoctorReport {
  at: number;
  host: Verdict[];
  cameras: CameraReport[];
}

/** A camera that answered to a search of the network. */
export interface FoundCamera {
  /** Address for `onvif.host`, and its port. */
  host: string;
  port: number;
  name?: string;
  model?: string;
  /** Name of the configured camera that has this address. */
  configuredAs?: string;
}

/** Answer to a trigger or a webhook: the event that it made or extended. */
export interface TriggerReply {
  eventId: string;
}

/** A bearer token without its secret. Times are epoch ms. */
export interface TokenInfo {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: number;
  lastUsedAt?: number;
  revokedAt?: number;
}

/** The one time that a token's secret is shown. */
export interface NewToken extends TokenInfo {
  /** `dst_…`, for `Authorization: Bearer`. */
  token: string;
}

/** Headers of `snapshot.jpg`: epoch ms at which it was taken, its age in ms, and whether it was `decoded`, from the `ring`, a `placeholder`, the plain picture of `privacy` mode, or of a `recording`. */
export const SNAPSHOT_HEADERS = {
  takenAt: 'x-doorstep-taken-at',
  ageMs: 'x-doorstep-age-ms',
  source: 'x-doorstep-source',
} as const;

/** Frames from the hub on `WS /api/v1/events?after=<seq>`; the hub sends only JSON text frames here. */
export type EventFrame =
  | {
      type: 'hello';
      protocol: number;
      /** Oldest protocol that this hub still speaks. */
      minProtocol: number;
      version: string;
      /** Changes when the journal starts anew; a cursor of another hub id is worthless. */
      hub: string;
      lastSeq: number;
      scopes: Scope[];
      cameras: CameraInfo[];
    }
  | { type: 'event'; event: DoorstepEvent }
  /** Events after the cursor that the journal no longer has. */
  | { type: 'gap'; from: number; to: number }
  /** Replay is over, what follows is new. */
  | { type: 'live'; seq: number };

/** First (text) frame on `WS /api/v1/cameras/:id/live`; binary frames follow: init segment, then fragments. */
export interface LiveHello {
  type: 'init';
  /** For `MediaSource.isTypeSupported` and `addSourceBuffer`. */
  mime: string;
  width: number;
  height: number;
}

/** WebSocket close codes that say what a client should do next. */
export const CLOSE = {
  /** Token unknown or revoked: stop trying until it is changed. */
  unauthorized: 4401,
  /** The token lacks the scope. */
  forbidden: 4403,
  notFound: 4404,
  /** The client read too slowly and was dropped. */
  tooSlow: 4408,
  /** The camera has no picture now. */
  offline: 4503,
} as const;
