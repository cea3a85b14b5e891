/**
 * Somebody who reads the index while the hub writes it, and remembers every segment that it ever promised. What a commit shows to another
 * reader is durable, so a promise seen here must be kept whatever is killed afterwards.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { type HubRun, longestMissing, type Stretch } from './missing.ts';

const LOOK_EVERY_MS = 50;

interface Promised extends Stretch {
  recording: string;
  n: number;
  sha256: string;
}

interface Row extends Promised {
  base: string;
  state: string;
  spooled: number;
  continuous: number;
  bytes: number;
  headBytes: number;
}

const ROWS = `SELECT recording.id AS recording, n, segment.bytes AS bytes, lower(hex(segment.sha256)) AS sha256,
    segment.started_at AS "from", segment.ended_at AS "to", base, state, spooled, kind = 'continuous' AS continuous,
    head_bytes AS headBytes
  FROM segment JOIN recording ON recording.key = segment.recording ORDER BY recording.key, n`;
const RECORDINGS = 'SELECT id FROM recording ORDER BY key';
/** One for each recording that was given up. */
const GIVEN_UP = 'SELECT from_at AS "from", to_at AS "to" FROM gap WHERE dropped_bytes IS NOT NULL';

export interface Where {
  /** The index. */
  database: string;
  spool: string;
  /** Folder in which the bytes of the target really lie. */
  target: string;
}

export interface Testimony {
  /** Recordings that were complete at some moment. */
  written: number;
  /** Those of which a promised segment is nowhere, without a gap in the index that tells of it. */
  lost: number;
  /** Those that the index says were given up. */
  givenUp: number;
  /** Seconds. */
  longestLost: number;
}

export class Witness implements AsyncDisposable {
  readonly #where: Where;
  readonly #segments = new Map<string, Promised>();
  readonly #complete = new Set<string>();
  readonly #runs: HubRun[] = [];
  readonly #watching: Promise<void>;
  #ended = false;

  constructor(where: Where) {
    this.#where = where;
    this.#watching = this.#watch();
  }

  /** Recordings that are complete and not yet at the target. */
  waiting(): string[] {
    return this.#rows()
      .filter(({ state, n }) => n === 0 && (state === 'closed' || state === 'forwarding'))
      .map(({ recording }) => recording);
  }

  /** How many recordings are at the target. */
  stored(): number {
    return this.#rows().filter(({ state, n }) => n === 0 && state === 'stored').length;
  }

  /** A hub has ended, however it did, after it had seen so much of the camera. */
  hubEnded(picturesMs: number): void {
    this.#look();
    const known = new Set(this.#runs.flatMap(({ recordings }) => recordings));
    const ids = this.#ask<{ id: string }>(RECORDINGS).map(({ id }) => id);
    this.#runs.push({ recordings: ids.filter((id) => !known.has(id)), picturesMs });
  }

  /** What became of it all. To be asked while no hub runs. */
  testify(): Testimony {
    this.#look();
    const rows = this.#rows();
    const kept = new Set(rows.map(({ recording }) => recording));
    const given = this.#ask<Stretch>(GIVEN_UP);
    const gone = [...Map.groupBy(this.#segments.values(), ({ recording }) => recording)]
      .filter(([recording]) => !kept.has(recording))
      .map(([, segments]) => segments);
    const givenUp = gone.filter((segments) => isTold(segments, given)).length;
    const broken = this.#broken(rows, kept);
    const continuous = Map.groupBy(
      rows.filter((row) => row.continuous === 1),
      ({ recording }) => recording,
    );
    return {
      written: this.#complete.size,
      lost: broken.size + gone.length - givenUp,
      givenUp,
      longestLost: longestMissing(this.#runs, continuous) / 1000,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      this.#look();
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Takes down what the index promises now. */
  #look(): void {
    for (const row of this.#rows()) {
      this.#segments.set(`${row.recording} ${row.n}`, row);
      if (row.state !== 'open') this.#complete.add(row.recording);
    }
  }

  /** Recordings that are there, but not as it was promised. */
  #broken(rows: readonly Row[], kept: ReadonlySet<string>): Set<string> {
    const contents = new Map<string, Buffer | undefined>();
    const broken = new Set<string>();
    for (const { recording, n, sha256 } of this.#segments.values()) {
      if (!kept.has(recording)) continue;
      const own = rows.filter((row) => row.recording === recording);
      const row = own.find((each) => each.n === n);
      const bytes = row && this.#bytesOf(row, own, contents);
      if (!bytes || createHash('sha256').update(bytes).digest('hex') !== sha256) broken.add(recording);
    }
    return broken;
  }

  /** The bytes of a segment where the index says that they are. */
  #bytesOf(row: Row, own: readonly Row[], contents: Map<string, Buffer | undefined>): Buffer | undefined {
    if (row.spooled === 1) {
      return readOrNothing(join(this.#where.spool, row.recording, `${String(row.n).padStart(3, '0')}.m4s`));
    }
    const path = join(this.#where.target, `${row.base}.mp4`);
    if (!contents.has(path)) contents.set(path, readOrNothing(path));
    const before = own.filter(({ n }) => n < row.n).reduce((sum, { bytes }) => sum + bytes, row.headBytes);
    return contents.get(path)?.subarray(before, before + row.bytes);
  }

  #rows(): Row[] {
    return this.#ask<Row>(ROWS);
  }

  /** Nothing while there is no index yet. */
  #ask<T>(question: string): T[] {
    if (!existsSync(this.#where.database)) return [];
    const db = new DatabaseSync(this.#where.database, { readOnly: true });
    try {
      db.exec('PRAGMA busy_timeout = 2000');
      const made = db.prepare(`SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'target'`).get();
      return made?.tables === 1 ? (db.prepare(question).all() as T[]) : [];
    } finally {
      db.close();
    }
  }
}

/** Whether a gap tells of all that was promised of a recording. */
function isTold(segments: readonly Stretch[], gaps: readonly Stretch[]): boolean {
  const from = Math.min(...segments.map((each) => each.from));
  const to = Math.max(...segments.map((each) => each.to));
  return gaps.some((gap) => gap.from <= from && gap.to >= to);
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
