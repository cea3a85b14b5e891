import type { Clock } from '../system/clock.ts';

export interface KeptClip {
  id: string;
  endedAt: number;
  bytes: number;
}

export interface RetentionLimits {
  now: number;
  keepDays: number;
  freeBytes: number;
  minFreeBytes: number;
}

export interface RetentionPlan {
  /** Ids of the clips that go, oldest first. */
  remove: string[];
  /**
   * Set when not even removing every clip would leave the wanted room: something else fills the disk, so no clip goes for it.
   */
  outOfReach: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;

/** Which of the finished clips go: those older than `keepDays`, then the oldest until there is enough room. */
export function planRetention(clips: readonly KeptClip[], limits: RetentionLimits): RetentionPlan {
  const oldestFirst = [...clips].sort((a, b) => a.endedAt - b.endedAt);
  const expired = oldestFirst.filter(({ endedAt }) => endedAt < limits.now - limits.keepDays * DAY_MS);
  const remaining = oldestFirst.slice(expired.length);
  let missing = limits.minFreeBytes - limits.freeBytes - sum(expired);
  const outOfReach = missing > sum(remaining);
  const early: KeptClip[] = [];
  for (const clip of outOfReach ? [] : remaining) {
    if (missing <= 0) break;
    early.push(clip);
    missing -= clip.bytes;
  }
  return { remove: [...expired, ...early].map(({ id }) => id), outOfReach };
}

function sum(clips: readonly KeptClip[]): number {
  return clips.reduce((total, { bytes }) => total + bytes, 0);
}

/** How far the clocks may drift apart and still agree. */
const STEP_MS = 60_000;

/**
 * Whether the time of day is worth removing clips for. A machine without a battery for its clock starts at any date and is set
 * right later, and by a date too late every clip looks old. So: only after an hour in which nobody set the clock.
 */
export class SteadyClock {
  readonly #clock: Clock;
  #offset = Number.NaN;
  #since = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.check();
  }

  check(): boolean {
    const monotonic = this.#clock.monotonic();
    const offset = this.#clock.now() - monotonic;
    if (!(Math.abs(offset - this.#offset) <= STEP_MS)) {
      this.#offset = offset;
      this.#since = monotonic;
    }
    return monotonic - this.#since >= HOUR_MS;
  }
}

/**
 * Runs `tidy` now, every hour and whenever asked, never twice at once. The returned functions ask for a run, and end it all
 * (waiting for a run that is under way). `tidy` must not reject.
 */
export function keepTidy(clock: Clock, tidy: () => Promise<void>): { ask(): void; stop(): Promise<void> } {
  let stopped = false;
  let running: Promise<void> | undefined;
  let again = false;
  let cancel = () => {};
  const ask = () => {
    if (stopped) return;
    cancel();
    cancel = clock.after(HOUR_MS, ask);
    if (running) {
      again = true;
      return;
    }
    running = tidy().finally(() => {
      running = undefined;
      if (again) {
        again = false;
        ask();
      }
    });
  };
  ask();
  return {
    ask,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
