/** The SQLite file of the index: statements that notice damage, and transactions. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { isCorruption } from '../../events/sqlite-file.ts';

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

  /** All of what `change` writes, or nothing. */
  transaction<T>(change: () => T): T {
    return this.#noticing(() => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        const result = change();
        this.#db.exec('COMMIT');
        return result;
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    });
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK');
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
