/** Brings what is in the spool to the target, and removes there what has to go: one loop, woken by news and by time. */
import type { Problem } from '../../../protocol/api.ts';
import { atMost, type Clock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import { inWords, ProblemError, reason } from '../../system/problem.ts';
import type { RecordingIndex } from '../index/contract.ts';
import { TargetError, type TargetFault, type TargetSession } from '../keeper/contract.ts';
import type { NewGap, StoredSnapshot } from '../recording.ts';
import type { Spool } from '../spool/contract.ts';
import { heldUpProblem, notTakenInProblem } from '../storage-problem.ts';
import { type FaultFacts, targetProblem } from '../target-problem.ts';
import type { TargetWatch } from '../target-status.ts';
import { afterFailure, backOff, LOOK_MS, meaningOf, stateFor } from './forward-policy.ts';
import { leaveSpool } from './forward-steps.ts';
import { ForwardWork, type Work } from './forward-work.ts';
import { SpoolDamage } from './spool-damage.ts';
import { StandBack } from './stand-back.ts';
import { StockTaking, type TakeStock } from './stock-taking.ts';
import { type TargetLink, withSession } from './target-link.ts';

export interface ForwarderOptions {
  link: TargetLink;
  place: Pick<FaultFacts, 'kind' | 'where'>;
  watch: TargetWatch;
  index: RecordingIndex;
  spool: Spool;
  clock: Clock;
  log: Log;
  noteGap(gap: NewGap): void;
  takeStock: TakeStock;
  /** The target has no room: what can go must go. */
  onFull(): void;
  /** Something was brought there or removed, or a problem came or went. */
  onNews(): void;
}

/** A session is not kept for longer: the place is proven anew. */
const SESSION_MS = 60_000;
/** What is under way when the hub stops may take so long. Homebridge ends a child bridge after 5 s, and a keeper that hangs takes 2 s to be ended. */
const LAST_MS = 1_500;
/** So long is waited for what was called off: a keeper that hangs does not hear of it. */
const CALLED_OFF_MS = 500;
/** What is damaged is not tried again before. */
const DAMAGED_MS = 3_600_000;

const NONE_FAILED = { brought: 0, other: 0 };

/** Disposing it gives what is under way a moment, and brings away what is complete. What hangs then ends with the target, which is closed next. */
export class Forwarder implements AsyncDisposable {
  readonly #options: ForwarderOptions;
  readonly #standBack = new StandBack();
  readonly #work: ForwardWork;
  readonly #stop = new AbortController();
  readonly #damage: SpoolDamage;
  /** Why single files failed, while they stand back. */
  readonly #heldUp = new Map<string, string>();
  #loop: Promise<void> | undefined;
  #closing = false;
  #closed: Promise<void> | undefined;
  #news = false;
  #wake: (urgent: boolean) => void = () => {};
  /** What failed last was something to be written there, not the proof: opening a session again proves nothing about it. */
  #cannotWrite = false;
  #busy: string | undefined;
  readonly #stock: StockTaking;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#work = new ForwardWork(options.index, this.#standBack, options.spool);
    this.#damage = new SpoolDamage(options);
    this.#stock = new StockTaking({ ...options, signal: this.#stop.signal, onDone: () => this.news() });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There is something to do. */
  news(): void {
    this.#news = true;
    this.#wake(false);
  }

  /** The target is tried again at once, however long it has been away. */
  tryNow(): void {
    this.#news = true;
    this.#wake(true);
  }

  /** Id of the recording that is on its way now. */
  get busy(): string | undefined {
    return this.#busy;
  }

  /** How many recordings a lost index has again; undefined while none is made. */
  get rebuilding(): { found: number } | undefined {
    return this.#stock.underWay;
  }

  /** What keeps single recordings from getting there, or from going. */
  get problems(): Problem[] {
    const { place, index } = this.#options;
    // Nothing more can be told from it.
    if (index.problem) return [index.problem];
    const damage = this.#damage.problem;
    const [first] = this.#heldUp.values();
    return [
      ...(damage ? [damage] : []),
      ...(first === undefined ? [] : [heldUpProblem(this.#heldUp.size, place.where, first)]),
      ...(this.#stock.fault === undefined ? [] : [notTakenInProblem(place.where, this.#stock.fault)]),
    ];
  }

  /** These pictures go. */
  removeSnapshots(snapshots: readonly StoredSnapshot[]): void {
    if (snapshots.length === 0) return;
    this.#work.removeSnapshots(snapshots);
    this.news();
  }

  /** The owner says that the place is right. Rejects with a `ProblemError`. */
  async setUp(): Promise<void> {
    const { link, place } = this.#options;
    try {
      await link.setUp(this.#stop.signal);
    } catch (error) {
      const { fault, message } = asTargetError(error);
      throw new ProblemError(targetProblem({ fault, message, ...place, known: link.known !== undefined }), {
        cause: error,
      });
    }
    this.#cannotWrite = false;
    this.#news = true;
    this.#wake(true);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing = true;
    const { clock } = this.#options;
    this.#wake(true);
    const loop = this.#loop ?? Promise.resolve();
    await atMost(clock, LAST_MS, loop);
    this.#stop.abort();
    await atMost(clock, CALLED_OFF_MS, Promise.all([loop, this.#stock.ended]));
  }

  async #run(): Promise<void> {
    const { watch } = this.#options;
    let faults = 0;
    while (!this.#closing) {
      this.#news = false;
      faults = (await this.#turn()) ? 0 : faults + 1;
      await this.#pause(faults > 0 ? backOff(faults) : this.#restMs(), faults === 0);
    }
    if (watch.status.state === 'ready' && !this.#stop.signal.aborted) await this.#turn();
  }

  /** False when it is to be tried again. Never rejects: even an index that cannot be read must not end the loop. */
  async #turn(): Promise<boolean> {
    try {
      await this.#clearSpool();
      return await this.#round();
    } catch (error) {
      this.#options.log.warn(`Recordings could not be brought to the target: ${reason(error)}`);
      return false;
    }
  }

  #restMs(): number {
    try {
      const rebuilding = this.rebuilding !== undefined;
      return Math.min(LOOK_MS, this.#work.restMs({ now: this.#options.clock.monotonic(), rebuilding }));
    } catch {
      return LOOK_MS;
    }
  }

  #pause(ms: number, byNews: boolean): Promise<void> {
    if (this.#closing || (byNews && this.#news)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.#wake = () => {};
        resolve();
      };
      const cancel = this.#options.clock.after(ms, done);
      this.#wake = (urgent) => {
        if (urgent || byNews) done();
      };
    });
  }

  /** Pieces that are no longer needed here, of what a crash cut short. */
  async #clearSpool(): Promise<void> {
    const { index, spool, log } = this.#options;
    const rows = [...index.storedAndSpooled(100), ...index.toDelete(100).filter(({ spooled }) => spooled)];
    for (const { id, base } of rows) {
      await leaveSpool(id, { index, spool }).catch((error: unknown) =>
        log.debug(`${base} stays in the spool: ${reason(error)}`),
      );
    }
  }

  /** Proves the place and does what waits. False when the target is at fault. */
  async #round(): Promise<boolean> {
    const { link, watch } = this.#options;
    const { signal } = this.#stop;
    let opened = false;
    try {
      await withSession(link, signal, async (session) => {
        opened = true;
        watch.seen(session.facts);
        if (!this.#cannotWrite) watch.ready();
        this.#stock.begin();
        await this.#workOff(session);
      });
      return true;
    } catch (error) {
      if (!signal.aborted) this.#failed(error, opened);
      return false;
    }
  }

  async #workOff(session: TargetSession): Promise<void> {
    const { clock, index, spool, onNews } = this.#options;
    const { signal } = this.#stop;
    const until = clock.monotonic() + SESSION_MS;
    let inARow = NONE_FAILED;
    while (!signal.aborted && clock.monotonic() < until) {
      const rebuilding = this.rebuilding !== undefined;
      const work = this.#work.next({ rebuilding, closing: this.#closing, now: clock.monotonic() });
      if (!work) {
        this.#rest();
        return;
      }
      this.#busy = work.recordingId;
      try {
        await work.run({ session, index, spool, signal });
        this.#succeeded(work);
        inARow = NONE_FAILED;
      } catch (error) {
        if (signal.aborted) return;
        const kind = brings(work) ? 'brought' : 'other';
        inARow = { ...inARow, [kind]: inARow[kind] + 1 };
        if (!(await this.#workFailed(work, asTargetError(error), inARow[kind]))) break;
      } finally {
        this.#busy = undefined;
      }
      onNews();
    }
    this.#news = true;
  }

  /** Nothing can be done now: what could have been tried again is no longer needed. */
  #rest(): void {
    for (const key of this.#standBack.forgetPast(this.#options.clock.monotonic())) this.#heldUp.delete(key);
    if (this.#standBack.size === 0) this.#canWrite();
  }

  #succeeded({ step, key }: Work): void {
    this.#standBack.done(key);
    this.#heldUp.delete(key);
    if (step !== 'deletion') this.#canWrite();
  }

  #canWrite(): void {
    this.#cannotWrite = false;
    this.#options.watch.ready();
  }

  /** Whether the others go on in this session. Throws when it is the target that is at fault. */
  async #workFailed(work: Work, error: TargetError, inARow: number): Promise<boolean> {
    const { clock, log } = this.#options;
    const now = clock.monotonic();
    const { step, key } = work;
    const failures = this.#standBack.failures(key) + 1;
    const verdict = afterFailure({ step, fault: error.fault, failures, inARow });
    if (verdict === 'target' && error.fault === 'stuck') this.#standBack.counts(key, now);
    if (verdict === 'target' && meaningOf(error.fault) === 'target') throw error;
    if (verdict === 'piece' && (await this.#pieceFailed(work, error))) return true;
    if (!this.#heldUp.has(key)) log.warn(`${error.message} It is tried again; the others go on.`);
    this.#heldUp.set(key, error.message);
    this.#standBack.failed(key, now);
    if (verdict === 'target') throw error;
    return verdict === 'file' || verdict === 'piece';
  }

  /** The local copy is not what was written. False when it may be, and is to be tried again soon. */
  async #pieceFailed({ key, recordingId }: Work, { message }: TargetError): Promise<boolean> {
    const { index, clock, log } = this.#options;
    const row = recordingId === undefined ? undefined : index.get(recordingId);
    if (!row) log.error(message);
    const outcome = row ? await this.#damage.meet(row, message) : 'stays';
    if (outcome === 'unread') return false;
    this.#heldUp.delete(key);
    if (outcome === 'mended') this.#standBack.done(key);
    else this.#standBack.rests(key, clock.monotonic(), DAMAGED_MS);
    return true;
  }

  #failed(error: unknown, opened: boolean): void {
    const { watch, place, link, log, onFull, onNews } = this.#options;
    const { fault, message } = asTargetError(error);
    this.#cannotWrite = opened;
    if (fault === 'full') onFull();
    const known = link.known !== undefined;
    const state = stateFor(fault, known);
    const problem = targetProblem({ fault, message, ...place, known });
    if (watch.status.problem?.code !== problem.code) log.warn(inWords(problem));
    watch.away(state === 'waiting' || state === 'missing' ? state : 'refused', problem);
    onNews();
  }
}

const brings = ({ step }: Work) => step === 'recording' || step === 'snapshot';

function asTargetError(error: unknown): TargetError {
  if (error instanceof TargetError) return error;
  const fault: TargetFault = 'failed';
  return new TargetError(fault, `${reason(error)}.`, { cause: error });
}
