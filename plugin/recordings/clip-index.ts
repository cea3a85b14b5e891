/**
 * The index of the clips, on the hub's own disk. It can be made again from the sidecars, so nothing is only here.
 *
 * Invariants
 *  1. A row in state `recording` was written before its file was begun, so no file of ours is unknown after a crash.
 *  2. A row in state `ready` was written after its file had been renamed and made durable; `bytes` and `sha256` are that file's.
 *  3. `base` is a path below the root as `layout.ts` makes it; nothing else is ever deleted.
 *  4. A row goes only after its files are gone.
 */
import type { ClipInfo } from '../../protocol/api.ts';
import { openSqliteFile, type SqliteFileOptions } from '../events/sqlite-file.ts';
import type { ClipQuery } from './contract.ts';
import type { KeptClip } from './retention.ts';

const MIGRATIONS = [
  `
  CREATE TABLE clip (
    id TEXT PRIMARY KEY,               -- ULID of the event that opened it, or its own for a continuation
    camera_id TEXT NOT NULL,
    camera_slug TEXT NOT NULL,
    started_at INTEGER NOT NULL,       -- epoch ms
    ended_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('recording', 'ready')),
    base TEXT NOT NULL UNIQUE,         -- below the root, without ending
    info TEXT NOT NULL                 -- ClipInfo as JSON
  ) STRICT;
  CREATE INDEX clip_time ON clip (started_at);
  CREATE INDEX clip_camera ON clip (camera_id, started_at);
  CREATE TABLE snapshot (
    id TEXT PRIMARY KEY,               -- ULID of its event
    at INTEGER NOT NULL,
    base TEXT NOT NULL UNIQUE
  ) STRICT;
  CREATE INDEX snapshot_at ON snapshot (at);
  `,
];

export interface IndexedClip {
  info: ClipInfo;
  base: string;
}

export interface IndexedSnapshot {
  id: string;
  at: number;
  base: string;
}

export class ClipIndex implements Disposable {
  readonly #db;
  readonly #statements;

  constructor(options: Omit<SqliteFileOptions, 'what' | 'migrations'>) {
    this.#db = openSqliteFile({ ...options, what: 'clip index', migrations: MIGRATIONS, durability: 'full' });
    const prepare = (sql: string) => this.#db.prepare(sql);
    this.#statements = {
      put: prepare('INSERT OR REPLACE INTO clip VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      get: prepare('SELECT info, base FROM clip WHERE id = ?'),
      list: prepare(`SELECT info, base FROM clip
        WHERE ($camera IS NULL OR camera_id = $camera OR camera_slug = $camera)
          AND started_at <= $to AND ended_at >= $from
        ORDER BY started_at DESC, id DESC LIMIT $limit`),
      unfinished: prepare(`SELECT info, base FROM clip WHERE state = 'recording'`),
      kept: prepare(`SELECT id, ended_at AS endedAt, bytes FROM clip WHERE state = 'ready'`),
      remove: prepare('DELETE FROM clip WHERE id = ?'),
      totals: prepare('SELECT count(*) AS clips, coalesce(sum(bytes), 0) AS bytes FROM clip'),
      putSnapshot: prepare('INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?)'),
      getSnapshot: prepare('SELECT id, at, base FROM snapshot WHERE id = ?'),
      snapshotsBefore: prepare('SELECT id, at, base FROM snapshot WHERE at < ?'),
      removeSnapshot: prepare('DELETE FROM snapshot WHERE id = ?'),
    };
  }

  put({ info, base }: IndexedClip): void {
    const { id, camera, startedAt, endedAt, bytes, state } = info;
    this.#statements.put.run(
      id,
      camera.id,
      camera.slug,
      startedAt,
      endedAt,
      bytes,
      state,
      base,
      JSON.stringify(info),
    );
  }

  get(id: string): IndexedClip | undefined {
    const row = this.#statements.get.get(id);
    return row && toClip(row);
  }

  /** Newest first; those that were running at any time from `from` to `to`. */
  list({ camera, from, to, limit }: ClipQuery): ClipInfo[] {
    const rows = this.#statements.list.all({
      camera: camera ?? null,
      from: from ?? 0,
      to: to ?? Number.MAX_SAFE_INTEGER,
      limit,
    });
    return rows.map((row) => toClip(row).info);
  }

  unfinished(): IndexedClip[] {
    return this.#statements.unfinished.all().map(toClip);
  }

  /** The finished ones, as retention wants them. */
  kept(): KeptClip[] {
    return this.#statements.kept.all().map(({ id, endedAt, bytes }) => ({
      id: String(id),
      endedAt: Number(endedAt),
      bytes: Number(bytes),
    }));
  }

  remove(id: string): void {
    this.#statements.remove.run(id);
  }

  totals(): { clips: number; bytes: number } {
    const row = this.#statements.totals.get();
    return { clips: Number(row?.clips), bytes: Number(row?.bytes) };
  }

  putSnapshot({ id, at, base }: IndexedSnapshot): void {
    this.#statements.putSnapshot.run(id, at, base);
  }

  getSnapshot(id: string): IndexedSnapshot | undefined {
    const row = this.#statements.getSnapshot.get(id);
    return row && toSnapshot(row);
  }

  snapshotsBefore(at: number): IndexedSnapshot[] {
    return this.#statements.snapshotsBefore.all(at).map(toSnapshot);
  }

  removeSnapshot(id: string): void {
    this.#statements.removeSnapshot.run(id);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }
}

function toClip(row: Record<string, unknown>): IndexedClip {
  return { info: JSON.parse(String(row.info)) as ClipInfo, base: String(row.base) };
}

function toSnapshot(row: Record<string, unknown>): IndexedSnapshot {
  return { id: String(row.id), at: Number(row.at), base: String(row.base) };
}
