/**
 * Somebody who reads the index while the hub writes it, and remembers every segment that it ever promised. What a commit shows to another
 * reader is durable, so a promise seen here must be kept whatever is killed afterwards.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';

const LOOK_EVERY_MS = 50;

interface Promised {
  recording: string;
  n: number;
  bytes: number;
  sha256: string;
  startedAt: number;
  endedAt: number;
}

interface Row extends Promised {
  base: string;
  state: string;
  spooled: number;
  continuous: number;
  headBytes: number;
}

const ROWS = `SELECT recording.id AS recording, n, segment.bytes AS bytes, lower(hex(segment.sha256)) AS sha256,
    segment.started_at AS startedAt, segment.ended_at AS endedAt, base, state, spooled, kind = 'continuous' AS continuous, head_bytes AS headBytes
  FROM segment JOIN recording ON recording.key = segment.recording ORDER BY segment.started_at, n`;

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
  /** Of them, those that are nowhere, in whole or in part. */
  lost: string[];
  /** Those without a row now, each of which must have a gap. */
  givenUp: number;
  /** Stretches of continuous recording, oldest first, epoch ms. */
  footage: { from: number; to: number }[];
}

export class Witness implements AsyncDisposable {
  readonly #where: Where;
  readonly #segments = new Map<string, Promised>();
  readonly #complete = new Set<string>();
  readonly #watching: Promise<void>;
  #ended = false;

  constructor(where: Where) {
    this.#where = where;
    this.#watching = this.#watch();
  }

  /** Takes down what the index promises now. */
  look(): void {
    for (const row of this.#rows()) {
      this.#segments.set(`${row.recording} ${row.n}`, row);
      if (row.state !== 'open') this.#complete.add(row.recording);
    }
  }

  /** Recordings that are complete and not yet at the target. */
  waiting(): string[] {
    return this.#rows()
      .filter(({ state, n }) => n === 0 && (state === 'closed' || state === 'forwarding'))
      .map(({ recording }) => recording);
  }

  /** What became of it all. To be asked while no hub runs. */
  testify(): Testimony {
    this.look();
    const rows = this.#rows();
    const kept = new Set(rows.map(({ recording }) => recording));
    const contents = new Map<string, Buffer | undefined>();
    const broken = new Set<string>();
    for (const promised of this.#segments.values()) {
      const { recording, n } = promised;
      if (!kept.has(recording)) continue;
      const now = rows.filter((row) => row.recording === recording);
      const row = now.find((each) => each.n === n);
      const bytes = row && this.#bytesOf(row, now, contents);
      if (!bytes || createHash('sha256').update(bytes).digest('hex') !== promised.sha256)
        broken.add(recording);
    }
    const gone = [...this.#complete].filter((id) => !kept.has(id));
    return {
      written: this.#complete.size,
      lost: [...broken],
      givenUp: gone.length,
      footage: stretches(rows.filter(({ continuous }) => continuous === 1)),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#ended) {
      this.look();
      await wait(LOOK_EVERY_MS);
    }
  }

  /** Nothing while there is no index yet. */
  #rows(): Row[] {
    if (!existsSync(this.#where.database)) return [];
    const db = new DatabaseSync(this.#where.database, { readOnly: true });
    try {
      db.exec('PRAGMA busy_timeout = 2000');
      const made = db.prepare(`SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'segment'`).get();
      return made?.tables === 1 ? (db.prepare(ROWS).all() as unknown as Row[]) : [];
    } finally {
      db.close();
    }
  }

  /** The bytes of a segment where the index says that they are. */
  #bytesOf(row: Row, all: readonly Row[], contents: Map<string, Buffer | undefined>): Buffer | undefined {
    if (row.spooled === 1) {
      return readOrNothing(join(this.#where.spool, row.recording, `${String(row.n).padStart(3, '0')}.m4s`));
    }
    const path = join(this.#where.target, `${row.base}.mp4`);
    if (!contents.has(path)) contents.set(path, readOrNothing(path));
    const before = all.filter(({ n }) => n < row.n).reduce((sum, { bytes }) => sum + bytes, row.headBytes);
    return contents.get(path)?.subarray(before, before + row.bytes);
  }
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Pictures of a camera with 15 a second come this far apart, and a keyframe may be waited for. */
const TOUCH_MS = 250;

function stretches(rows: readonly Pick<Row, 'startedAt' | 'endedAt'>[]): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  for (const { startedAt, endedAt } of rows) {
    const last = found.at(-1);
    if (last && startedAt - last.to <= TOUCH_MS) last.to = Math.max(last.to, endedAt);
    else found.push({ from: startedAt, to: endedAt });
  }
  return found;
}

/** A hub that was killed: when, in epoch ms, and for how long it had had pictures until then, in ms. */
export interface Kill {
  at: number;
  picturesMs: number;
}

/** Between the kill of one hub and the first picture of the next lies more than this. */
const APART_MS = 700;

/**
 * The longest stretch without footage between the first and the last, in seconds. Of a hub that was killed: how much more it had seen than
 * was found of it, in the camera's own time.
 */
export function longestMissing(footage: Testimony['footage'], kills: readonly Kill[]): number {
  const lengths = kills.map(({ at, picturesMs }, index) => {
    const since = (kills[index - 1]?.at ?? 0) + APART_MS;
    const own = footage.filter(({ from }) => from >= since && from < at + APART_MS);
    return picturesMs - own.reduce((sum, { from, to }) => sum + to - from, 0);
  });
  const holes = footage.slice(1).map(({ from: to }, index) => {
    const from = footage[index]?.to ?? to;
    const killed = kills.some(({ at }) => at > from - APART_MS && at < to);
    return killed ? 0 : to - from;
  });
  return Math.max(0, ...lengths, ...holes) / 1000;
}
