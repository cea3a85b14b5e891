/** The SQLite file of the index: statements that notice damage, and transactions. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { isCorruption, sqliteCode } from '../../events/sqlite-file.ts';

/** Primary result code of SQLite: https://www.sqlite.org/rescode.html */
const SQLITE_CONSTRAINT = 19;

export type Row = Record<string, unknown>;

/** A prepared statement; values by the names of their parameters, without `$`. */
export interface Statement {
  all(values?: Record<string, SQLInputValue>): Row[];
  get(values?: Record<string, SQLInputValue>): Row | undefined;
  /** How many rows it changed. */
  run(values?: Record<string, SQLInputValue>): number;
}

export class IndexDatabase implements Disposable {
  readonly #db: DatabaseSync;
  readonly #onDamage: (error: unknown) => void;

  /** `onDamage` is told when something that was read shows that the file is damaged. */
  constructor(db: DatabaseSync, onDamage: (error: unknown) => void) {
    this.#db = db;
    this.#onDamage = onDamage;
  }

  prepare(sql: string): Statement {
    const statement = this.#db.prepare(sql);
    return {
      all: (values = {}) => this.#noticing(() => statement.all(values)),
      get: (values = {}) => this.#noticing(() => statement.get(values)),
      run: (values = {}) => this.#noticing(() => Number(statement.run(values).changes)),
    };
  }

  /** All of what `change` writes, or nothing; within another one it is kept when that is. */
  transaction<T>(change: () => T): T {
    const [begin, commit, rollBack] = this.#db.isTransaction
      ? ['SAVEPOINT inner', 'RELEASE inner', 'ROLLBACK TO inner; RELEASE inner']
      : ['BEGIN IMMEDIATE', 'COMMIT', 'ROLLBACK'];
    return this.#noticing(() => {
      this.#db.exec(begin);
      try {
        const result = change();
        this.#db.exec(commit);
        return result;
      } catch (error) {
        this.#rollBack(rollBack);
        throw error;
      }
    });
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #rollBack(how: string): void {
    try {
      this.#db.exec(how);
    } catch {
      // A full disk has done it already.
    }
  }

  #noticing<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isCorruption(error)) this.#onDamage(error);
      throw error;
    }
  }
}

/** Whether what was to be written is at fault, and not the file or its disk. */
export function isRefusal(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === undefined || code === SQLITE_CONSTRAINT;
}
