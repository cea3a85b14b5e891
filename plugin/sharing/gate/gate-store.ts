/** Shares, limits and the way to the audit log, in one file. Each change is one transaction, and none is done twice. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Clock } from '../../system/clock.ts';
import type { State } from '../contract.ts';
import type { GateEntry } from './entry.ts';
import { GateTime, type Moment } from './moment.ts';
import { PeopleStore } from './people-store.ts';
import { DAY_MS } from './policy.ts';
import type { Counted } from './rate-limits.ts';
import type { Share } from './share.ts';
import { openStoreFile } from './store-file.ts';

export class GateStore implements Disposable {
  readonly people: PeopleStore;
  readonly time: GateTime;
  readonly #db: DatabaseSync;

  /** @throws ProblemError see `openStoreFile` */
  constructor(folder: string, clock: Clock) {
    this.#db = openStoreFile(folder);
    this.people = new PeopleStore(this.#db);
    const { wall, ran } = this.#one('SELECT wall, ran FROM gate') ?? {};
    this.time = new GateTime(clock, { wall: Number(wall), ran: Number(ran) });
  }

  /** All that `change` writes, with the moment it was written at, or nothing. On the disk when this returns. */
  change<T>(work: (now: Moment) => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const now = this.time.now();
      this.#run('UPDATE gate SET wall = ?, ran = ?, step = step + 1', now.wall, now.ran);
      const result = work(now);
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk may have done it already.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** How many changes there were, in all. */
  get steps(): number {
    return Number(this.#one('SELECT step FROM gate')?.step);
  }

  get on(): boolean {
    return this.#one('SELECT sharing FROM gate')?.sharing === 1;
  }

  setOn(on: boolean): void {
    this.#run('UPDATE gate SET sharing = ?', on ? 1 : 0);
  }

  share(id: string): Share | undefined {
    return toShare(this.#one('SELECT body FROM share WHERE id = ?', id));
  }

  /** Those in one of the states, in the order of their ids; all of them where no states are given. */
  shares(states?: readonly State[]): Share[] {
    const rows = this.#db
      .prepare(
        'SELECT body FROM share WHERE ?1 IS NULL OR state IN (SELECT value FROM json_each(?1)) ORDER BY id',
      )
      .all(states ? JSON.stringify(states) : null);
    return rows.flatMap((row) => toShare(row) ?? []);
  }

  /** Those whose link is to be made dead. */
  toRecall(): Share[] {
    return this.#db
      .prepare('SELECT body FROM share WHERE recall = 1 ORDER BY id')
      .all()
      .flatMap((row) => toShare(row) ?? []);
  }

  /** Within {@link change}. */
  save(share: Share, { ran }: Moment): void {
    this.#run(
      `INSERT INTO share (id, state, recall, program_ran, released_ran, step, body)
       VALUES (?1, ?2, ?3, ?4, ?5, (SELECT step FROM gate), ?6)
       ON CONFLICT (id) DO UPDATE SET state = ?2, recall = ?3, released_ran = ?5, step = excluded.step, body = ?6`,
      ...[share.id, share.state, share.recall ? 1 : 0, share.proposedBy.kind === 'program' ? ran : null],
      ...[share.releasedRan ?? null, JSON.stringify(share)],
    );
  }

  /** What the limits count, without the share itself. */
  others(id: string | undefined, { ran }: Moment): Counted[] {
    return this.#db
      .prepare(`SELECT body FROM share WHERE id IS NOT ? AND (state = 'waiting' OR released_ran > ?)`)
      .all(id ?? null, ran - DAY_MS)
      .flatMap((row) => toShare(row) ?? []);
  }

  /** When programs proposed in the last day, by `Moment.ran`. */
  proposedRan({ ran }: Moment): number[] {
    return this.#db
      .prepare('SELECT program_ran FROM share WHERE program_ran > ?')
      .all(ran - DAY_MS)
      .map((row) => Number(row.program_ran));
  }

  countDropped(): void {
    this.#run('UPDATE gate SET dropped = dropped + 1');
  }

  /** Proposals that were dropped because there were too many, since the gate was set up. */
  get dropped(): number {
    return Number(this.#one('SELECT dropped FROM gate')?.dropped);
  }

  /** Within {@link change}: the log gets them soon, even when the gate ends before. */
  post(entries: readonly GateEntry[]): void {
    for (const entry of entries) this.#run('INSERT INTO outbox (entry) VALUES (?)', JSON.stringify(entry));
  }

  /** What the log does not have yet, or perhaps has; oldest first. */
  outbox(): { n: number; entry: GateEntry }[] {
    return this.#db
      .prepare('SELECT n, entry FROM outbox ORDER BY n')
      .all()
      .map((row) => ({ n: Number(row.n), entry: JSON.parse(String(row.entry)) as GateEntry }));
  }

  posted(n: number): void {
    this.#run('DELETE FROM outbox WHERE n <= ?', n);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #one(sql: string, ...values: SQLInputValue[]) {
    return this.#db.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#db.prepare(sql).run(...values);
  }
}

/** As it was written: a redacted file is known as one by its `kind`, which only `rendered` sets. */
function toShare(row: Record<string, unknown> | undefined): Share | undefined {
  return row && (JSON.parse(String(row.body)) as Share);
}
