/** The pictures of events. */
import { parseBase } from '../layout.ts';
import type { StoredSnapshot } from '../recording.ts';
import type { RecordingIndex } from './contract.ts';
import type { IndexDatabase } from './index-database.ts';
import { type CameraKeys, hashBytes, toSnapshot } from './rows.ts';

const SELECT = `SELECT snapshot.*, camera.id AS camera_id, camera.slug AS camera_slug, camera.name AS camera_name
  FROM snapshot JOIN camera ON camera.key = snapshot.camera`;

/** Before all others. */
const FIRST = { at: -1, id: '' };

export class Snapshots {
  readonly #db: IndexDatabase;
  readonly #cameras: CameraKeys;
  readonly #statements;

  constructor({ db, cameras }: { db: IndexDatabase; cameras: CameraKeys }) {
    this.#db = db;
    this.#cameras = cameras;
    this.#statements = {
      put: db.prepare(`INSERT INTO snapshot (id, camera, at, base, state, bytes, sha256) VALUES ($id, $camera, $at, $base, $state, $bytes, $sha256)
        ON CONFLICT (id) DO UPDATE SET base = $base, state = $state, bytes = $bytes, sha256 = $sha256`),
      day: db.prepare(`INSERT INTO stale_day SELECT day, 1 FROM recording WHERE id = $id AND snapshot_id IS NULL AND state = 'stored'
        ON CONFLICT DO UPDATE SET changes = changes + 1`),
      recording:
        db.prepare(`UPDATE recording SET snapshot_id = $id, sidecar_changes = sidecar_changes + (state IN ('forwarding', 'stored'))
        WHERE id = $id AND snapshot_id IS NULL`),
      get: db.prepare(`${SELECT} WHERE snapshot.id = $id`),
      toForward: db.prepare(`${SELECT} WHERE state = 'closed' ORDER BY at LIMIT $limit`),
      before: db.prepare(`${SELECT} WHERE at < $at ORDER BY at`),
      removable:
        db.prepare(`${SELECT} WHERE at < $before AND (at, snapshot.id) > ($at, $id) AND snapshot.id NOT IN (
          SELECT value FROM recording, json_each(recording.event_ids) WHERE keep IS NOT NULL)
        ORDER BY at, snapshot.id LIMIT $limit`),
      count: db.prepare('SELECT count(*) AS count FROM snapshot'),
      remove: db.prepare('DELETE FROM snapshot WHERE id = $id'),
    };
  }

  putSnapshot({ id, camera, at, base, state, bytes, sha256 }: StoredSnapshot): void {
    if (parseBase(base)?.id !== id) throw new Error(`"${base}" is no place for the snapshot ${id}.`);
    if (this.getSnapshot(id)?.state === 'deleting' && state !== 'deleting')
      throw new Error(`The snapshot ${id} is being deleted; it cannot become ${state}.`);
    this.#db.transaction(() => {
      const key = this.#cameras.former(camera);
      this.#statements.put.run({ id, camera: key, at, base, state, bytes, sha256: hashBytes(sha256) });
      this.#statements.day.run({ id });
      this.#statements.recording.run({ id });
    });
  }

  getSnapshot(id: string): StoredSnapshot | undefined {
    const row = this.#statements.get.get({ id });
    return row && toSnapshot(row);
  }

  snapshotsToForward(limit: number): StoredSnapshot[] {
    return this.#statements.toForward.all({ limit }).map(toSnapshot);
  }

  snapshotsBefore(at: number): StoredSnapshot[] {
    return this.#statements.before.all({ at }).map(toSnapshot);
  }

  removableSnapshots({
    before,
    after = FIRST,
    limit,
  }: Parameters<RecordingIndex['removableSnapshots']>[0]): StoredSnapshot[] {
    const { at, id } = after;
    return this.#statements.removable.all({ before, at, id, limit }).map(toSnapshot);
  }

  snapshotCount(): number {
    return Number(this.#statements.count.get()?.count);
  }

  removeSnapshot(id: string): void {
    this.#statements.remove.run({ id });
  }
}
