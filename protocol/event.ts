/** The event: one JSON object of at most 2 KB, the same in journal, clip sidecar, MQTT, WebSocket and Node-RED. */

export const EVENT_SCHEMA = 1;

/** Each kind of event with the phases it can have. */
export const PHASES = {
  doorbell: ['ring'],
  motion: ['start', 'update', 'end'],
  package: ['delivered', 'removed', 'corrected'],
  clip: ['ready'],
  camera: ['online', 'offline', 'privacy-on', 'privacy-off'],
  storage: ['nas-missing', 'nas-back', 'spool-low', 'gap'],
  share: ['proposed', 'waiting', 'approved', 'sent', 'declined', 'cancelled', 'expired', 'failed'],
} as const;

export type EventKind = keyof typeof PHASES;
export type EventPhase<K extends EventKind = EventKind> = (typeof PHASES)[K][number];

export interface CameraRef {
  id: string;
  name: string;
  slug: string;
}

/** A medium that belongs to an event; `ready` false means that it is being made and will have this id. */
export interface MediaRef {
  id: string;
  ready: boolean;
}

export interface PackageFacts {
  id: string;
  count: number;
  /** Epoch milliseconds. */
  deliveredAt?: number;
  presentForMs?: number;
  /** "taken" is a hypothesis, never an accusation. */
  verdict?: 'collected' | 'taken' | 'unknown';
}

/** Why footage of a stretch of time is not there. */
export const GAP_REASONS = [
  'camera-offline',
  'privacy',
  'hub-stopped',
  'spool-full',
  'disk-full',
  'disk-error',
  'disk-slow',
  'clock-stepped',
  'damaged',
] as const;
export type GapReason = (typeof GAP_REASONS)[number];

/** What an event of kind `storage` is about. Times are epoch milliseconds. */
export interface StorageFacts {
  /** Why: of a gap, or in words why the target is missing. */
  reason?: GapReason | (string & {});
  /** The stretch without footage, or since when the target is missing. */
  from?: number;
  to?: number;
  /** Length of the footage that waits in the spool, in ms. */
  bufferedMs?: number;
  /** How long the spool has room at the present rate. */
  hoursLeft?: number;
}

/** Times are epoch milliseconds. */
export interface DoorstepEvent {
  schema: typeof EVENT_SCHEMA;
  /** ULID, the same everywhere. */
  id: string;
  /** Grows by one with each event of this hub; the cursor for resuming. */
  seq: number;
  kind: EventKind;
  phase: EventPhase;
  camera?: CameraRef;
  /** When it happened in front of the camera. */
  at: number;
  /** When the hub knew. */
  detectedAt: number;
  /** When this copy left the hub. */
  sentAt: number;
  label?: 'motion' | 'person';
  zone?: string;
  /** 0 to 1. */
  score?: number;
  package?: PackageFacts;
  storage?: StorageFacts;
  media?: { snapshot?: MediaRef; clip?: MediaRef };
  /** Sent again after a reconnect; not new. */
  replay?: true;
  /** Set off by hand to try things out. */
  test?: true;
  /** Id of the event that this one corrects. */
  supersedes?: string;
}

/** What a source knows; journal and bus add schema, id, seq, detectedAt and sentAt. */
export type EventDraft = Omit<DoorstepEvent, 'schema' | 'id' | 'seq' | 'detectedAt' | 'sentAt' | 'replay'> & {
  id?: string;
  detectedAt?: number;
};

/** Stable subject of an event, for MQTT topics and Node-RED's `msg.topic`: `front-door/motion/start`. */
export function eventTopic(event: Pick<DoorstepEvent, 'camera' | 'kind' | 'phase'>): string {
  return `${event.camera?.slug ?? 'hub'}/${event.kind}/${event.phase}`;
}
