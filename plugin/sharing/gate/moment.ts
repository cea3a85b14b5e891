/** Time as the gate counts it: a clock that is set back revives nothing, one that is set forward shortens no wait. */
import type { Clock } from '../../system/clock.ts';

export interface Moment {
  /** Epoch ms, never less than before. What ends, ends by it. */
  wall: number;
  /** Ms that the gate has run in all, over its restarts. What has to wait, waits by it. Never ahead of `wall`, from one moment to the next. */
  ran: number;
}

/** The moment that comes `elapsed` ms (of a clock that never steps) after another one. */
export function momentAfter(last: Moment, elapsed: number, systemNow: number): Moment {
  return { wall: Math.max(last.wall + elapsed, systemNow), ran: last.ran + elapsed };
}

/** Counts on from the last moment that was kept, whatever became of the system's clock since. */
export class GateTime {
  readonly #clock: Clock;
  #last: Moment;
  #at: number;

  constructor(clock: Clock, kept: Moment) {
    this.#clock = clock;
    this.#last = kept;
    this.#at = clock.monotonic();
  }

  now(): Moment {
    const at = this.#clock.monotonic();
    this.#last = momentAfter(this.#last, Math.max(0, Math.floor(at - this.#at)), this.#clock.now());
    // What a floor leaves over counts the next time.
    this.#at += Math.max(0, Math.floor(at - this.#at));
    return this.#last;
  }

  /** How far the system's clock lies behind what it was once, in ms; for the owner to see. */
  behindMs(): number {
    return Math.max(0, this.now().wall - this.#clock.now());
  }
}
