/** Stretches of time without footage, and why. */
import type { Gap } from '../../../protocol/api.ts';
import type { GapReason } from '../../../protocol/event.ts';
import type { Clock } from '../../system/clock.ts';
import type { NewGap } from '../recording.ts';
import type { RecordingIndex } from './contract.ts';
import type { IndexDatabase, Row } from './index-database.ts';
import { type CameraKeys, toCamera } from './rows.ts';

const SELECT = `SELECT from_at, to_at, reason, camera.id AS camera_id, camera.slug AS camera_slug, camera.name AS camera_name
  FROM gap JOIN camera ON camera.key = gap.camera`;
/** The reasons that stand for want of room or disk. */
const GIVEN_UP: readonly GapReason[] = ['spool-full', 'disk-full', 'disk-error', 'disk-slow'];

export class Gaps {
  readonly #parts: { db: IndexDatabase; cameras: CameraKeys; clock: Clock };
  readonly #statements;

  constructor(parts: { db: IndexDatabase; cameras: CameraKeys; clock: Clock }) {
    this.#parts = parts;
    const { db } = parts;
    const givenUp = `(dropped_bytes IS NOT NULL OR reason IN (${GIVEN_UP.map((each) => `'${each}'`).join()}))`;
    this.#statements = {
      touching: db.prepare(`SELECT key FROM gap WHERE camera = $camera AND to_at >= $from AND from_at <= $to
        AND reason = $reason AND dropped_bytes IS NULL ORDER BY to_at LIMIT 1`),
      grow: db.prepare(
        `UPDATE gap SET from_at = min(from_at, $from), to_at = max(to_at, $to), noted_at = $now WHERE key = $key`,
      ),
      add: db.prepare(`INSERT INTO gap (camera, from_at, to_at, reason, dropped_bytes, noted_at)
        VALUES ($camera, $from, $to, $reason, $dropped, $now)`),
      ofCamera:
        db.prepare(`${SELECT} WHERE gap.camera IN (SELECT key FROM camera WHERE id = $camera OR slug = $camera)
        AND to_at >= $from AND from_at <= $to ORDER BY from_at, to_at`),
      all: db.prepare(`${SELECT} WHERE to_at >= $from AND from_at <= $to ORDER BY from_at, to_at`),
      dropped: db.prepare(`SELECT count(*) AS recordings, coalesce(sum(dropped_bytes), 0) AS bytes FROM gap
        WHERE noted_at >= $at AND dropped_bytes IS NOT NULL`),
      lastDropped: db.prepare(
        `${SELECT} WHERE noted_at >= $at AND ${givenUp} ORDER BY noted_at DESC, gap.key DESC LIMIT 1`,
      ),
      before: db.prepare(`SELECT count(*) AS of, count(*) FILTER (WHERE to_at < $at) AS count,
        min(to_at) AS oldest, max(to_at) FILTER (WHERE to_at < $at) AS newest FROM gap`),
      removeBefore: db.prepare(
        'DELETE FROM gap WHERE key IN (SELECT key FROM gap WHERE to_at < $at LIMIT $limit)',
      ),
    };
  }

  /** One that touches another of the same camera and reason makes that longer: an outage is one gap, however often it is noted. */
  addGap({ camera, from, to, reason }: NewGap, dropped?: { bytes: number }): void {
    if (from > to) throw new Error(`A gap cannot end (${to}) before it begins (${from}).`);
    const { db, cameras, clock } = this.#parts;
    const now = clock.now();
    db.transaction(() => {
      const key = cameras.former(camera);
      const touching = dropped ? undefined : this.#statements.touching.get({ camera: key, from, to, reason });
      if (touching) this.#statements.grow.run({ key: Number(touching.key), from, to, now });
      else this.#statements.add.run({ camera: key, from, to, reason, dropped: dropped?.bytes ?? null, now });
    });
  }

  gaps({ camera, from, to }: { camera?: string; from: number; to: number }): Gap[] {
    const { ofCamera, all } = this.#statements;
    return (camera === undefined ? all.all({ from, to }) : ofCamera.all({ camera, from, to })).map(toGap);
  }

  droppedSince(at: number): ReturnType<RecordingIndex['droppedSince']> {
    const { recordings, bytes } = this.#statements.dropped.get({ at }) ?? {};
    const last = this.#statements.lastDropped.get({ at });
    return { recordings: Number(recordings), bytes: Number(bytes), ...(last && { last: toGap(last) }) };
  }

  gapsBefore(at: number): ReturnType<RecordingIndex['gapsBefore']> {
    const { count, of, oldest, newest } = this.#statements.before.get({ at }) ?? {};
    return { count: Number(count), of: Number(of), oldest: Number(oldest), newest: Number(newest) };
  }

  removeGapsBefore(at: number, limit: number): number {
    return this.#statements.removeBefore.run({ at, limit });
  }
}

function toGap(row: Row): Gap {
  const { from_at, to_at, reason } = row;
  return { camera: toCamera(row), from: Number(from_at), to: Number(to_at), reason: reason as GapReason };
}
