/**
 * What the index of recordings says, column by column, and the invariants that hold at any moment, a crash and a power cut included.
 *
 * States of a recording, and the only ways between them (`recording-states.ts` refuses the others):
 *
 *     (none) ── open ──► closed ──► forwarding ──► stored ──┐
 *                 │         └───────────┴────────────┴──► deleting ──► (none)
 *                 └──► (none)   nothing came of it
 *
 * An open, closed or forwarding one whose files turn out to be damaged is open again, until what is left of it is entered.
 *
 * Each step forward is written after the disk has what it says, each step to removal before the disk loses it:
 *
 *     row `open` → files → (fsync file, fsync folder, then row) for each segment → head and tail durable → row `closed` → row `forwarding`
 *     → put (temporary name, copy, fsync, verify, rename, fsync folder) → sidecar → row `stored` → pieces leave the spool → row not spooled
 *     removal: row `deleting` → files, here and there → row gone
 */

/** By number, as `doorstep check` proves them. */
export const INVARIANTS = {
  1: 'The database itself is whole.',
  2: 'Whatever lies in the spool has a row: the row is written before the first byte.',
  3: 'What a row says of a recording that is not stored yet is in the spool: each segment, and head and tail once it is closed, with its size and hash.',
  4: 'Segments count from 0 without holes, and none ends before it begins.',
  5: 'An open recording has neither size nor head and tail; of any other the size is head + segments + tail.',
  6: 'What is neither in the spool nor at the target has no row.',
  7: 'The name of a file follows from its row: camera folder, day, kind and id, and nothing that leads out of the root.',
  8: 'Nothing that is pinned or held is being deleted.',
  9: 'The target is the place that was set up: the one whose marker the index knows.',
  10: 'A stored recording is at the target under its name, with its size and hash.',
  11: 'The sidecar and the index of the day at the target say what the row says, or are marked to be written again.',
  12: 'Whatever lies at the target under our names has a row.',
  13: 'A snapshot is where its row says, with its size and hash.',
  14: 'A stretch without footage does not end before it begins.',
} as const;
export type InvariantNumber = keyof typeof INVARIANTS;

function tally(row: 'NEW' | 'OLD', sign: 1 | -1): string {
  return `INSERT INTO tally VALUES (
      CASE ${row}.state WHEN 'open' THEN 'open' WHEN 'stored' THEN 'stored' ELSE 'waiting' END,
      ${row}.kind = 'continuous', ${row}.keep IS NOT NULL, ${sign}, ${sign} * ${row}.bytes)
    ON CONFLICT DO UPDATE SET count = count + excluded.count, bytes = bytes + excluded.bytes;`;
}

/** Each takes the schema one version up. */
export const MIGRATIONS = [
  // Version 1 had a row for each clip and none for its parts. All that it knew stands in the files too, from which the index is made again.
  'DROP TABLE IF EXISTS clip; DROP TABLE IF EXISTS snapshot;',
  `
  DROP TABLE IF EXISTS clip;
  DROP TABLE IF EXISTS snapshot;

  -- Cameras that have or had recordings, as they are called now.
  CREATE TABLE camera (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,             -- survives a rename
    slug TEXT NOT NULL,
    name TEXT NOT NULL
  ) STRICT;

  CREATE TABLE recording (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,             -- ULID of the event that opened it, or its own
    camera INTEGER NOT NULL REFERENCES camera,
    kind TEXT NOT NULL CHECK (kind IN ('doorbell', 'motion', 'package', 'continuous')),
    event_ids TEXT NOT NULL,             -- JSON list of ULIDs
    started_at INTEGER NOT NULL,         -- epoch ms of the first picture
    ended_at INTEGER NOT NULL,           -- epoch ms of the end of the last; while it is open, of the last segment
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'forwarding', 'stored', 'deleting')),
    base TEXT NOT NULL UNIQUE,           -- below the target's root, without ending
    day TEXT NOT NULL,                   -- the folder of base: front-door/2026/11/22
    spooled INTEGER NOT NULL CHECK (spooled IN (0, 1)),   -- whether its pieces are in the spool
    bytes INTEGER NOT NULL,              -- of the whole file; 0 while it is open
    sha256 BLOB,                         -- of the whole file, once it is stored
    head_bytes INTEGER, head_sha256 BLOB,                 -- what comes before its segments, once it is closed
    tail_bytes INTEGER, tail_sha256 BLOB,                 -- and after them
    holes INTEGER NOT NULL DEFAULT 0,    -- how often there is no footage between two of its segments; without any, a timeline need not read them
    keep TEXT CHECK (keep IN ('pinned', 'held')),         -- why retention passes it over
    snapshot_id TEXT,
    sidecar_changes INTEGER NOT NULL DEFAULT 0,           -- how often it changed since its sidecar at the target was written
    CHECK (state IN ('stored', 'deleting') OR spooled = 1),
    CHECK (state <> 'deleting' OR keep IS NULL),
    CHECK (started_at <= ended_at),
    CHECK (state <> 'open' OR (bytes = 0 AND head_bytes IS NULL AND tail_bytes IS NULL))
  ) STRICT;
  CREATE INDEX recording_time ON recording (started_at);
  CREATE INDEX recording_camera ON recording (camera, started_at);
  CREATE INDEX recording_clip_time ON recording (started_at) WHERE kind <> 'continuous';
  CREATE INDEX recording_clip_camera ON recording (camera, started_at) WHERE kind <> 'continuous';
  CREATE INDEX recording_continuous_end ON recording (camera, ended_at) WHERE kind = 'continuous';
  CREATE INDEX recording_day ON recording (day, started_at);
  -- Few rows each: what is on its way.
  CREATE INDEX recording_spooled ON recording (state) WHERE spooled = 1;
  CREATE INDEX recording_deleting ON recording (key) WHERE state = 'deleting';
  CREATE INDEX recording_stale ON recording (key) WHERE sidecar_changes > 0;
  -- A stretch of time is looked up by where recordings begin, from its start less the longest there is: these hold the few that are long.
  CREATE INDEX recording_long ON recording (ended_at - started_at) WHERE ended_at - started_at > 600000;

  -- Retention: what may go, of each kind and place, the oldest first; and the few that are kept.
  CREATE INDEX recording_removable ON recording (kind = 'continuous', state = 'stored', ended_at, id, bytes)
    WHERE keep IS NULL AND state IN ('closed', 'forwarding', 'stored');
  CREATE INDEX recording_kept ON recording (key) WHERE keep IS NOT NULL;

  -- How many recordings there are and how large, those being deleted left out. Kept by triggers: to sum up all rows takes too long to do often.
  CREATE TABLE tally (
    place TEXT NOT NULL,                 -- open, waiting or stored
    continuous INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    count INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (place, continuous, kept)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER recording_added AFTER INSERT ON recording WHEN NEW.state <> 'deleting' BEGIN
    ${tally('NEW', 1)}
  END;
  CREATE TRIGGER recording_changed_from AFTER UPDATE OF state, kind, keep, bytes ON recording WHEN OLD.state <> 'deleting' BEGIN
    ${tally('OLD', -1)}
  END;
  CREATE TRIGGER recording_changed_to AFTER UPDATE OF state, kind, keep, bytes ON recording WHEN NEW.state <> 'deleting' BEGIN
    ${tally('NEW', 1)}
  END;
  CREATE TRIGGER recording_removed AFTER DELETE ON recording WHEN OLD.state <> 'deleting' BEGIN
    ${tally('OLD', -1)}
  END;

  CREATE TABLE segment (
    recording INTEGER NOT NULL REFERENCES recording ON DELETE CASCADE,
    n INTEGER NOT NULL,                  -- from 0, without holes
    started_at INTEGER NOT NULL,         -- epoch ms of the first picture
    ended_at INTEGER NOT NULL,           -- epoch ms of the end of the last
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL,                -- empty where it is not known: files of before there were segments
    rolling INTEGER NOT NULL CHECK (rolling IN (0, 1)),   -- 1: in memory, 0: on the disk of the spool, or no longer in the spool
    PRIMARY KEY (recording, n),
    CHECK (started_at <= ended_at)
  ) STRICT, WITHOUT ROWID;

  -- The picture of an event: closed in the spool, then stored at the target, then on its way out.
  CREATE TABLE snapshot (
    id TEXT PRIMARY KEY,                 -- ULID of its event
    camera INTEGER NOT NULL REFERENCES camera,
    at INTEGER NOT NULL,                 -- epoch ms of its event
    base TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('closed', 'stored', 'deleting')),
    bytes INTEGER NOT NULL,
    sha256 BLOB NOT NULL
  ) STRICT;
  CREATE INDEX snapshot_at ON snapshot (at, id);
  CREATE INDEX snapshot_closed ON snapshot (at) WHERE state = 'closed';

  -- Days whose index.jsonl at the target is out of date.
  CREATE TABLE stale_day (
    day TEXT PRIMARY KEY,
    changes INTEGER NOT NULL             -- since it was last written; tells a change that came while it was being written
  ) STRICT;

  -- Stretches of time without footage that should be there.
  CREATE TABLE gap (
    key INTEGER PRIMARY KEY,
    camera INTEGER NOT NULL REFERENCES camera,
    from_at INTEGER NOT NULL,            -- epoch ms
    to_at INTEGER NOT NULL,
    reason TEXT NOT NULL,                -- GapReason of protocol/event.ts
    dropped_bytes INTEGER,               -- size of the recording that was given up; null where there was none to give up
    noted_at INTEGER NOT NULL,           -- epoch ms at which we knew
    CHECK (from_at <= to_at)
  ) STRICT;
  CREATE INDEX gap_time ON gap (camera, to_at);
  CREATE INDEX gap_noted ON gap (noted_at);

  -- The place whose marker we know; one row or none.
  CREATE TABLE target (
    key INTEGER PRIMARY KEY CHECK (key = 1),
    facts TEXT NOT NULL                  -- KnownTarget as JSON
  ) STRICT;

  -- The folders in which recordings wait; one row or none.
  CREATE TABLE spool (
    key INTEGER PRIMARY KEY CHECK (key = 1),
    facts TEXT NOT NULL                  -- KnownSpool as JSON
  ) STRICT;
  `,
];

/** Small enough to be read through at each opening; the segments are looked at by `doorstep check`, and when reading them fails. */
export const CHECKED_AT_OPENING = [
  'camera',
  'recording',
  'snapshot',
  'stale_day',
  'gap',
  'target',
  'spool',
] as const;
