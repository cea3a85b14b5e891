/** Opens the index: the parts beside this file, on one database. */
import { DatabaseSync } from 'node:sqlite';
import type { Problem } from '../../../protocol/api.ts';
import { isCorruption, markDamaged, openSqliteFile } from '../../events/sqlite-file.ts';
import type { Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { inWords, ProblemError, reason } from '../../system/problem.ts';
import type { KnownSpool, KnownTarget, RecordingIndex } from './contract.ts';
import { Gaps } from './gaps.ts';
import { IndexDatabase } from './index-database.ts';
import { networkFileSystem } from './local-disk.ts';
import { RecordingList } from './recording-list.ts';
import { RecordingStates } from './recording-states.ts';
import { CameraKeys } from './rows.ts';
import { CHECKED_AT_OPENING, MIGRATIONS } from './schema.ts';
import { Snapshots } from './snapshots.ts';
import { StaleDays, StaleSidecars } from './stale-days.ts';

const WHAT = 'index of the recordings';

export interface IndexOptions {
  /** Of the file; on a local disk. Its folder is made when it is missing. */
  path: string;
  clock: Clock;
  log: Log;
  /** To look at it while the hub has it: nothing is made, changed or moved. Then it must be there. */
  readOnly?: boolean;
}

/**
 * Opens or makes the index. A damaged one is moved aside and an empty one begins (`isNew`), to be made again from the files.
 *
 * @throws ProblemError `index-on-network`, `index-unwritable`; `index-damaged` and `index-version` with `readOnly`
 */
export function openRecordingIndex(options: IndexOptions): RecordingIndex {
  const { path, log } = options;
  refuseNetwork(path);
  let problem: Problem | undefined;
  const db = new IndexDatabase(openFile(options), (error) => {
    if (options.readOnly || problem) return;
    problem = damagedIndex(path, error).problem;
    log.error(inWords(problem));
    noteDamage(path, log);
  });
  const cameras = new CameraKeys(db);
  const days = new StaleDays(db);
  const parts = { db, cameras, days, clock: options.clock };
  return compose(db, () => problem, {
    states: new RecordingStates(parts),
    list: new RecordingList(parts),
    days,
    sidecars: new StaleSidecars(db),
    snapshots: new Snapshots(parts),
    gaps: new Gaps(parts),
  });
}

/** Has it moved aside at the next opening. */
function noteDamage(path: string, log: Log): void {
  try {
    markDamaged(path);
  } catch (error) {
    log.warn(`That ${path} is damaged could not be noted beside it: ${reason(error)}`);
  }
}

function refuseNetwork(path: string): void {
  const fileSystem = networkFileSystem(path);
  if (fileSystem === undefined) return;
  throw new ProblemError({
    code: 'index-on-network',
    what: `The ${WHAT} ${path} is on a network file system (${fileSystem}), where a database comes to harm.`,
    cure: 'Move the Homebridge storage to a disk of this machine; recordings themselves may go to the network.',
  });
}

function openFile({ path, clock, log, readOnly = false }: IndexOptions): DatabaseSync {
  try {
    if (readOnly) return openToRead(path);
    return openSqliteFile({
      ...{ path, clock, log, what: WHAT, migrations: MIGRATIONS, durability: 'full' },
      // In memory it would name recordings that nobody finds again after a restart.
      unwritable: 'throw',
      checked: CHECKED_AT_OPENING,
    });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (isCorruption(error)) throw damagedIndex(path, error);
    throw new ProblemError(
      {
        code: 'index-unwritable',
        what: `The ${WHAT} ${path} cannot be opened: ${reason(error)}.`,
        cure: 'Check the owner of its folder and the free space, then restart.',
      },
      { cause: error },
    );
  }
}

/** What is to be done where a damaged index was only looked at. */
export function damagedIndex(path: string, error: unknown): ProblemError {
  return new ProblemError(
    {
      code: 'index-damaged',
      what: `The ${WHAT} ${path} is damaged (${reason(error)}).`,
      cure: 'Restart Homebridge: it is moved aside and made again from the recordings, which are not touched.',
    },
    { cause: error },
  );
}

function openToRead(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true });
  db.exec('PRAGMA busy_timeout = 2000');
  const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version === MIGRATIONS.length) return db;
  db.close();
  throw new ProblemError({
    code: 'index-version',
    what: `The ${WHAT} ${path} was made by another version of Doorstep (its schema is ${version}, not ${MIGRATIONS.length}).`,
    cure: 'Start Homebridge once with this version.',
  });
}

interface Parts {
  states: RecordingStates;
  list: RecordingList;
  days: StaleDays;
  sidecars: StaleSidecars;
  snapshots: Snapshots;
  gaps: Gaps;
}

function compose(
  db: IndexDatabase,
  problem: () => Problem | undefined,
  { states, list, days, sidecars, snapshots, gaps }: Parts,
): RecordingIndex {
  const target = factsIn<KnownTarget>(db, 'target');
  const spool = factsIn<KnownSpool>(db, 'spool');
  return {
    get problem() {
      return problem();
    },
    isNew: target.get() === undefined && db.prepare('SELECT 1 FROM recording LIMIT 1').get() === undefined,
    open: (opening, base) => states.open(opening, base),
    addSegment: (id, segment) => states.addSegment(id, segment),
    moveSegment: (id, n, tier) => states.moveSegment(id, n, tier),
    close: (id, closing) => states.close(id, closing),
    reopen: (id) => states.reopen(id),
    forget: (id) => states.forget(id),
    toForward: (limit) => list.toForward(limit),
    forwarding: (id) => states.forwarding(id),
    stored: (id, file) => states.stored(id, file),
    unstored: (id) => states.unstored(id),
    unspooled: (id) => states.unspooled(id),
    storedAndSpooled: (limit) => list.storedAndSpooled(limit),
    staleSidecars: (limit) => sidecars.staleSidecars(limit),
    sidecarWritten: (id) => sidecars.sidecarWritten(id),
    deleting: (ids) => states.deleting(ids),
    toDelete: (limit) => list.toDelete(limit),
    remove: (id) => states.remove(id),
    get: (id) => list.get(id),
    segments: (id) => list.segments(id),
    list: (query) => list.list(query),
    spans: (camera, from, to) => list.spans(camera, from, to),
    unfinished: () => list.unfinished(),
    waiting: () => list.waiting(),
    removable: (query) => list.removable(query),
    tally: () => list.tally(),
    setKeep: (id, keep) => states.setKeep(id, keep),
    lastContinuousEnd: (cameraId, at) => list.lastContinuousEnd(cameraId, at),
    totals: () => list.totals(),
    spoolTotals: () => list.spoolTotals(),
    putSnapshot: (snapshot) => snapshots.putSnapshot(snapshot),
    getSnapshot: (id) => snapshots.getSnapshot(id),
    snapshotsToForward: (limit) => snapshots.snapshotsToForward(limit),
    snapshotsBefore: (at) => snapshots.snapshotsBefore(at),
    removableSnapshots: (query) => snapshots.removableSnapshots(query),
    snapshotCount: () => snapshots.snapshotCount(),
    removeSnapshot: (id) => snapshots.removeSnapshot(id),
    staleDays: (limit) => days.staleDays(limit),
    ofDay: (day) => days.ofDay(day),
    dayWritten: (day) => days.dayWritten(day),
    addGap: (gap, dropped) => gaps.addGap(gap, dropped),
    gaps: (query) => gaps.gaps(query),
    droppedSince: (at) => gaps.droppedSince(at),
    gapsBefore: (at) => gaps.gapsBefore(at),
    removeGapsBefore: (at, limit) => gaps.removeGapsBefore(at, limit),
    damage: () =>
      ['PRAGMA integrity_check', 'PRAGMA foreign_key_check'].flatMap((pragma) =>
        db
          .prepare(pragma)
          .all()
          .map((row) => Object.values(row).join(' '))
          .filter((line) => line !== 'ok'),
      ),
    restore: (recording, segments) => states.restore(recording, segments),
    restoreAll: (found) => states.restoreAll(found),
    spool: () => spool.get(),
    setSpool: (known) => spool.set(known),
    target: () => target.get(),
    setTarget: (known) => target.set(known),
    leaveTarget: () => states.leaveTarget(),
    [Symbol.dispose]: () => db[Symbol.dispose](),
  };
}

/** What a table with one row or none holds as JSON. */
function factsIn<T>(
  db: IndexDatabase,
  table: 'spool' | 'target',
): { get(): T | undefined; set(facts: T): void } {
  const get = db.prepare(`SELECT facts FROM ${table}`);
  const set = db.prepare(`INSERT INTO ${table} VALUES (1, $facts) ON CONFLICT DO UPDATE SET facts = $facts`);
  return {
    get: () => {
      const facts = get.get()?.facts;
      return facts === undefined ? undefined : (JSON.parse(String(facts)) as T);
    },
    set: (facts) => void set.run({ facts: JSON.stringify(facts) }),
  };
}
