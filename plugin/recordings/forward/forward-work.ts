import type { RecordingIndex } from '../index/contract.ts';
import type { StoredSnapshot } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { DAY_INDEX_MS, type ForwardStep, nextStep } from './forward-policy.ts';
import {
  type Desk,
  deleteRecording,
  deleteSnapshot,
  forwardRecording,
  forwardSnapshot,
  rewriteSidecar,
  writeDay,
} from './forward-steps.ts';
import type { StandBack } from './stand-back.ts';

/** One thing to do at the target. */
export interface Work {
  step: Exclude<ForwardStep, 'rest'>;
  /** Tells it from all other work. */
  key: string;
  /** Of the recording that it is about, where it is about one. */
  recordingId?: string;
  run(desk: Desk): Promise<void>;
}

export interface WorkFacts {
  rebuilding: boolean;
  /** Days are written without waiting: nothing more will come. */
  closing: boolean;
  /** On the monotonic clock. */
  now: number;
}

/** Nothing is looked at more often because of the time alone. */
const SHORTEST_REST_MS = 1_000;

/** Knows what waits to be done at the target. */
export class ForwardWork {
  readonly #index: RecordingIndex;
  readonly #standBack: StandBack;
  readonly #spool: Pick<Spool, 'away'>;
  /** Snapshots whose time is over. The index finds them again after a crash. */
  readonly #overdue = new Map<string, StoredSnapshot>();
  readonly #daysWritten = new Map<string, number>();

  constructor(index: RecordingIndex, standBack: StandBack, spool: Pick<Spool, 'away'>) {
    this.#index = index;
    this.#spool = spool;
    this.#standBack = standBack;
  }

  removeSnapshots(snapshots: readonly StoredSnapshot[]): void {
    for (const snapshot of snapshots) this.#overdue.set(snapshot.id, snapshot);
  }

  /** What comes first, of all that may be tried now. */
  next(facts: WorkFacts): Work | undefined {
    const found = {
      deletion: this.#deletion(facts.now),
      snapshot: this.#snapshot(facts.now),
      recording: this.#recording(facts.now),
      sidecar: this.#sidecar(facts.now),
      day: this.#day(facts),
    };
    const step = nextStep({
      deletion: found.deletion !== undefined,
      snapshot: found.snapshot !== undefined,
      recording: found.recording !== undefined,
      sidecar: found.sidecar !== undefined,
      day: found.day !== undefined,
      rebuilding: facts.rebuilding,
    });
    return step === 'rest' ? undefined : found[step];
  }

  /** How long nothing new has to be done, if no news comes; ms. */
  restMs({ now, rebuilding }: Pick<WorkFacts, 'now' | 'rebuilding'>): number {
    const days = rebuilding ? [] : this.#index.staleDays(100);
    const due = days.map((day) =>
      Math.max((this.#daysWritten.get(day) ?? now) + DAY_INDEX_MS, this.#standBack.until(`day ${day}`)),
    );
    const again = this.#standBack.nextAt(now);
    return Math.max(SHORTEST_REST_MS, Math.min(...due, again ?? Number.POSITIVE_INFINITY) - now);
  }

  #deletion(now: number): Work | undefined {
    const row = this.#index.toDelete(this.#look).find(this.#mayTry('delete', now));
    if (row) return work('deletion', `delete ${row.id}`, (desk) => deleteRecording(row, desk), row.id);
    const snapshot = [...this.#overdue.values()].find(this.#mayTry('unpicture', now));
    return (
      snapshot &&
      work('deletion', `unpicture ${snapshot.id}`, async (desk) => {
        await deleteSnapshot(snapshot, desk);
        this.#overdue.delete(snapshot.id);
      })
    );
  }

  #snapshot(now: number): Work | undefined {
    const row = this.#index
      .snapshotsToForward(this.#look)
      .filter(this.#isHere)
      .find(this.#mayTry('picture', now));
    return row && work('snapshot', `picture ${row.id}`, (desk) => forwardSnapshot(row, desk));
  }

  #recording(now: number): Work | undefined {
    const row = this.#index.toForward(this.#look).filter(this.#isHere).find(this.#mayTry('put', now));
    return row && work('recording', `put ${row.id}`, (desk) => forwardRecording(row, desk), row.id);
  }

  #sidecar(now: number): Work | undefined {
    const row = this.#index.staleSidecars(this.#look).find(this.#mayTry('sidecar', now));
    return row && work('sidecar', `sidecar ${row.id}`, (desk) => rewriteSidecar(row, desk), row.id);
  }

  #day({ now, closing }: WorkFacts): Work | undefined {
    const due = (day: string) =>
      closing || now - (this.#daysWritten.get(day) ?? Number.NEGATIVE_INFINITY) >= DAY_INDEX_MS;
    const day = this.#index
      .staleDays(this.#look + this.#daysWritten.size)
      .find((each) => due(each) && this.#standBack.mayTry(`day ${each}`, now));
    if (day === undefined) return undefined;
    return work('day', `day ${day}`, async (desk) => {
      await writeDay(day, desk);
      this.#dayWritten(day, now);
    });
  }

  #dayWritten(day: string, now: number): void {
    this.#daysWritten.set(day, now);
    for (const [each, at] of this.#daysWritten) {
      if (now - at >= DAY_INDEX_MS) this.#daysWritten.delete(each);
    }
  }

  /** So many rows are looked at that one which does not stand back, and whose pieces are here, is among them. */
  get #look(): number {
    return 1 + this.#standBack.size + this.#spool.away.size;
  }

  readonly #isHere = ({ id }: { id: string }) => !this.#spool.away.has(id);

  #mayTry(what: string, now: number): (row: { id: string }) => boolean {
    return ({ id }) => this.#standBack.mayTry(`${what} ${id}`, now);
  }
}

function work(step: Work['step'], key: string, run: Work['run'], recordingId?: string): Work {
  return { step, key, run, ...(recordingId !== undefined && { recordingId }) };
}
