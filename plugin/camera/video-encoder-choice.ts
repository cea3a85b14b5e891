/** Which encoder to use now: the probed one, and software for a while when that has failed. */
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { SOFTWARE_ENCODER, type VideoEncoder } from './video-encoder.ts';

/** Hardware also refuses when it has too many streams at a time, which passes. */
const RETRY_MS = 10 * 60_000;

export interface EncoderChoice {
  current(): VideoEncoder;
  /**
   * To be called when an ffmpeg that used this encoder ended by itself before it had done its work.
   *
   * @returns whether `current` now is another one, so that it is worth trying again
   */
  failed(encoder: VideoEncoder): boolean;
}

/** One for all cameras. It says once that hardware failed, however often that happens. */
export function createEncoderChoice(
  probed: VideoEncoder,
  { clock, log }: { clock: Clock; log: Pick<Log, 'warn'> },
): EncoderChoice {
  let retryAt = Number.NEGATIVE_INFINITY;
  let said = false;
  return {
    current: () => (clock.monotonic() < retryAt ? SOFTWARE_ENCODER : probed),
    failed(encoder) {
      if (!encoder.hardware) return false;
      retryAt = clock.monotonic() + RETRY_MS;
      if (!said) log.warn(`The video encoder ${encoder.name} failed; software encodes instead.`);
      said = true;
      return true;
    },
  };
}
