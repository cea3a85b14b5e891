/** Decides, for each connection, whether the hub has to hide what the masks cover, and with which encoder. */
import { sleep } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import type { DecodeDeps } from './decode-still.ts';
import { lookOnce } from './mask-look.ts';
import { looksMasked } from './mask-proof.ts';
import type { MaskTrust } from './mask-trust.ts';
import { coveringRectangles, maskFilters, type Polygon } from './masks.ts';
import type { Mask, StreamPlan } from './reader-args.ts';
import { untilAborted } from './until-aborted.ts';
import type { EncoderChoice } from './video-encoder-choice.ts';

export interface MaskOptions {
  /** None: nothing is hidden. */
  masks?: readonly Polygon[];
  /**
   * Tells the camera to hide these itself, all that there are, and whether it took them. Asked before a connection, and now and then while
   * the hub hides them; a look at its picture has then to prove it. Default: never.
   */
  maskedByCamera?: (masks: readonly Polygon[]) => Promise<boolean>;
}

export interface MaskDeps extends DecodeDeps {
  log: Log;
  encoders: EncoderChoice;
  trust: MaskTrust;
}

type Stream = Pick<StreamPlan, 'url' | 'transport' | 'role'>;

/** What is hidden in one connection. To be disposed when that ends. */
export interface Hiding extends AsyncDisposable {
  /** Undefined where the camera hides it, or there is nothing to hide. */
  readonly mask: Mask | undefined;
  /** Whether the camera does, so that each of its pictures has to go on showing so. */
  readonly byCamera: boolean;
  /** Aborts when the stream is to be opened anew, because the camera does not hide it any more, or now does. */
  readonly over: AbortSignal;
}

/** Before a connection there is no picture at all, so the camera is not waited for. */
const ASK_MS = 2_000;
/** While the hub hides them there is time. */
const ASK_AGAIN_MS = 12_000;
const FIRST_AGAIN_MS = 10_000;
const LAST_AGAIN_MS = 3_600_000;
/** The connection that follows a proof needs none of its own. */
const PROOF_HOLDS_MS = 15_000;

export class StreamMasks {
  readonly #options: MaskOptions;
  readonly #deps: MaskDeps;
  readonly #filters: readonly string[];
  #provenAt = Number.NEGATIVE_INFINITY;
  #said: 'camera' | 'hub' | undefined;

  constructor(options: MaskOptions, deps: MaskDeps) {
    this.#options = options;
    this.#deps = deps;
    this.#filters = maskFilters(coveringRectangles(options.masks ?? []));
  }

  /**
   * What the reader has to hide in this stream: nothing where the camera does it and a picture shows so within 2 s.
   *
   * @throws ProblemError `no-encoder`, or `wrong-password`: then the stream is not to be read at all
   */
  async forConnection(stream: Stream, signal: AbortSignal): Promise<Hiding> {
    if (this.#filters.length === 0) return NOTHING_TO_HIDE;
    if (await this.#mayRely(stream, signal)) {
      this.#say('camera');
      const { lost, [Symbol.dispose]: release } = this.#deps.trust.rely();
      return { mask: undefined, byCamera: true, over: lost, [Symbol.asyncDispose]: async () => release() };
    }
    this.#say('hub');
    const encoder = this.#deps.encoders.current();
    if (!this.#deps.ffmpeg.encoders.has(encoder.name)) throw new ProblemError(NO_ENCODER);
    return this.#hiddenByHub({ filters: this.#filters, encoder }, stream);
  }

  /** Whether another encoder takes over after this one failed. */
  encoderFailed({ encoder }: Mask): boolean {
    return this.#deps.encoders.failed(encoder);
  }

  async #mayRely(stream: Stream, signal: AbortSignal): Promise<boolean> {
    const { clock, trust } = this.#deps;
    if (trust.distrustedMs > 0) return false;
    if (clock.monotonic() - this.#provenAt < PROOF_HOLDS_MS) return true;
    return this.#provenByCamera(stream, ASK_MS, signal);
  }

  /** Until this connection ends, looks now and then whether the camera has come to hide them itself. */
  #hiddenByHub(mask: Mask, stream: Stream): Hiding {
    const over = new AbortController();
    const ended = new AbortController();
    const asking = this.#untilProven(stream, ended.signal).then((proven) => {
      if (proven) over.abort();
    });
    return {
      ...{ mask, byCamera: false, over: over.signal },
      [Symbol.asyncDispose]: async () => {
        ended.abort();
        await asking;
      },
    };
  }

  async #untilProven(stream: Stream, signal: AbortSignal): Promise<boolean> {
    const { clock, trust, log } = this.#deps;
    if (!this.#options.maskedByCamera) return false;
    for (let wait = FIRST_AGAIN_MS; !signal.aborted; wait = Math.min(LAST_AGAIN_MS, wait * 4)) {
      await sleep(clock, Math.max(wait, trust.distrustedMs), signal);
      // Of the main stream beside a sub-stream nothing is decoded that would show whether the camera goes on hiding them.
      if (signal.aborted || (stream.role === 'main' && !trust.watched)) continue;
      try {
        if (!(await this.#provenByCamera(stream, ASK_AGAIN_MS, signal))) continue;
      } catch (error) {
        log.debug(`Looking whether the camera masks its picture: ${reason(error)}`);
        continue;
      }
      this.#provenAt = clock.monotonic();
      return true;
    }
    return false;
  }

  /** @throws ProblemError `wrong-password` */
  async #provenByCamera(stream: Stream, withinMs: number, signal: AbortSignal): Promise<boolean> {
    const { masks = [], maskedByCamera } = this.#options;
    if (!maskedByCamera) return false;
    const late = new AbortController();
    const cancel = this.#deps.clock.after(withinMs, () => late.abort());
    const inTime = AbortSignal.any([signal, late.signal]);
    try {
      const told = await untilAborted(maskedByCamera(masks), inTime).catch((error: unknown) => {
        this.#deps.log.debug(`The camera could not be asked for its masks: ${reason(error)}`);
      });
      const picture = told && (await lookOnce(stream, this.#deps, inTime));
      return picture ? looksMasked(picture, masks) : false;
    } finally {
      cancel();
    }
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

const NOTHING_TO_HIDE: Hiding = {
  ...{ mask: undefined, byCamera: false, over: new AbortController().signal },
  [Symbol.asyncDispose]: async () => {},
};

const NO_ENCODER = {
  code: 'no-encoder',
  what: 'This ffmpeg cannot encode H.264, which privacy masks need; the camera is not shown without them.',
  cure: 'Install an ffmpeg with libx264: sudo apt install ffmpeg',
};
