/**
 * The journal: every event of this hub in the order in which it was published.
 *
 * Invariants
 *  1. An event is written once and never changed; a correction is a new event with `supersedes`.
 *  2. `seq` grows from event to event and is never given twice under one hub id. It may have holes: events that were
 *     published while the disk was full, and the numbers left out after an end that was not clean.
 *  3. Events go only from the front (the lowest `seq` first), so whatever is at or after `firstKept` is whole.
 *  4. `body` is the event as published, without `seq`; the other columns repeat parts of it for searching.
 *  5. The hub id is made with the database and lives as long as it does.
 */
import { randomUUID } from 'node:crypto';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import type { EventQuery } from './contract.ts';
import { openSqliteFile } from './sqlite-file.ts';

const MIGRATIONS = [
  `
  CREATE TABLE hub (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL                    -- random; clients keep it beside their cursor
  ) STRICT;
  CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- AUTOINCREMENT remembers the highest number after pruning
    id TEXT NOT NULL UNIQUE,            -- ULID
    kind TEXT NOT NULL,
    camera_id TEXT,                     -- NULL: the hub itself
    camera_slug TEXT,                   -- as it was then
    at INTEGER NOT NULL,                -- epoch ms, in front of the camera
    detected_at INTEGER NOT NULL,       -- epoch ms, at the hub
    body TEXT NOT NULL                  -- JSON
  ) STRICT;
  CREATE INDEX event_camera ON event (camera_id, seq);
  CREATE INDEX event_at ON event (at);
  `,
  `
  ALTER TABLE hub ADD COLUMN clean INTEGER NOT NULL DEFAULT 1; -- 0 while open: numbers may be given that are not on disk
  `,
];

/** Numbers left out after a power cut or with events that could not be written: far more than either can have cost. */
const LEFT_OUT = 1000;

export interface Journal extends Disposable {
  readonly hubId: string;
  /** Highest `seq` ever written; 0 in a new journal. */
  readonly lastSeq: number;
  /** Writes one event; throws when the disk does not take it. */
  append(event: DoorstepEvent): void;
  /** In order, `seq` greater than `after`; at most `limit`. `firstKept` is `lastSeq + 1` in an empty journal. */
  since(after: number, limit: number): { events: DoorstepEvent[]; firstKept: number };
  /** Newest first. */
  query(query: EventQuery): DoorstepEvent[];
  /** Removes events from the front: those detected before `olderThan` (epoch ms) and those beyond the newest `keepRows`. Returns how many. */
  prune(limits: { olderThan: number; keepRows: number }): number;
}

export interface JournalOptions {
  path: string;
  clock: Clock;
  log: Log;
}

/** Opens the journal, or begins a new one. Never fails: see {@link openSqliteFile}. */
export function openJournal({ path, clock, log }: JournalOptions): Journal {
  // Not `full`: an event is on its way to listeners only after it was written, and a ring must not wait for a slow card.
  const db = openSqliteFile({ path, what: 'event journal', migrations: MIGRATIONS, clock, log });
  db.prepare('INSERT OR IGNORE INTO hub (only, id) VALUES (1, ?)').run(randomUUID());
  const hubId = String(db.prepare('SELECT id FROM hub').get()?.id);
  let lastSeq = Number(db.prepare(`SELECT seq FROM sqlite_sequence WHERE name = 'event'`).get()?.seq ?? 0);

  if (db.prepare('SELECT clean FROM hub').get()?.clean === 0) lastSeq += LEFT_OUT;
  let highest = lastSeq;
  try {
    db.exec(`
      BEGIN;
      DELETE FROM sqlite_sequence WHERE name = 'event';
      INSERT INTO sqlite_sequence (name, seq) VALUES ('event', ${lastSeq});
      UPDATE hub SET clean = 0;
      COMMIT;
      PRAGMA wal_checkpoint(FULL); -- on the disk before the first number is given
    `);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    log.warn(`The event journal cannot be marked as open (${reason(error)}). Check the free space.`);
  }

  const insert = db.prepare(
    `INSERT INTO event (seq, id, kind, camera_id, camera_slug, at, detected_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const selectFirst = db.prepare('SELECT min(seq) AS seq FROM event');
  const selectSince = db.prepare('SELECT seq, body FROM event WHERE seq > ? ORDER BY seq LIMIT ?');
  const selectNewest = db.prepare(`
    SELECT seq, body FROM event
    WHERE ($kinds IS NULL OR kind IN (SELECT value FROM json_each($kinds)))
      AND ($camera IS NULL OR camera_id = $camera OR camera_slug = $camera)
      AND at BETWEEN $from AND $to AND seq < $before
    ORDER BY seq DESC LIMIT $limit`);
  const deleteFront = db.prepare(`
    DELETE FROM event WHERE seq <= $lastSeq - $keepRows
      OR seq < coalesce((SELECT min(seq) FROM event WHERE detected_at >= $olderThan), $lastSeq + 1)`);

  return {
    hubId,
    get lastSeq() {
      return lastSeq;
    },
    append({ seq, ...event }) {
      const { id, kind, camera, at, detectedAt } = event;
      highest = Math.max(highest, seq);
      insert.run(
        seq,
        id,
        kind,
        camera?.id ?? null,
        camera?.slug ?? null,
        at,
        detectedAt,
        JSON.stringify(event),
      );
      lastSeq = seq;
    },
    since(after, limit) {
      return {
        events: selectSince.all(after, limit).map(toEvent),
        firstKept: Number(selectFirst.get()?.seq ?? lastSeq + 1),
      };
    },
    query({ kinds, camera, from, to, before, limit }) {
      const rows = selectNewest.all({
        kinds: kinds ? JSON.stringify(kinds) : null,
        camera: camera ?? null,
        from: from ?? 0,
        to: to ?? Number.MAX_SAFE_INTEGER,
        before: before ?? Number.MAX_SAFE_INTEGER,
        limit,
      });
      return rows.map(toEvent);
    },
    prune({ olderThan, keepRows }) {
      return Number(deleteFront.run({ lastSeq, keepRows, olderThan }).changes);
    },
    [Symbol.dispose]() {
      try {
        if (highest === lastSeq) db.exec('UPDATE hub SET clean = 1');
      } catch {
        // Then the next start leaves numbers out.
      }
      db.close();
    },
  };
}

function toEvent(row: Record<string, unknown>): DoorstepEvent {
  return { ...(JSON.parse(String(row.body)) as Omit<DoorstepEvent, 'seq'>), seq: Number(row.seq) };
}
