/** Who is looked at next: one look at a time for all cameras, each in its turn, and of each only its newest picture. */
import { atMost, type Clock } from '../../system/clock.ts';
import type { Detected, Detector, LookWanted } from '../contract.ts';
import { lookPace } from './look-pace.ts';

export interface LookAnswer {
  /** What is there, and where it was looked. */
  looked(look: LookWanted, detected: readonly Detected[]): void;
  /** The look failed, or nobody can look. */
  notLooked(): void;
}

export interface LookQueueDeps {
  clock: Clock;
  /** Who looks now; undefined while nobody can. */
  detector(): Promise<Detector | undefined>;
  /** Told after each look; `error` where it failed. */
  onLook(error?: unknown): void;
  /** Processes that want a core, for each core. */
  load(): number;
}

interface Waiting {
  look: LookWanted;
  answer: LookAnswer;
}

/** A look that takes longer is given up. */
const LONGEST_LOOK_MS = 15_000;
/** For so long after pictures were dropped the watcher counts as behind. */
const BEHIND_MS = 10_000;
/** How much the newest look counts in the average. */
const NEWEST_SHARE = 0.2;

export class LookQueue implements Disposable {
  readonly #deps: LookQueueDeps;
  /** By camera, in the order of their last look: the first has waited longest. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #lastStart = new Map<number, number>();
  #looking: { camera: number; forgotten: boolean } | undefined;
  #lookMs = 0;
  #restUntil = Number.NEGATIVE_INFINITY;
  #behindUntil = Number.NEGATIVE_INFINITY;
  #cancelTimer = () => {};
  #closed = false;

  constructor(deps: LookQueueDeps) {
    this.#deps = deps;
  }

  /** Wants a look at this camera's picture; it takes the place of one that waits. */
  want(camera: number, look: LookWanted, answer: LookAnswer): void {
    if (this.#closed) return;
    this.#waiting.set(camera, { look, answer });
    this.#next();
  }

  /** Forgets this camera; what is looked at now is not answered. */
  forget(camera: number): void {
    this.#waiting.delete(camera);
    this.#lastStart.delete(camera);
    if (this.#looking?.camera === camera) this.#looking.forgotten = true;
  }

  /** Pictures were dropped: it is behind. */
  fellBehind(): void {
    this.#behindUntil = this.#deps.clock.monotonic() + BEHIND_MS;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#cancelTimer();
    this.#waiting.clear();
  }

  #next(): void {
    this.#cancelTimer();
    if (this.#looking !== undefined || this.#closed || this.#waiting.size === 0) return;
    const now = this.#deps.clock.monotonic();
    const { betweenMs } = this.#pace(now);
    const turns = [...this.#waiting.keys()].map((camera) => {
      const last = this.#lastStart.get(camera) ?? Number.NEGATIVE_INFINITY;
      return { camera, last, from: Math.max(last + betweenMs, this.#restUntil) };
    });
    const due = turns.filter(({ from }) => from <= now).sort((a, b) => a.last - b.last);
    const [first] = due;
    if (first) void this.#look(first.camera, now);
    else
      this.#cancelTimer = this.#deps.clock.after(Math.min(...turns.map(({ from }) => from)) - now, () =>
        this.#next(),
      );
  }

  async #look(camera: number, now: number): Promise<void> {
    const wanted = this.#waiting.get(camera);
    if (!wanted) return;
    this.#waiting.delete(camera);
    const looking = { camera, forgotten: false };
    this.#looking = looking;
    this.#lastStart.set(camera, now);
    const detected = await this.#detect(wanted.look);
    this.#looking = undefined;
    if (looking.forgotten || this.#closed) return this.#next();
    if (detected) wanted.answer.looked(wanted.look, detected);
    else wanted.answer.notLooked();
    this.#next();
  }

  /** Undefined when it failed. */
  async #detect({ frame, part }: LookWanted): Promise<Detected[] | undefined> {
    const { clock, onLook } = this.#deps;
    const detector = await this.#deps.detector();
    if (!detector) return undefined;
    const began = clock.monotonic();
    try {
      const detected = await atMost(clock, LONGEST_LOOK_MS, detector.detect(frame, part));
      onLook(detected ? undefined : new Error(`No answer within ${LONGEST_LOOK_MS / 1000} s.`));
      return detected;
    } catch (error) {
      onLook(error);
      return undefined;
    } finally {
      this.#took(clock.monotonic() - began);
    }
  }

  #took(ms: number): void {
    this.#lookMs = this.#lookMs === 0 ? ms : this.#lookMs + NEWEST_SHARE * (ms - this.#lookMs);
    const now = this.#deps.clock.monotonic();
    this.#restUntil = now + ms * this.#pace(now).rest;
  }

  #pace(now: number) {
    return lookPace({ lookMs: this.#lookMs, behind: now < this.#behindUntil, load: this.#deps.load() });
  }
}
