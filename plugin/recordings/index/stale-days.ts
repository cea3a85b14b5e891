/** Which days' `index.jsonl`, and which sidecars, have to be written again at the target. */
import type { Recording } from '../recording.ts';
import type { IndexDatabase } from './index-database.ts';
import { SELECT_RECORDING, toRecording } from './rows.ts';

/**
 * Writing takes a while, and meanwhile something may change once more. So changes are counted: only when no more of them are there than when it was
 * read is what was written up to date.
 */
export class StaleDays {
  readonly #statements;
  readonly #seen = new Map<string, number>();

  constructor(db: IndexDatabase) {
    this.#statements = {
      touch: db.prepare(
        `INSERT INTO stale_day VALUES ($day, 1) ON CONFLICT DO UPDATE SET changes = changes + 1`,
      ),
      list: db.prepare('SELECT day FROM stale_day ORDER BY day LIMIT $limit'),
      changes: db.prepare('SELECT changes FROM stale_day WHERE day = $day'),
      written: db.prepare('DELETE FROM stale_day WHERE day = $day AND changes <= $changes'),
      recordings: db.prepare(
        `${SELECT_RECORDING} WHERE day = $day AND state = 'stored' ORDER BY started_at, recording.id`,
      ),
    };
  }

  /** Something in it changed; within the transaction of the change. */
  touch(day: string): void {
    this.#statements.touch.run({ day });
  }

  staleDays(limit: number): string[] {
    return this.#statements.list.all({ limit }).map(({ day }) => String(day));
  }

  ofDay(day: string): Recording[] {
    this.#seen.set(day, Number(this.#statements.changes.get({ day })?.changes ?? 0));
    return this.#statements.recordings.all({ day }).map(toRecording);
  }

  /** What {@link ofDay} gave last was written. */
  dayWritten(day: string): void {
    this.#statements.written.run({ day, changes: this.#seen.get(day) ?? 0 });
    this.#seen.delete(day);
  }
}

/** The same of single sidecars. */
export class StaleSidecars {
  readonly #statements;
  readonly #seen = new Map<string, number>();

  constructor(db: IndexDatabase) {
    this.#statements = {
      list: db.prepare(
        `${SELECT_RECORDING} WHERE sidecar_changes > 0 AND state = 'stored' ORDER BY recording.key LIMIT $limit`,
      ),
      written: db.prepare(
        'UPDATE recording SET sidecar_changes = 0 WHERE id = $id AND sidecar_changes > 0 AND sidecar_changes <= $changes',
      ),
    };
  }

  staleSidecars(limit: number): Recording[] {
    return this.#statements.list.all({ limit }).map((row) => {
      this.#seen.set(String(row.id), Number(row.sidecar_changes));
      return toRecording(row);
    });
  }

  /** What {@link staleSidecars} gave last of it was written. */
  sidecarWritten(id: string): void {
    this.#statements.written.run({ id, changes: this.#seen.get(id) ?? 0 });
    this.#seen.delete(id);
  }
}
