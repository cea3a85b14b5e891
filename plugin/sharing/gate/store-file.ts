/** The gate's SQLite file: for one process and one user, and never begun anew by itself, or limits and locks would be forgotten. */
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isCorruption, migrate, sqliteCode } from '../../events/sqlite-file.ts';
import { networkFileSystem } from '../../recordings/index/local-disk.ts';
import { ProblemError, reason } from '../../system/problem.ts';
import { privateFolder, refuseOpenToOthers } from '../private-folder.ts';

/** Each takes the schema one version up; `user_version` counts those done. */
const MIGRATIONS = [
  `
  CREATE TABLE gate (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    wall INTEGER NOT NULL,              -- Moment of the last step
    ran INTEGER NOT NULL,
    step INTEGER NOT NULL,              -- counts the steps; only ever grows
    sharing INTEGER NOT NULL,           -- 1: switched on
    dropped INTEGER NOT NULL            -- proposals that were too many
  ) STRICT;
  INSERT INTO gate VALUES (1, 0, 0, 0, 0, 0);
  CREATE TABLE share (
    id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    recall INTEGER NOT NULL,            -- 1: a link is to be made dead
    program_ran INTEGER,                -- Moment.ran of the proposal, of a program's
    released_ran INTEGER,
    step INTEGER NOT NULL,              -- the one that changed it last
    body TEXT NOT NULL                  -- the share, JSON
  ) STRICT;
  CREATE INDEX share_state ON share (state);
  CREATE INDEX share_program ON share (program_ran);
  CREATE INDEX share_released ON share (released_ran);
  CREATE TABLE recipient (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE approver (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    pin TEXT NOT NULL,                  -- hash
    usable_ran INTEGER NOT NULL,
    wrong INTEGER NOT NULL,
    locked_until INTEGER NOT NULL       -- Moment.ran
  ) STRICT;
  CREATE TABLE token (
    hash BLOB PRIMARY KEY,
    share_id TEXT NOT NULL,
    approver_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    expires_at INTEGER NOT NULL         -- Moment.wall
  ) STRICT;
  CREATE TABLE outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    entry TEXT NOT NULL                 -- JSON; leaves once the audit log has it
  ) STRICT;
  `,
];

/**
 * Opens `gate.sqlite` in a folder of the gate's own, or makes both. No other process can open it meanwhile.
 *
 * @throws ProblemError `sharing-open` (others can read it), `gate-on-network`, `gate-busy`, `gate-version`, `gate-damaged`,
 * `storage-unwritable`
 */
export function openStoreFile(folder: string): DatabaseSync {
  privateFolder(folder);
  const path = join(folder, 'gate.sqlite');
  const fileSystem = networkFileSystem(path);
  if (fileSystem !== undefined)
    throw new ProblemError({
      code: 'gate-on-network',
      what: `The file of shares ${path} is on a network file system (${fileSystem}), where a database comes to harm.`,
      cure: 'Move the Homebridge storage to a disk of this machine.',
    });
  for (const file of [path, `${path}-wal`]) if (existsSync(file)) refuseOpenToOthers(file, '600');
  let db: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    db = new DatabaseSync(path);
    // Exclusive: a second gate would take what the first one is sending for what a crash left.
    db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    db.exec('PRAGMA secure_delete = ON; BEGIN IMMEDIATE; COMMIT;');
    checkAndMigrate(db, path);
    return db;
  } catch (error) {
    db?.close();
    throw problemOf(error, path);
  }
}

function checkAndMigrate(db: DatabaseSync, path: string): void {
  const faults = db.prepare('PRAGMA quick_check(1)').all();
  if (faults[0]?.quick_check !== 'ok') throw damaged(path, String(faults[0]?.quick_check));
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version > MIGRATIONS.length)
    throw new ProblemError({
      code: 'gate-version',
      what: `The file of shares ${path} was written by a later version of Doorstep (its schema is ${version}, not ${MIGRATIONS.length}).`,
      cure: 'Install that version again, or a later one.',
    });
  migrate(db, MIGRATIONS);
}

const SQLITE_BUSY = 5;

function problemOf(error: unknown, path: string): unknown {
  if (error instanceof ProblemError) return error;
  if (isCorruption(error)) return damaged(path, reason(error), error);
  if (sqliteCode(error) === SQLITE_BUSY)
    return new ProblemError(
      {
        code: 'gate-busy',
        what: `The file of shares ${path} is in use by another process.`,
        cure: 'A gate is running already; stop it first.',
      },
      { cause: error },
    );
  return new ProblemError(
    {
      code: 'storage-unwritable',
      what: `The file of shares ${path} cannot be used: ${reason(error)}. Nothing can be shared until then.`,
      cure: 'Check that the disk has room and that the user that runs Homebridge may write there, then restart.',
    },
    { cause: error },
  );
}

function damaged(path: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      code: 'gate-damaged',
      what: `The file of shares ${path} is damaged (${why}). Nothing can be shared until then.`,
      cure: 'Bring it back from a backup, or move it away; then recipients and approvers are set up anew, and recipients wait a day.',
    },
    { cause },
  );
}
