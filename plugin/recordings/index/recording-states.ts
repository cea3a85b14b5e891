/** The life of a recording's row. Each change is one transaction; a step that `schema.ts` does not have is a bug, and throws. */
import { parseBase } from '../layout.ts';
import type {
  Recording,
  RecordingOpening,
  RecordingState,
  Sealed,
  Segment,
  SpoolTier,
} from '../recording.ts';
import type { RecordingIndex } from './contract.ts';
import { type IndexDatabase, isRefusal, type Row } from './index-database.ts';
import { isHole } from './merge-spans.ts';
import { type CameraKeys, hashBytes, toSegment } from './rows.ts';
import type { StaleDays } from './stale-days.ts';
import { prepareStates } from './state-statements.ts';

interface Parts {
  db: IndexDatabase;
  cameras: CameraKeys;
  days: StaleDays;
}

type Change =
  | RecordingState
  | 'open again'
  | 'closed again'
  | 'gone'
  | 'another segment'
  | 'a moved segment'
  | 'not spooled';

/** From which states each change may come. */
const ALLOWED: Record<Change, readonly RecordingState[]> = {
  open: [],
  'open again': ['open', 'closed', 'forwarding'],
  'another segment': ['open'],
  'a moved segment': ['open', 'closed', 'forwarding', 'stored'],
  closed: ['open'],
  // Tried again after a failure.
  forwarding: ['closed', 'forwarding'],
  stored: ['forwarding'],
  'closed again': ['stored'],
  'not spooled': ['stored', 'deleting'],
  deleting: ['closed', 'forwarding', 'stored', 'deleting'],
  gone: ['deleting'],
};

export class RecordingStates {
  readonly #parts: Parts;
  readonly #statements;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#statements = prepareStates(parts.db);
  }

  open({ id, camera, kind, startedAt, eventIds }: RecordingOpening, base: string): void {
    const { db, cameras } = this.#parts;
    const { day } = ownBase(id, kind, base);
    const snapshot = this.#statements.snapshot.get({ id }) ? id : null;
    if (this.#statements.get.get({ id }))
      throw new Error(`The recording ${id} is there already; it cannot become open.`);
    db.transaction(() => {
      this.#statements.insert.run({
        ...{ id, camera: cameras.current(camera), kind, events: JSON.stringify(eventIds) },
        ...{ from: startedAt, to: startedAt, state: 'open', base, day, spooled: 1, bytes: 0, sha256: null },
        ...{ keep: null, snapshot, holes: 0, ...NO_WRAP },
      });
    });
  }

  addSegment(id: string, segment: Segment): void {
    const row = this.#from(id, 'another segment');
    const { n, endedAt } = segment;
    const last = this.#statements.lastSegment.get({ key: Number(row.key) });
    const next = last ? Number(last.n) + 1 : 0;
    if (n !== next)
      throw new Error(`The recording ${id} has ${next} segments; it cannot get one with the number ${n}.`);
    this.#parts.db.transaction(() => {
      this.#insertSegment(row, segment);
      this.#statements.grow.run({
        key: Number(row.key),
        to: Math.max(Number(row.started_at), endedAt),
        holes: last && isHole(toSegment(last), segment) ? 1 : 0,
      });
    });
  }

  moveSegment(id: string, n: number, tier: SpoolTier): void {
    const row = this.#from(id, 'a moved segment');
    if (tier !== 'disk') throw new Error(`Segment ${n} of ${id} cannot go back into memory.`);
    if (this.#statements.move.run({ key: Number(row.key), n }) === 0)
      throw new Error(`The recording ${id} has no segment ${n} that could be moved.`);
  }

  close(id: string, { wrap: { head, tail }, eventIds }: Parameters<Closing>[1]): void {
    const row = this.#from(id, 'closed');
    const { count, bytes } = this.#statements.segments.get({ key: Number(row.key) }) ?? {};
    if (Number(count) === 0) throw new Error(`The recording ${id} has no segment; it cannot become closed.`);
    this.#statements.close.run({
      key: Number(row.key),
      events: JSON.stringify(eventIds),
      bytes: head.bytes + Number(bytes) + tail.bytes,
      ...wrapValues({ head, tail }),
    });
  }

  reopen(id: string): void {
    const row = this.#from(id, 'open again');
    this.#parts.db.transaction(() => {
      this.#statements.removeSegments.run({ key: Number(row.key) });
      this.#statements.reopen.run({ key: Number(row.key) });
    });
  }

  forget(id: string): void {
    const row = this.#row(id);
    if (row.state !== 'open') throw new Error(`The recording ${id} is ${row.state}; it cannot be forgotten.`);
    this.#statements.remove.run({ key: Number(row.key) });
  }

  forwarding(id: string): void {
    const row = this.#from(id, 'forwarding');
    if (row.state !== 'forwarding') this.#statements.forwarding.run({ key: Number(row.key) });
  }

  stored(id: string, { bytes, sha256 }: Sealed): void {
    const row = this.#from(id, 'stored');
    if (bytes !== row.bytes)
      throw new Error(`The recording ${id} has ${row.bytes} bytes; a file of ${bytes} cannot be it.`);
    this.#parts.db.transaction(() => {
      this.#statements.stored.run({ key: Number(row.key), sha256: hashBytes(sha256) });
      this.#parts.days.touch(String(row.day));
    });
  }

  unstored(id: string): void {
    const row = this.#from(id, 'closed again');
    if (row.spooled !== 1)
      throw new Error(`The recording ${id} has left the spool; it cannot become closed again.`);
    this.#parts.db.transaction(() => {
      this.#statements.unstored.run({ key: Number(row.key) });
      this.#parts.days.touch(String(row.day));
    });
  }

  unspooled(id: string): void {
    const row = this.#from(id, 'not spooled');
    this.#parts.db.transaction(() => {
      this.#statements.unspooled.run({ key: Number(row.key) });
      this.#statements.allOnDisk.run({ key: Number(row.key) });
    });
  }

  /** Those that were pinned since the list was made are passed over. */
  deleting(ids: readonly string[]): void {
    const rows = ids.map((id) => this.#from(id, 'deleting'));
    this.#parts.db.transaction(() => {
      for (const { key, keep, state, day } of rows) {
        if (keep !== null || state === 'deleting') continue;
        this.#statements.deleting.run({ key: Number(key) });
        if (state === 'stored') this.#parts.days.touch(String(day));
      }
    });
  }

  remove(id: string): void {
    const row = this.#from(id, 'gone');
    this.#statements.remove.run({ key: Number(row.key) });
  }

  setKeep(id: string, keep: 'pinned' | 'held' | undefined): void {
    const row = this.#row(id);
    if (row.state === 'deleting') throw new Error(`The recording ${id} is being deleted; it cannot be kept.`);
    if (row.keep === (keep ?? null)) return;
    this.#parts.db.transaction(() => {
      this.#statements.keep.run({ key: Number(row.key), keep: keep ?? null });
      if (row.state === 'stored') this.#parts.days.touch(String(row.day));
    });
  }

  /** False when its id or its place is taken. */
  restore(recording: Recording, segments: readonly Segment[]): boolean {
    const { db, cameras } = this.#parts;
    const { id, camera, kind, eventIds, startedAt, endedAt, state, base, spooled, bytes } = recording;
    const { day } = ownBase(id, kind, base);
    if (segments.some(({ n }, index) => n !== index)) throw new Error(`The segments of ${id} have holes.`);
    return db.transaction(() => {
      if (this.#statements.taken.get({ id, base })) return false;
      this.#statements.insert.run({
        ...{ id, camera: cameras.former(camera), kind, events: JSON.stringify(eventIds) },
        ...{ from: startedAt, to: endedAt, state, base, day, spooled: spooled ? 1 : 0, bytes },
        holes: segments.filter((segment, n) => isHole(segments[n - 1] ?? segment, segment)).length,
        sha256: recording.sha256 === undefined ? null : hashBytes(recording.sha256),
        ...{ keep: recording.keep ?? null, snapshot: recording.snapshotId ?? null },
        ...(recording.wrap ? wrapValues(recording.wrap) : NO_WRAP),
      });
      const row = this.#row(id);
      for (const segment of segments) this.#insertSegment(row, segment);
      // Its line in the index of the day may be missing, or of an older version.
      if (state === 'stored') this.#parts.days.touch(day);
      return true;
    });
  }

  restoreAll(found: Parameters<RecordingIndex['restoreAll']>[0]): ReturnType<RecordingIndex['restoreAll']> {
    return this.#parts.db.transaction(() =>
      found.map(({ recording, segments }) => {
        try {
          return this.restore(recording, segments) ? 'restored' : 'known';
        } catch (error) {
          if (isRefusal(error)) return 'refused';
          throw error;
        }
      }),
    );
  }

  /** See the contract. What is to be removed from the spool goes on being removed. */
  leaveTarget(): void {
    this.#parts.db.transaction(() => {
      for (const statement of this.#statements.leave) statement.run();
    });
  }

  #insertSegment(row: Row, { n, startedAt, endedAt, bytes, sha256, tier }: Segment): void {
    this.#statements.insertSegment.run({
      ...{ key: Number(row.key), n, from: startedAt, to: endedAt, bytes },
      ...{ sha256: hashBytes(sha256), rolling: tier === 'rolling' ? 1 : 0 },
    });
  }

  #from(id: string, change: Change): Row {
    const row = this.#row(id);
    if (!ALLOWED[change].includes(row.state as RecordingState))
      throw new Error(`The recording ${id} is ${row.state}; it cannot become ${change}.`);
    return row;
  }

  #row(id: string): Row {
    const row = this.#statements.get.get({ id });
    if (!row) throw new Error(`There is no recording ${id} in the index.`);
    return row;
  }
}

type Closing = (
  id: string,
  closing: { wrap: { head: Sealed; tail: Sealed }; eventIds: readonly string[] },
) => void;

const NO_WRAP = { headBytes: null, headSha256: null, tailBytes: null, tailSha256: null };

function wrapValues({ head, tail }: { head: Sealed; tail: Sealed }) {
  return {
    ...{ headBytes: head.bytes, headSha256: hashBytes(head.sha256) },
    ...{ tailBytes: tail.bytes, tailSha256: hashBytes(tail.sha256) },
  };
}

/** Throws for a place that is not that of this recording. */
function ownBase(id: string, kind: Recording['kind'], base: string): { day: string } {
  const parts = parseBase(base);
  if (!parts || parts.id !== id || parts.kind !== kind)
    throw new Error(`"${base}" is no place for the ${kind} recording ${id}.`);
  return parts;
}
