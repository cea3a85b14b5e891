import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';

export interface SqliteFileOptions {
  /** On a local disk: SQLite and network shares do not go together. */
  path: string;
  /** What it holds, for the log: `event journal`. */
  what: string;
  /** Each takes the schema one version up; `user_version` counts those done. */
  migrations: readonly string[];
  /**
   * What a power cut may take: nothing that was written (`full`, waits for the disk each time), or the last writes (`normal`,
   * the default). The file stays whole either way.
   */
  durability?: 'full' | 'normal';
  /** What happens where no file can be had: it is kept in memory until the next start (the default), or this throws. */
  unwritable?: 'memory' | 'throw';
  /** The tables that are read through for damage at opening; all of the file where this is left out, which takes long for a large one. */
  checked?: readonly string[];
  clock: Clock;
  log: Log;
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
/** Of a file beside the database: it is known to be damaged. */
const DAMAGED = '.damaged';

/**
 * Opens a database in WAL mode with the newest schema. A corrupt file is moved aside (`.broken-<epoch ms>`) and a new one begins;
 * where no file can be had at all (folder not writable, disk full) the database lives in memory, unless that was ruled out. Both are said
 * in the log in one sentence, and the hub goes on.
 */
export function openSqliteFile(options: SqliteFileOptions): DatabaseSync {
  const { path, what, clock, log } = options;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    try {
      if (existsSync(path + DAMAGED)) throw corruption('as was noticed when it was last used');
      return openAndMigrate(path, options);
    } catch (error) {
      if (!isCorruption(error)) throw error;
      const aside = moveAside(path, clock.now());
      rmSync(path + DAMAGED, { force: true });
      log.error(
        `The ${what} ${path} is damaged (${reason(error)}); it was kept as ${aside} and a new one begins.`,
      );
      return openAndMigrate(path, options);
    }
  } catch (error) {
    if (options.unwritable === 'throw') throw error;
    log.error(
      `The ${what} ${path} cannot be written (${reason(error)}); it is kept in memory until the next restart. Check the folder's owner and the free space.`,
    );
    return openAndMigrate(':memory:', options);
  }
}

/** Has the file moved aside at the next opening: what was read of it shows that it is damaged. */
export function markDamaged(path: string): void {
  writeFileSync(path + DAMAGED, '', { mode: 0o600 });
}

/** True when SQLite says that the content of the file, and not the access to it, is at fault. */
export function isCorruption(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB;
}

/** SQLite's primary result code (https://www.sqlite.org/rescode.html); undefined for an error that is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | null)?.errcode;
  // Extended codes carry the primary one in their low byte.
  return typeof code === 'number' ? code & 0xff : undefined;
}

function openAndMigrate(
  path: string,
  { migrations, durability = 'normal', checked }: SqliteFileOptions,
): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    db.exec(
      `PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = ${durability}; PRAGMA foreign_keys = ON;`,
    );
    if (!checked) quickCheck(db, '1');
    migrate(db, migrations);
    for (const table of checked ?? []) quickCheck(db, table);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** `what`: a table, or the most faults that are looked for in the whole file. */
function quickCheck(db: DatabaseSync, what: string): void {
  const found = db.prepare(`PRAGMA quick_check(${what})`).get()?.quick_check;
  if (found !== 'ok') throw corruption(String(found));
}

function corruption(message: string): Error {
  return Object.assign(new Error(message), { errcode: SQLITE_CORRUPT });
}

/** Takes the schema to the newest version, each step whole or not at all. Throws when a newer version of Doorstep made it. */
export function migrate(db: DatabaseSync, migrations: readonly string[]): void {
  const done = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (done > migrations.length) {
    throw new Error(`its schema ${done} was made by a newer version of Doorstep`);
  }
  for (let version = done; version < migrations.length; version++) {
    db.exec(`BEGIN IMMEDIATE; ${migrations[version]}; PRAGMA user_version = ${version + 1}; COMMIT;`);
  }
}

function moveAside(path: string, now: number): string {
  const aside = `${path}.broken-${now}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  }
  return aside;
}
