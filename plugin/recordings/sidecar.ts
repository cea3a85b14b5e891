/** The JSON file beside each recording: all that is known of it, readable without us, and enough to make a lost index again. */
import type { CameraRef, DoorstepEvent } from '../../protocol/event.ts';
import { parseBase } from './layout.ts';
import type { Recording, RecordingKind, Sealed, Segment } from './recording.ts';

/** Times are epoch ms. */
export interface Sidecar {
  schema: 2;
  id: string;
  camera: CameraRef;
  kind: RecordingKind;
  /** Where the file lies below the target's root, without ending. */
  base: string;
  eventIds: readonly string[];
  /** The event that opened it. */
  event?: DoorstepEvent;
  startedAt: number;
  endedAt: number;
  /** Of the whole file; 0 while it is being recorded. */
  bytes: number;
  /** Of the whole file; from when it is at the target on. */
  sha256?: string;
  state: 'recording' | 'ready';
  /** The file is head, segments, tail, byte for byte. Absent while it is being recorded. */
  wrap?: { head: Sealed; tail: Sealed };
  segments: readonly Omit<Segment, 'n' | 'tier'>[];
  keep?: 'pinned' | 'held';
  snapshotId?: string;
}

export function sidecarOf(
  recording: Recording,
  segments: readonly Segment[],
  event?: DoorstepEvent,
): Sidecar {
  const { spooled: _, state, ...facts } = recording;
  return {
    schema: 2,
    ...facts,
    state: state === 'open' ? 'recording' : 'ready',
    segments: segments.map(({ n: _n, tier: _tier, ...segment }) => segment),
    ...(event && { event }),
  };
}

/** What the index has of it. `spooled`: whether its pieces lie in the spool; else it is at the target. */
export function recordingOf(
  sidecar: Sidecar,
  spooled: boolean,
): { recording: Recording; segments: Segment[] } {
  const { schema: _, event: _event, state, segments, ...facts } = sidecar;
  const inSpool = state === 'recording' ? ('open' as const) : ('closed' as const);
  return {
    recording: { ...facts, spooled, state: spooled ? inSpool : 'stored' },
    segments: segments.map((segment, n) => ({ ...segment, n, tier: 'disk' })),
  };
}

export function sidecarText(sidecar: Sidecar): string {
  return `${JSON.stringify(sidecar, null, 2)}\n`;
}

/** Undefined when it was not written by us, or not whole. Sidecars of before there were segments count as one segment. */
export function parseSidecar(text: string): Sidecar | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isSidecar(value)) return value;
    return isOld(value) ? fromOld(value) : undefined;
  } catch {
    return undefined;
  }
}

interface OldSidecar extends Omit<Sidecar, 'schema' | 'base' | 'segments'> {
  schema: 1;
}

const EMPTY: Sealed = {
  bytes: 0,
  sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};

function fromOld({ schema: _, ...old }: OldSidecar): Sidecar {
  const { startedAt, endedAt, bytes, sha256 = '' } = old;
  return {
    ...old,
    schema: 2,
    base: '',
    wrap: { head: EMPTY, tail: EMPTY },
    segments: [{ startedAt, endedAt, bytes, sha256 }],
  };
}

type Loose<T> = Partial<Record<keyof T, unknown>>;

function isOld(value: unknown): value is OldSidecar {
  return (value as Loose<OldSidecar> | null)?.schema === 1 && hasFacts(value);
}

function isSidecar(value: unknown): value is Sidecar {
  const { schema, base, segments, wrap, state } = (value ?? {}) as Loose<Sidecar>;
  const { head, tail } = (wrap ?? {}) as Loose<NonNullable<Sidecar['wrap']>>;
  return (
    schema === 2 &&
    hasFacts(value) &&
    typeof base === 'string' &&
    parseBase(base) !== undefined &&
    Array.isArray(segments) &&
    segments.every(isSegment) &&
    (state === 'recording' || (isSealed(head) && isSealed(tail)))
  );
}

function hasFacts(value: unknown): boolean {
  const { id, camera, kind, eventIds, startedAt, endedAt, bytes, state, keep, sha256, snapshotId } = (value ??
    {}) as Loose<Sidecar>;
  const { id: cameraId, name, slug } = (camera ?? {}) as Loose<CameraRef>;
  return (
    [id, cameraId, name, slug].every((text) => typeof text === 'string') &&
    ['doorbell', 'motion', 'package', 'continuous'].includes(String(kind)) &&
    (state === 'recording' || state === 'ready') &&
    [startedAt, endedAt, bytes].every(isTime) &&
    Array.isArray(eventIds) &&
    eventIds.every((eventId) => typeof eventId === 'string') &&
    [undefined, 'pinned', 'held'].includes(keep as Sidecar['keep']) &&
    (sha256 === undefined || isHash(sha256)) &&
    ['undefined', 'string'].includes(typeof snapshotId)
  );
}

const isHash = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isTime = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

function isSegment(value: unknown): boolean {
  const { startedAt, endedAt, bytes, sha256 } = (value ?? {}) as Loose<Segment>;
  // The hash of a file of before there were segments is not known.
  return [startedAt, endedAt, bytes].every(isTime) && (sha256 === '' || isHash(sha256));
}

function isSealed(value: unknown): value is Sealed {
  const { bytes, sha256 } = (value ?? {}) as Loose<Sealed>;
  return isTime(bytes) && isHash(sha256);
}
