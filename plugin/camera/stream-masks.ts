/** Decides, for each connection, whether the hub has to hide what the masks cover, and with which encoder. */
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import type { DecodeDeps } from './decode-still.ts';
import { lookOnce } from './mask-look.ts';
import { looksMasked } from './mask-proof.ts';
import { coveringRectangles, maskFilters, type Polygon } from './masks.ts';
import type { Mask, StreamPlan } from './reader-args.ts';
import { untilAborted } from './until-aborted.ts';
import type { EncoderChoice } from './video-encoder-choice.ts';

export interface MaskOptions {
  /** None: nothing is hidden. */
  masks?: readonly Polygon[];
  /**
   * Whether the camera has been told to hide them itself. Asked before each connection; a look at its picture has then to prove it.
   * Default: never.
   */
  maskedByCamera?: () => Promise<boolean>;
}

export interface MaskDeps extends DecodeDeps {
  log: Log;
  encoders: EncoderChoice;
}

export class StreamMasks {
  readonly #options: MaskOptions;
  readonly #deps: MaskDeps;
  readonly #filters: readonly string[];
  #said: 'camera' | 'hub' | undefined;

  constructor(options: MaskOptions, deps: MaskDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#filters = maskFilters(coveringRectangles(options.masks ?? []));
  }

  /**
   * What the reader has to hide in this stream; undefined when nothing, or when the camera does it and one picture shows so.
   *
   * @throws ProblemError `no-encoder`: then the stream is not to be read at all
   */
  async forConnection(
    stream: Pick<StreamPlan, 'url' | 'transport'>,
    signal: AbortSignal,
  ): Promise<Mask | undefined> {
    if (this.#filters.length === 0) return undefined;
    const byCamera = await this.#provenByCamera(stream, signal);
    this.#say(byCamera ? 'camera' : 'hub');
    if (byCamera) return undefined;
    const encoder = this.#deps.encoders.current();
    if (!this.#deps.ffmpeg.encoders.has(encoder.name)) throw new ProblemError(NO_ENCODER);
    return { filters: this.#filters, encoder };
  }

  /** Whether another encoder takes over after this one failed. */
  encoderFailed({ encoder }: Mask): boolean {
    return this.#deps.encoders.failed(encoder);
  }

  async #provenByCamera(
    stream: Pick<StreamPlan, 'url' | 'transport'>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { masks = [], maskedByCamera } = this.#options;
    if (!maskedByCamera) return false;
    const told = await untilAborted(maskedByCamera(), signal).catch((error: unknown) => {
      this.#deps.log.debug(`The camera could not be asked for its masks: ${reason(error)}`);
    });
    if (!told) return false;
    const picture = await lookOnce(stream, this.#deps, signal);
    return picture !== undefined && looksMasked(picture, masks);
  }

  #say(who: 'camera' | 'hub'): void {
    if (this.#said === who) return;
    this.#said = who;
    this.#deps.log.info(
      who === 'camera'
        ? 'Privacy masks: the camera hides them, and its picture shows so.'
        : 'Privacy masks: the hub hides them, and encodes the picture anew.',
    );
  }
}

const NO_ENCODER = {
  code: 'no-encoder',
  what: 'This ffmpeg cannot encode H.264, which privacy masks need; the camera is not shown without them.',
  cure: 'Install an ffmpeg with libx264: sudo apt install ffmpeg',
};
