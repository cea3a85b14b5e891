/** Between rows of the database and what the house calls them. */
import type { CameraRef } from '../../../protocol/event.ts';
import type { Recording, Sealed, Segment, StoredSnapshot } from '../recording.ts';
import type { IndexDatabase, Row } from './index-database.ts';

/** Everything of a recording; goes before `WHERE`. */
export const SELECT_RECORDING = `SELECT recording.*, camera.id AS camera_id, camera.slug AS camera_slug, camera.name AS camera_name
  FROM recording JOIN camera ON camera.key = recording.camera`;

export function toRecording(row: Row): Recording {
  const head = toSealed(row.head_bytes, row.head_sha256);
  const tail = toSealed(row.tail_bytes, row.tail_sha256);
  return {
    id: String(row.id),
    camera: toCamera(row),
    kind: row.kind as Recording['kind'],
    eventIds: JSON.parse(String(row.event_ids)) as string[],
    startedAt: Number(row.started_at),
    endedAt: Number(row.ended_at),
    bytes: Number(row.bytes),
    ...(row.sha256 !== null && { sha256: toHex(row.sha256) }),
    state: row.state as Recording['state'],
    base: String(row.base),
    spooled: row.spooled === 1,
    ...(head && tail && { wrap: { head, tail } }),
    ...(row.keep !== null && { keep: row.keep as 'pinned' | 'held' }),
    ...(row.snapshot_id !== null && { snapshotId: String(row.snapshot_id) }),
  };
}

export function toSegment(row: Row): Segment {
  return {
    n: Number(row.n),
    startedAt: Number(row.started_at),
    endedAt: Number(row.ended_at),
    bytes: Number(row.bytes),
    sha256: toHex(row.sha256),
    tier: row.rolling === 1 ? 'rolling' : 'disk',
  };
}

export function toSnapshot(row: Row): StoredSnapshot {
  return {
    id: String(row.id),
    camera: toCamera(row),
    at: Number(row.at),
    base: String(row.base),
    state: row.state as StoredSnapshot['state'],
    bytes: Number(row.bytes),
    sha256: toHex(row.sha256),
  };
}

/** From the columns `camera_id`, `camera_slug` and `camera_name`. */
export function toCamera(row: Row): CameraRef {
  return { id: String(row.camera_id), name: String(row.camera_name), slug: String(row.camera_slug) };
}

export function hashBytes(hex: string): Uint8Array {
  return Buffer.from(hex, 'hex');
}

function toHex(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : '';
}

function toSealed(bytes: unknown, hash: unknown): Sealed | undefined {
  return bytes === null ? undefined : { bytes: Number(bytes), sha256: toHex(hash) };
}

/** The cameras by their short keys, which rows have in place of ids. */
export class CameraKeys {
  readonly #statements;

  constructor(db: IndexDatabase) {
    this.#statements = {
      put: db.prepare(`INSERT INTO camera (id, slug, name) VALUES ($id, $slug, $name)
        ON CONFLICT (id) DO UPDATE SET slug = $slug, name = $name WHERE slug <> $slug OR name <> $name`),
      add: db.prepare(
        'INSERT INTO camera (id, slug, name) VALUES ($id, $slug, $name) ON CONFLICT DO NOTHING',
      ),
      find: db.prepare('SELECT key FROM camera WHERE id = $camera OR slug = $camera'),
      byId: db.prepare('SELECT key FROM camera WHERE id = $id'),
    };
  }

  /** Of the camera as it is called now. */
  current({ id, slug, name }: CameraRef): number {
    this.#statements.put.run({ id, slug, name });
    return this.#of(id);
  }

  /** Of a camera as it was called once: what is known of it stays. */
  former({ id, slug, name }: CameraRef): number {
    this.#statements.add.run({ id, slug, name });
    return this.#of(id);
  }

  /** By id or slug. Two cameras can have had the same slug, one after the other. */
  find(camera: string): number[] {
    return this.#statements.find.all({ camera }).map(({ key }) => Number(key));
  }

  #of(id: string): number {
    return Number(this.#statements.byId.get({ id })?.key);
  }
}
