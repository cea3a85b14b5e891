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
  /** Ids of all its events of which something was decided, the first one's first. */
  eventIds: string[];
  kind: Exclude<EventKind, 'clip'>;
  phase: EventPhase;
  camera?: CameraRef;
  /** Epoch ms. */
  at: number;
  endedAt?: number;
  label?: DoorstepEvent['label'];
  package?: PackageFacts;
  /** Id of the event that it corrects. */
  supersedes?: string;
  /** What a correction takes back. */
  corrects?: EventPhase;
  storage?: StorageFacts;
  snapshotId?: string;
  clip?: { id: string; ready: boolean; startedAt?: number; endedAt?: number; keep?: ClipInfo['keep'] };
  test: boolean;
}

/**
 * Events (in any order, doubles allowed) as moments, newest first. The start, updates and end of a motion are one moment; a motion
 * within the recording of a ring belongs to that ring; `clip ready` only marks its moment; a correction stands for what it corrects.
 */
export function momentsFrom(
  events: Iterable<DoorstepEvent>,
  clips: ReadonlyMap<string, ClipInfo> = new Map(),
): Moment[] {
  const moments: Moment[] = [];
  const moving = new Map<string, Moment>();
  const readyClips = new Set<string>();

  for (const event of inOrder(events)) {
    if (event.kind === 'clip') {
      if (event.media?.clip) readyClips.add(event.media.clip.id);
      continue;
    }
    const cameraId = event.camera?.id ?? '';
    if (event.kind === 'motion' && event.phase !== 'start') {
      const open = moving.get(cameraId);
      if (!open) continue;
      if (event.label === 'person') open.label = 'person';
      // Nothing is decided by a motion that goes on or ends.
      if (event.label === 'person' && event.phase === 'update') open.eventIds.push(event.id);
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
  return withCorrections(moments)
    .filter((moment) => moment.kind !== 'motion' || !moment.clip || !ringClips.has(moment.clip.id))
    .map((moment) => withClip(moment, clips, readyClips))
    .sort((a, b) => b.at - a.at);
}

/** Which sign stands beside a moment. */
export type Sign = 'doorbell' | 'motion' | 'person' | 'parcelIn' | 'parcelOut' | 'parcelUndone' | 'health';

const PARCEL_SIGNS: Partial<Record<EventPhase, Sign>> = { delivered: 'parcelIn', corrected: 'parcelUndone' };

/** Whether a parcel is gone: that it went, or a later word on who has it, whose removal may be on a page that is not loaded. */
export function tellsOfRemoval({
  kind,
  phase,
  package: facts,
}: Pick<Moment, 'kind' | 'phase' | 'package'>): boolean {
  return (
    kind === 'package' && (phase === 'removed' || (phase === 'corrected' && facts?.verdict !== undefined))
  );
}

export function signOf(moment: Pick<Moment, 'kind' | 'phase' | 'label' | 'package'>): Sign {
  if (tellsOfRemoval(moment)) return 'parcelOut';
  if (moment.kind === 'motion') return moment.label === 'person' ? 'person' : 'motion';
  if (moment.kind === 'doorbell') return 'doorbell';
  if (moment.kind === 'package') return PARCEL_SIGNS[moment.phase] ?? 'parcelOut';
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
    eventIds: [event.id],
    kind: event.kind as Moment['kind'],
    phase: event.phase,
    at: event.at,
    test: event.test === true,
  };
  if (event.camera) moment.camera = event.camera;
  if (event.label) moment.label = event.label;
  if (event.package) moment.package = event.package;
  if (event.storage) moment.storage = event.storage;
  if (event.supersedes) moment.supersedes = event.supersedes;
  addMedia(moment, event);
  return moment;
}

/**
 * Each correction in place of what it corrects, with its recording where it has none of its own. One that says who took a package leaves
 * the rest as it was; one that takes another correction back leaves what was first.
 */
function withCorrections(moments: readonly Moment[]): Moment[] {
  const byId = new Map(moments.map((moment) => [moment.id, moment]));
  const gone = new Set<string>();
  // Newest first: a correction that is itself taken back corrects nothing.
  for (const moment of moments.toReversed()) {
    const { id, supersedes, package: facts } = moment;
    if (supersedes === undefined || gone.has(id)) continue;
    const before = byId.get(supersedes);
    if (before?.supersedes !== undefined && !before.package?.verdict) {
      gone.add(id).add(supersedes);
      continue;
    }
    if (before && facts?.verdict && before.phase === 'removed') {
      byId.set(supersedes, { ...before, package: facts, eventIds: [...before.eventIds, ...moment.eventIds] });
      gone.add(id);
      continue;
    }
    gone.add(supersedes);
    if (before) byId.set(id, inPlaceOf(moment, before));
  }
  return moments.flatMap(({ id }) => (gone.has(id) ? [] : (byId.get(id) ?? [])));
}

function inPlaceOf(moment: Moment, before: Moment): Moment {
  return {
    ...(before.snapshotId !== undefined && { snapshotId: before.snapshotId }),
    ...(before.clip && { clip: before.clip }),
    ...moment,
    corrects: before.phase,
    eventIds: [...moment.eventIds, ...before.eventIds],
  };
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
