/**
 * Notices when the times of a stream stop to make sense. A camera that sets its clock moves them by hours; ffmpeg then either leaps
 * ahead, or lets time creep by one tick a picture until the old time is reached, and nobody finds a keyframe any more.
 */

/** ffmpeg moves times once by a little, when the first RTCP report tells how late each track is. */
const LEAP_SECONDS = 10;
/** What is watched for creeping; shorter pauses of the network are over then. */
const WINDOW_SECONDS = 4;
const PAUSE_SECONDS = 1;
const CREEP = 0.2;
const FEWEST_PICTURES = 8;

export class TimeGuard {
  #last: { time: number; at: number } | undefined;
  #window: { time: number; at: number; pictures: number } | undefined;

  /**
   * @param time of a picture, in seconds of the stream
   * @param at when it arrived, in seconds of a clock that never steps
   * @returns why the times can no longer be followed
   */
  push(time: number, at: number): 'leap' | 'creep' | undefined {
    const last = this.#last;
    this.#last = { time, at };
    if (!last) return undefined;
    if (
      Math.abs(time - last.time - (at - last.at)) > LEAP_SECONDS &&
      Math.abs(time - last.time) > LEAP_SECONDS
    )
      return 'leap';
    // After a pause the network gives what it held back, all at once.
    if (!this.#window || at - last.at > PAUSE_SECONDS) {
      this.#window = { time, at, pictures: 0 };
      return undefined;
    }
    this.#window.pictures++;
    const { time: from, at: since, pictures } = this.#window;
    if (at - since < WINDOW_SECONDS) return undefined;
    this.#window = { time, at, pictures: 0 };
    return pictures >= FEWEST_PICTURES && time - from < CREEP * (at - since) ? 'creep' : undefined;
  }
}
