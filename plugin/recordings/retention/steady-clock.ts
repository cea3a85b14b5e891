import type { Clock } from '../../system/clock.ts';

const HOUR_MS = 60 * 60 * 1000;
/** How far the clocks may drift apart and still agree. */
const STEP_MS = 60_000;

/**
 * Whether the time of day is worth removing recordings for. A machine without a battery for its clock starts at any date and is set
 * right later, and by a date too late everything looks old. So: only after an hour in which nobody set the clock.
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
