/**
 * When the pictures of one recording were taken: the wall clock at its first picture, media time from there on. So a network that hesitates, or a
 * clock that is set, moves nothing inside a file.
 */
import type { Fragment } from '../camera/contract.ts';

type Timed = Pick<Fragment, 'at' | 'time'>;

/** Pictures that come so much earlier or later than their file says, for so long, belong into a file of their own. */
const DEPARTED_MS = 2_000;
const DEPARTED_FOR_SECONDS = 5;
/** How much the next recording may be moved towards the wall clock: 500 parts in a million of the length of the one before. */
const CORRECTION = 0.0005;

export class SegmentClock {
  readonly startedAt: number;
  readonly #zero: number;
  #departedSince: number | undefined;
  #departed = false;
  /** How late the promptest picture came, in ms; the network only ever adds to it. */
  #lateness = Infinity;

  /** @param startedAt epoch ms of its first picture */
  constructor(startedAt: number, first: Pick<Timed, 'time'>) {
    this.startedAt = startedAt;
    this.#zero = first.time;
  }

  /** Takes each picture of the recording, in order; not its sound. */
  push(picture: Timed): void {
    const late = picture.at - this.timeOf(picture);
    this.#lateness = Math.min(this.#lateness, late);
    if (Math.abs(late) <= DEPARTED_MS) this.#departedSince = undefined;
    else this.#departedSince ??= picture.time;
    this.#departed =
      this.#departedSince !== undefined && picture.time - this.#departedSince >= DEPARTED_FOR_SECONDS;
  }

  /** Whether the wall clock was set, or the camera's clock goes so wrong, that the times of this recording no longer hold. */
  get departed(): boolean {
    return this.#departed;
  }

  /** Whether that may be so, and shows within seconds: no moment to begin a recording whose begin is told from this one. */
  get doubtful(): boolean {
    return this.#departedSince !== undefined && !this.#departed;
  }

  /** Epoch ms of a picture by this recording; with `time + duration`, of its end. */
  timeOf({ time }: Pick<Timed, 'time'>): number {
    return Math.round(this.startedAt + (time - this.#zero) * 1000);
  }

  /** Epoch ms at which the next recording begins: where this one ends, a little closer to the wall clock; after a departure, when it came. */
  nextStart(first: Timed): number {
    if (this.#departed) return first.at;
    const end = this.timeOf(first);
    if (!Number.isFinite(this.#lateness)) return end;
    const most = CORRECTION * (end - this.startedAt);
    return Math.round(end + Math.max(-most, Math.min(most, this.#lateness)));
  }
}
