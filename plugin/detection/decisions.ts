/**
 * What the detection decided, with its pictures and what the household said of it.
 *
 * Invariants
 *  1. A decision is written once and never changed, but for its answer and for what corrected it.
 *  2. The oldest go first: after 90 days, or when a camera has more of a kind than is kept. Kinds are counted apart, so that a busy street
 *     does not push packages out, and so are answered ones, for thresholds rest on them.
 *  3. A picture goes with its decision.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { DecisionInfo } from '../../protocol/detection.ts';
import { isCorruption, markDamaged, openSqliteFile } from '../events/sqlite-file.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { CHECKED_TABLES, DECISION_MIGRATIONS } from './decisions-schema.ts';
import type { DecisionQuery } from './orders.ts';
import type { GivenAnswer } from './tuning.ts';

export interface NewDecision extends Omit<DecisionInfo, 'pictures' | 'answer' | 'correctedBy'> {
  /** The decision that it corrects. */
  supersedes?: string;
}

/** PNG, at most 64 KiB each; a larger one is not kept. */
export interface DecisionPictures {
  before?: Uint8Array;
  after?: Uint8Array;
}

export interface DecisionStore extends Disposable {
  /** Never throws: one that cannot be kept is said in the log. The same id again changes nothing. */
  add(decision: NewDecision, pictures: DecisionPictures): void;
  /** Newest first. */
  list(query: DecisionQuery): DecisionInfo[];
  /** Undefined where it is not kept. */
  picture(id: string, which: 'before' | 'after'): Uint8Array | undefined;
  /**
   * The last word counts; undefined takes it back.
   * @throws ProblemError `no-such-decision`
   */
  answer(id: string, answer: 'right' | 'wrong' | undefined): DecisionInfo;
  /** Since the last reset, oldest first, for `tuningFrom`. */
  answersOf(cameraId: string): GivenAnswer[];
  /** Answers that were given until now count no more; they stay with their decisions. */
  resetAnswers(cameraId: string): void;
  /** Removes what happened before this time, epoch ms. Returns how many. */
  prune(olderThan: number): number;
}

export interface DecisionStoreOptions {
  path: string;
  clock: Clock;
  log: Log;
  /** How many of a kind are kept for one camera; answered ones are counted apart. */
  keep?: Readonly<Record<DecisionInfo['kind'], number>>;
}

/** For how long decisions are kept. */
export const DECISION_DAYS = 90;
const KEPT = { motion: 800, person: 600, package: 600 };
const MOST_PICTURE_BYTES = 64 * 1024;

/** Opens it, or begins anew. Never fails: see {@link openSqliteFile}. */
export function openDecisionStore({ path, clock, log, keep = KEPT }: DecisionStoreOptions): DecisionStore {
  const db = openSqliteFile({
    ...{ path, what: 'list of decisions', migrations: DECISION_MIGRATIONS, checked: CHECKED_TABLES },
    ...{ clock, log },
  });
  return new SqliteDecisions(db, { path, clock, log, keep });
}

class SqliteDecisions implements DecisionStore {
  readonly #db: DatabaseSync;
  readonly #options: Required<DecisionStoreOptions>;
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: DatabaseSync, options: Required<DecisionStoreOptions>) {
    this.#db = db;
    this.#options = options;
    this.#sql = statements(db);
  }

  add(decision: NewDecision, pictures: DecisionPictures): void {
    const { path, log } = this.#options;
    try {
      this.#db.exec('BEGIN');
      this.#insert(decision, pictures);
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#undo(error);
      log.warn(
        `Why something was decided cannot be kept in ${path} (${reason(error)}). Check the free space.`,
      );
    }
  }

  list({ camera, eventId, before, limit }: DecisionQuery): DecisionInfo[] {
    const rows = this.#sql.list.all({
      camera: camera ?? null,
      eventId: eventId ?? null,
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit,
    });
    return rows.map(toDecision);
  }

  picture(id: string, which: 'before' | 'after'): Uint8Array | undefined {
    const png = this.#sql.picture.get(id, which)?.png;
    return png instanceof Uint8Array ? png : undefined;
  }

  answer(id: string, answer: 'right' | 'wrong' | undefined): DecisionInfo {
    if (answer) this.#sql.answer.run({ id, answer, answered: this.#lastAnswer() + 1 });
    else this.#sql.unanswer.run(id);
    const row = this.#sql.one.get(id);
    if (!row) throw new ProblemError(NO_SUCH_DECISION);
    return toDecision(row);
  }

  answersOf(cameraId: string): GivenAnswer[] {
    return this.#sql.answers.all({ cameraId }).map((row) => {
      const { kind, phase } = toDecision(row);
      return { kind, phase, answer: row.answer === 'right' ? 'right' : 'wrong' };
    });
  }

  resetAnswers(cameraId: string): void {
    this.#sql.reset.run(cameraId, this.#lastAnswer());
  }

  prune(olderThan: number): number {
    return Number(this.#sql.deleteOld.run(olderThan).changes);
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  /** What was begun is taken back, and a damaged file is marked, as far as the disk lets it. */
  #undo(error: unknown): void {
    const { path, log } = this.#options;
    try {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      if (isCorruption(error)) markDamaged(path);
    } catch (another) {
      log.debug(`${path}: ${reason(another)}`);
    }
  }

  /** The number of the newest answer, also where that is gone. */
  #lastAnswer(): number {
    return Number(this.#sql.lastAnswer.get()?.answered);
  }

  #insert({ supersedes, ...decision }: NewDecision, pictures: DecisionPictures): void {
    const { id, camera, at, kind, eventId } = decision;
    const body = JSON.stringify(decision);
    if (this.#sql.insert.run(id, camera.id, camera.slug, at, kind, eventId, body).changes === 0) return;
    for (const which of ['before', 'after'] as const) {
      const png = pictures[which];
      if (png && png.length <= MOST_PICTURE_BYTES) this.#sql.insertPicture.run(id, which, png);
      else if (png) this.#options.log.debug(`A picture of ${png.length} bytes is too large to be kept.`);
    }
    if (supersedes !== undefined) this.#sql.correct.run(id, supersedes);
    const keep = this.#options.keep[kind];
    for (const answered of [0, 1]) this.#sql.deleteBeyond.run({ cameraId: camera.id, kind, answered, keep });
  }
}

/** With a decision come its own columns and which pictures there are. */
const DECISIONS = `
  SELECT body, answer, corrected_by,
    (SELECT group_concat(which) FROM picture WHERE decision_id = decision.id) AS pictures
  FROM decision`;

function statements(db: DatabaseSync) {
  return {
    insert: db.prepare(`
      INSERT OR IGNORE INTO decision (id, camera_id, camera_slug, at, kind, event_id, body)
      VALUES (?, ?, ?, ?, ?, ?, ?)`),
    insertPicture: db.prepare('INSERT INTO picture (decision_id, which, png) VALUES (?, ?, ?)'),
    correct: db.prepare('UPDATE decision SET corrected_by = ? WHERE id = ?'),
    list: db.prepare(`${DECISIONS}
      WHERE ($camera IS NULL OR camera_id = $camera OR camera_slug = $camera)
        AND ($eventId IS NULL OR event_id = $eventId) AND at < $before
      ORDER BY at DESC, id DESC LIMIT $limit`),
    one: db.prepare(`${DECISIONS} WHERE id = ?`),
    picture: db.prepare('SELECT png FROM picture WHERE decision_id = ? AND which = ?'),
    lastAnswer: db.prepare(`
      SELECT max(coalesce((SELECT max(answered) FROM decision WHERE answered IS NOT NULL), 0),
        coalesce((SELECT max(answered) FROM reset), 0)) AS answered`),
    answer: db.prepare('UPDATE decision SET answer = $answer, answered = $answered WHERE id = $id'),
    unanswer: db.prepare('UPDATE decision SET answer = NULL, answered = NULL WHERE id = ?'),
    answers: db.prepare(`${DECISIONS}
      WHERE camera_id = $cameraId
        AND answered > coalesce((SELECT answered FROM reset WHERE camera_id = $cameraId), 0)
      ORDER BY answered`),
    reset: db.prepare('INSERT OR REPLACE INTO reset (camera_id, answered) VALUES (?, ?)'),
    deleteOld: db.prepare('DELETE FROM decision WHERE at < ?'),
    deleteBeyond: db.prepare(`
      DELETE FROM decision WHERE id IN (
        SELECT id FROM decision WHERE camera_id = $cameraId AND kind = $kind AND (answer IS NOT NULL) = $answered
        ORDER BY at DESC, id DESC LIMIT -1 OFFSET $keep)`),
  };
}

function toDecision(row: Record<string, unknown>): DecisionInfo {
  const { answer, corrected_by: correctedBy, pictures } = row;
  const kept = typeof pictures === 'string' ? pictures.split(',') : [];
  return {
    ...(JSON.parse(String(row.body)) as Omit<DecisionInfo, 'pictures'>),
    pictures: (['before', 'after'] as const).filter((which) => kept.includes(which)),
    ...((answer === 'right' || answer === 'wrong') && { answer }),
    ...(typeof correctedBy === 'string' && { correctedBy }),
  };
}

const NO_SUCH_DECISION = {
  code: 'no-such-decision',
  what: 'There is no such decision, or not any more: they are kept for 90 days.',
  cure: 'Load the list of decisions anew.',
};
