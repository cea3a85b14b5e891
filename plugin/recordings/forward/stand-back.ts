import { standBack } from './forward-policy.ts';

/** Files that failed, so that the others go on: each stands back for a while, longer with each failure. Times are ms of a clock that never steps. */
export class StandBack {
  readonly #waiting = new Map<string, { failures: number; until: number }>();

  failed(key: string, now: number): void {
    const failures = this.failures(key) + 1;
    this.#waiting.set(key, { failures, until: now + standBack(failures) });
  }

  /** It failed, and comes first all the same. */
  counts(key: string, now: number): void {
    this.#waiting.set(key, { failures: this.failures(key) + 1, until: now });
  }

  /** How often it has failed so far. */
  failures(key: string): number {
    return this.#waiting.get(key)?.failures ?? 0;
  }

  /** Not tried again before so many ms have passed. */
  rests(key: string, now: number, ms: number): void {
    this.#waiting.set(key, { failures: 0, until: now + ms });
  }

  done(key: string): void {
    this.#waiting.delete(key);
  }

  /** How many files to look at so that one that can be tried is among them. */
  get size(): number {
    return this.#waiting.size;
  }

  mayTry(key: string, now: number): boolean {
    return this.until(key) <= now;
  }

  /** When it may be tried; 0 when it does not stand back. */
  until(key: string): number {
    return this.#waiting.get(key)?.until ?? 0;
  }

  /** Lets go of those that could have been tried by now; gives their keys. */
  forgetPast(now: number): string[] {
    const past = [...this.#waiting].filter(([, { until }]) => until <= now).map(([key]) => key);
    for (const key of past) this.#waiting.delete(key);
    return past;
  }

  /** When the next of them may be tried; undefined when none waits. */
  nextAt(now: number): number | undefined {
    const later = [...this.#waiting.values()].map(({ until }) => until).filter((until) => until > now);
    return later.length > 0 ? Math.min(...later) : undefined;
  }
}
