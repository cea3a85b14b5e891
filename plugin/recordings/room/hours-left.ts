/** How long the spool has room, by what was written in the last hour. */

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Bytes written, by the minute; only of the last hour. Times are ms of a clock that never steps. */
export class WriteRate {
  readonly #minutes: { minute: number; bytes: number }[] = [];
  #since: number | undefined;

  add(now: number, bytes: number): void {
    this.#since ??= now;
    const minute = Math.floor(now / MINUTE_MS);
    const last = this.#minutes.at(-1);
    if (last?.minute === minute) last.bytes += bytes;
    else this.#minutes.push({ minute, bytes });
    this.#forget(now);
  }

  /** Bytes an hour; undefined while nothing was written. */
  perHour(now: number): number | undefined {
    this.#forget(now);
    if (this.#since === undefined || this.#minutes.length === 0) return undefined;
    const bytes = this.#minutes.reduce((sum, each) => sum + each.bytes, 0);
    const span = Math.min(HOUR_MS, Math.max(MINUTE_MS, now - this.#since));
    return (bytes * HOUR_MS) / span;
  }

  #forget(now: number): void {
    const first = Math.floor((now - HOUR_MS) / MINUTE_MS);
    while (this.#minutes[0] && this.#minutes[0].minute < first) this.#minutes.shift();
  }
}

/** Hours until `roomBytes` are used up, to a tenth; undefined while nothing is recorded. */
export function hoursLeft(roomBytes: number, bytesPerHour: number | undefined): number | undefined {
  if (!bytesPerHour) return undefined;
  return Math.round((Math.max(0, roomBytes) / bytesPerHour) * 10) / 10;
}
