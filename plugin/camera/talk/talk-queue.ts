/**
 * Speech on its way to a camera: comes in as the network brings it, leaves in frames of 20 ms, one each 20 ms. Knows no time; who
 * takes frames does.
 */
import { ByteQueue } from '../../system/byte-queue.ts';
import { loudness, VOICE_LOUDNESS } from './loudness.ts';

export const FRAME_MS = 20;
/** Gathered before speech begins, and again after a gap, so that packets that come unevenly do not tear it. */
const CUSHION_MS = 40;
/** Above this, frames in which nobody speaks are left out, until the delay of a slow start is gone. */
const LATE_MS = 120;
/** Above this, the oldest is dropped: nobody waits longer for an answer. */
const MAX_MS = 1000;

export class TalkQueue {
  readonly #queue = new ByteQueue();
  readonly #frameBytes: number;
  readonly #silence: Buffer;
  #flowing = false;
  /** Half a sample that waits for its other half. */
  #odd: Buffer = Buffer.alloc(0);

  /** @param sampleRate of mono, signed 16-bit PCM */
  constructor(sampleRate: number) {
    this.#frameBytes = Math.round((sampleRate * FRAME_MS) / 1000) * 2;
    this.#silence = Buffer.alloc(this.#frameBytes);
  }

  /** How much waits, in ms. */
  get waitingMs(): number {
    return (this.#queue.length / this.#frameBytes) * FRAME_MS;
  }

  push(pcm: Buffer): void {
    const whole = this.#odd.length > 0 ? Buffer.concat([this.#odd, pcm]) : pcm;
    const even = whole.length & ~1;
    this.#odd = whole.subarray(even);
    this.#queue.push(whole.subarray(0, even));
    const excess = Math.ceil((this.waitingMs - MAX_MS) / FRAME_MS);
    if (excess > 0) this.#queue.take(excess * this.#frameBytes);
  }

  /** The next frame; silence where there is none yet, so that the camera hears an even stream. */
  take(): Buffer {
    if (!this.#flowing && this.waitingMs < CUSHION_MS) return this.#silence;
    if (this.#queue.length < this.#frameBytes) {
      this.#flowing = false;
      return this.#silence;
    }
    this.#flowing = true;
    let frame = this.#queue.take(this.#frameBytes);
    while (this.waitingMs > LATE_MS && loudness(frame) < VOICE_LOUDNESS) {
      frame = this.#queue.take(this.#frameBytes);
    }
    return frame;
  }
}
