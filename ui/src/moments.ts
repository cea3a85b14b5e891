import type { ClipInfo } from '../../protocol/api.ts';
import type {
  CameraRef,
  DoorstepEvent,
  EventKind,
  EventPhase,
  PackageFacts,
  StorageFacts,
} from '../../protocol/event.ts';

/** One thing that happened, as a person would tell it: several events of the hub may belong to it. */
export interface Moment {
  /** Id of the event that opened it. */
  id: string;
  kind: Exclude<EventKind, 'clip'>;
  phase: EventPhase;
  camera?: CameraRef;
  /** Epoch ms. */
  at: number;
  endedAt?: number;
  label?: DoorstepEvent['label'];
  package?: PackageFacts;
  storage?: StorageFacts;
  snapshotId?: string;
  clip?: { id: string; ready: boolean; startedAt?: number; endedAt?: number; keep?: ClipInfo['keep'] };
  test: boolean;
}

/**
 * Events (in any order, doubles allowed) as moments, newest first. The start, updates and end of a motion are one moment; a motion
 * within the recording of a ring belongs to that ring; `clip ready` only marks its moment.
 */
export function momentsFrom(
  events: Iterable<DoorstepEvent>,
  clips: ReadonlyMap<string, ClipInfo> = new Map(),
): Moment[] {
  const moments: Moment[] = [];
  const moving = new Map<string, Moment>();
  const readyClips = new Set<string>();
  const corrected = new Set<string>();

  for (const event of inOrder(events)) {
    if (event.supersedes) corrected.add(event.supersedes);
    if (event.kind === 'clip') {
      if (event.media?.clip) readyClips.add(event.media.clip.id);
      continue;
    }
    const cameraId = event.camera?.id ?? '';
    if (event.kind === 'motion' && event.phase !== 'start') {
      const open = moving.get(cameraId);
      if (!open) continue;
      if (event.label === 'person') open.label = 'person';
      addMedia(open, event);
      if (event.phase === 'end') {
        open.endedAt = event.at;
        moving.delete(cameraId);
      }
      continue;
    }
    const moment = begin(event);
    moments.push(moment);
    if (event.kind === 'motion') moving.set(cameraId, moment);
  }

  const ringClips = new Set(
    moments.flatMap((moment) => (moment.kind === 'doorbell' && moment.clip?.id) || []),
  );
  return moments
    .filter((moment) => !corrected.has(moment.id))
    .filter((moment) => moment.kind !== 'motion' || !moment.clip || !ringClips.has(moment.clip.id))
    .map((moment) => withClip(moment, clips, readyClips))
    .sort((a, b) => b.at - a.at);
}

/** Which of five signs stands beside a moment. */
export type Sign = 'doorbell' | 'motion' | 'parcelIn' | 'parcelOut' | 'health';

export function signOf(moment: Pick<Moment, 'kind' | 'phase'>): Sign {
  if (moment.kind === 'doorbell' || moment.kind === 'motion') return moment.kind;
  if (moment.kind === 'package') return moment.phase === 'delivered' ? 'parcelIn' : 'parcelOut';
  return 'health';
}

function inOrder(events: Iterable<DoorstepEvent>): DoorstepEvent[] {
  const bySeq = new Map<number, DoorstepEvent>();
  for (const event of events) bySeq.set(event.seq, event);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

function begin(event: DoorstepEvent): Moment {
  const moment: Moment = {
    id: event.id,
    kind: event.kind as Moment['kind'],
    phase: event.phase,
    at: event.at,
    test: event.test === true,
  };
  if (event.camera) moment.camera = event.camera;
  if (event.label) moment.label = event.label;
  if (event.package) moment.package = event.package;
  if (event.storage) moment.storage = event.storage;
  addMedia(moment, event);
  return moment;
}

function addMedia(moment: Moment, event: DoorstepEvent): void {
  const { snapshot, clip } = event.media ?? {};
  if (snapshot) moment.snapshotId ??= snapshot.id;
  if (clip) moment.clip ??= { id: clip.id, ready: clip.ready };
}

function withClip(
  moment: Moment,
  clips: ReadonlyMap<string, ClipInfo>,
  readyClips: ReadonlySet<string>,
): Moment {
  if (!moment.clip) return moment;
  const info = clips.get(moment.clip.id);
  const ready = moment.clip.ready || info?.state === 'ready' || readyClips.has(moment.clip.id);
  const clip = {
    id: moment.clip.id,
    ready,
    // While it is being written its end is still moving.
    ...(info?.state === 'ready' ? { startedAt: info.startedAt, endedAt: info.endedAt } : {}),
    ...(info?.keep && { keep: info.keep }),
  };
  return {
    ...moment,
    clip,
    ...(moment.snapshotId === undefined && info?.snapshotId ? { snapshotId: info.snapshotId } : {}),
  };
}
