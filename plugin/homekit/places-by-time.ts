/** Finds the session time of an encoded picture: ffmpeg counts from the first picture it was given. */
export class PlacesByTime {
  #first: number | undefined;
  /** By time. */
  readonly #noted: { time: number; place: number }[] = [];

  /** @param time at which the camera means it to be shown, in seconds; nearly in order */
  note(time: number, place: number): void {
    this.#first ??= time;
    const entry = { time: time - this.#first, place };
    const before = this.#noted.findLastIndex((other) => other.time <= entry.time);
    this.#noted.splice(before + 1, 0, entry);
  }

  /** The place of the last picture at or before `time`, moved on by the difference. Times only grow. */
  at(time: number): number {
    while (this.#noted.length > 1 && (this.#noted[1]?.time ?? Number.POSITIVE_INFINITY) <= time + ROUNDING) {
      this.#noted.shift();
    }
    const [nearest] = this.#noted;
    return nearest ? nearest.place + Math.max(0, time - nearest.time) : time;
  }
}

/** Of an encoder's clock, in seconds. */
const ROUNDING = 0.002;
