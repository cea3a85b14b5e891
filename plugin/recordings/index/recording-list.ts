/** Looking recordings up. A stretch of time is searched by where recordings begin, so that an index answers it however many there are. */
import type { FootageSpan } from '../../../protocol/api.ts';
import type { Recording, RecordingState, Segment } from '../recording.ts';
import type { KeptRecording, RecordingIndex, RecordingQuery, RemovableQuery } from './contract.ts';
import type { IndexDatabase, Row } from './index-database.ts';
import { mergeSpans } from './merge-spans.ts';
import { type CameraKeys, SELECT_RECORDING, toRecording, toSegment } from './rows.ts';

/** How far before a stretch something may begin that reaches into it: what is longer stands in an index of its own, see `schema.ts`. */
const LONGEST_RECORDING = `max(600000, coalesce((SELECT max(ended_at - started_at) FROM recording WHERE ended_at - started_at > 600000), 0))`;

const ALL_BUT_DELETING: readonly RecordingState[] = ['open', 'closed', 'forwarding', 'stored'];

export class RecordingList {
  readonly #db: IndexDatabase;
  readonly #cameras: CameraKeys;
  readonly #statements;

  constructor({ db, cameras }: { db: IndexDatabase; cameras: CameraKeys }) {
    this.#db = db;
    this.#cameras = cameras;
    this.#statements = prepareLookups(db);
  }

  get(id: string): Recording | undefined {
    const row = this.#statements.get.get({ id });
    return row && toRecording(row);
  }

  segments(id: string): Segment[] {
    return this.#statements.segments.all({ id }).map(toSegment);
  }

  list(query: RecordingQuery): Recording[] {
    const { order = 'newest', limit } = query;
    if (query.camera === undefined) return this.#listOf(query);
    const found = this.#cameras.find(query.camera).flatMap((key) => this.#listOf(query, key));
    const sign = order === 'newest' ? -1 : 1;
    return found.sort((a, b) => sign * (a.startedAt - b.startedAt)).slice(0, limit);
  }

  #listOf(query: RecordingQuery, camera?: number): Recording[] {
    const { from, to, kind, kinds, eventId, states = ALL_BUT_DELETING, order = 'newest', limit } = query;
    const direction = order === 'newest' ? 'DESC' : 'ASC';
    const where = [
      camera !== undefined && 'recording.camera = $camera',
      from !== undefined && `started_at >= $from - ${LONGEST_RECORDING} AND ended_at >= $from`,
      to !== undefined && 'started_at <= $to',
      kind === 'clips' && `kind <> 'continuous'`,
      kind === 'continuous' && `kind = 'continuous'`,
      kinds !== undefined && 'kind IN (SELECT value FROM json_each($kinds))',
      eventId !== undefined && 'EXISTS (SELECT 1 FROM json_each(event_ids) WHERE value = $eventId)',
      `state IN (SELECT value FROM json_each($states))`,
    ].filter((each) => each !== false);
    return this.#db
      .prepare(
        `${SELECT_RECORDING} WHERE ${where.join(' AND ')} ORDER BY started_at ${direction}, recording.id ${direction} LIMIT $limit`,
      )
      .all({
        ...(camera !== undefined && { camera }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(kinds !== undefined && { kinds: JSON.stringify(kinds) }),
        ...(eventId !== undefined && { eventId }),
        ...{ states: JSON.stringify(states), limit },
      })
      .map(toRecording);
  }

  spans(camera: string, from: number, to: number): FootageSpan[] {
    const keys = this.#cameras.find(camera);
    const pieces = keys.flatMap((key) => this.#statements.pieces.all({ camera: key, from, to }).map(toSpan));
    if (keys.length > 1) pieces.sort((a, b) => a.from - b.from);
    return mergeSpans(pieces, from, to);
  }

  toForward(limit: number): Recording[] {
    return this.#statements.toForward.all({ limit }).map(toRecording);
  }

  storedAndSpooled(limit: number): Recording[] {
    return this.#statements.storedAndSpooled.all({ limit }).map(toRecording);
  }

  toDelete(limit: number): Recording[] {
    return this.#statements.toDelete.all({ limit }).map(toRecording);
  }

  unfinished(): Recording[] {
    return this.#statements.unfinished.all().map(toRecording);
  }

  waiting(): KeptRecording[] {
    return this.#statements.waiting.all().map(toKept);
  }

  removable(query: RemovableQuery): KeptRecording[] {
    const { kind, where, before = Number.MAX_SAFE_INTEGER, after = FIRST, limit } = query;
    return this.#statements.removable
      .all({
        ...{ continuous: kind === 'continuous' ? 1 : 0, stored: where === 'stored' ? 1 : 0 },
        ...{ before, endedAt: after.endedAt, id: after.id, limit },
      })
      .map(toKept);
  }

  tally(): ReturnType<RecordingIndex['tally']> {
    const rows = this.#statements.tally.all();
    const of = (place: string) => {
      const there = rows.filter((row) => row.place === place);
      return { ...sums(there), removable: sums(there.filter(({ kept }) => kept === 0)) };
    };
    return { stored: of('stored'), spooled: of('waiting') };
  }

  lastContinuousEnd(cameraId: string, at: number): number | undefined {
    const end = this.#statements.lastContinuous.get({ camera: cameraId, at })?.ended_at;
    return end === undefined ? undefined : Number(end);
  }

  totals(): ReturnType<RecordingIndex['totals']> {
    const rows = this.#statements.tally.all();
    const oldest = this.#statements.oldest.get()?.started_at;
    return {
      clips: sums(rows.filter(({ continuous }) => continuous === 0)).count,
      continuous: sums(rows.filter(({ continuous }) => continuous === 1)).count,
      bytes: sums(rows).bytes,
      ...(typeof oldest === 'number' && { oldestAt: oldest }),
      ...this.spoolTotals(),
    };
  }

  spoolTotals(): ReturnType<RecordingIndex['spoolTotals']> {
    const { spooled, beingWritten } = this.#statements;
    const { bytes, ms } = spooled.get() ?? {};
    return { spooledBytes: Number(bytes) + Number(beingWritten.get()?.bytes), bufferedMs: Number(ms) };
  }
}

/** Before all others. */
const FIRST = { endedAt: -1, id: '' };

function toKept({ id, kind, ended_at, bytes, keep }: Row): KeptRecording {
  return {
    id: String(id),
    kind: kind === 'continuous' ? 'continuous' : 'clip',
    endedAt: Number(ended_at),
    bytes: Number(bytes),
    keep: keep !== null,
  };
}

function sums(rows: readonly Row[]): { count: number; bytes: number } {
  return {
    count: rows.reduce((sum, { count }) => sum + Number(count), 0),
    bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0),
  };
}

function toSpan({ started_at, ended_at, kind }: Row): FootageSpan {
  return {
    from: Number(started_at),
    to: Number(ended_at),
    kind: kind === 'continuous' ? 'continuous' : 'event',
  };
}

function prepareLookups(db: IndexDatabase) {
  const overlapping = `camera = $camera AND recording.started_at >= $from - ${LONGEST_RECORDING} AND recording.started_at < $to
    AND recording.ended_at > $from AND state <> 'deleting'`;
  return {
    get: db.prepare(`${SELECT_RECORDING} WHERE recording.id = $id`),
    segments: db.prepare(
      'SELECT * FROM segment WHERE recording = (SELECT key FROM recording WHERE id = $id) ORDER BY n',
    ),
    pieces: db.prepare(`SELECT started_at, ended_at, kind FROM recording WHERE ${overlapping} AND holes = 0
      UNION ALL
      SELECT segment.started_at, segment.ended_at, kind FROM recording JOIN segment ON segment.recording = recording.key
        WHERE ${overlapping} AND holes > 0
      ORDER BY 1`),
    toForward: db.prepare(`${SELECT_RECORDING} WHERE spooled = 1 AND state IN ('closed', 'forwarding')
      ORDER BY kind = 'continuous', started_at, recording.id LIMIT $limit`),
    storedAndSpooled: db.prepare(
      `${SELECT_RECORDING} WHERE spooled = 1 AND state = 'stored' ORDER BY recording.key LIMIT $limit`,
    ),
    toDelete: db.prepare(`${SELECT_RECORDING} WHERE state = 'deleting' ORDER BY recording.key LIMIT $limit`),
    unfinished: db.prepare(`${SELECT_RECORDING} WHERE spooled = 1 AND state = 'open' ORDER BY recording.key`),
    waiting: db.prepare(`SELECT id, kind, ended_at, bytes, keep FROM recording
      WHERE spooled = 1 AND state IN ('closed', 'forwarding')`),
    lastContinuous: db.prepare(`SELECT ended_at FROM recording
      WHERE camera = (SELECT key FROM camera WHERE id = $camera) AND kind = 'continuous' AND started_at <= $at
      ORDER BY ended_at DESC LIMIT 1`),
    removable: db.prepare(`SELECT id, kind, ended_at, bytes, keep FROM recording
      WHERE keep IS NULL AND state IN ('closed', 'forwarding', 'stored')
        AND (kind = 'continuous') = $continuous AND (state = 'stored') = $stored
        AND ended_at < $before AND (ended_at, id) > ($endedAt, $id)
      ORDER BY ended_at, id LIMIT $limit`),
    tally: db.prepare('SELECT place, continuous, kept, count, bytes FROM tally'),
    oldest: db.prepare(
      `SELECT started_at FROM recording WHERE state <> 'deleting' ORDER BY started_at LIMIT 1`,
    ),
    spooled: db.prepare(`SELECT coalesce(sum(bytes), 0) AS bytes,
        coalesce(sum(iif(state IN ('open', 'closed', 'forwarding'), ended_at - started_at, 0)), 0) AS ms
      FROM recording WHERE spooled = 1`),
    beingWritten:
      db.prepare(`SELECT coalesce(sum(segment.bytes), 0) AS bytes FROM recording JOIN segment ON segment.recording = recording.key
      WHERE spooled = 1 AND state = 'open'`),
  };
}
