/** Tells speech from silence in what a viewer sends. */
import { loudness, VOICE_LOUDNESS } from '../camera/talk/loudness.ts';

/** Pauses between words are part of the speech. */
const HANG_OVER_MS = 500;

export class Speech {
  #until = Number.NEGATIVE_INFINITY;

  /** @param now monotonic ms at which this sound came */
  hear(pcm: Buffer, now: number): void {
    if (loudness(pcm) >= VOICE_LOUDNESS) this.#until = now + HANG_OVER_MS;
  }

  /** Whether somebody speaks, or did a moment ago. */
  isOn(now: number): boolean {
    return now < this.#until;
  }
}
