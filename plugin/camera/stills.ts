/** The newest pictures of a camera, and the answer to each request for one. */
import type { Clock } from '../system/clock.ts';
import { ProblemError } from '../system/problem.ts';
import type { SnapshotOptions, Still } from './contract.ts';
import { type DecodeDeps, decodeStill } from './decode-still.ts';
import type { Ring } from './ring.ts';
import { chooseSnapshot } from './snapshot-policy.ts';
import type { Picture } from './still-parser.ts';

const DEFAULT_MAX_AGE_MS = 2000;

export class Stills {
  readonly #clock: Clock;
  readonly #ring: Ring;
  readonly #decoder: DecodeDeps | undefined;
  readonly #signal: AbortSignal;
  #newest: { main?: Still; sub?: Still } = {};
  #decoding: Promise<Still | undefined> | undefined;
  #forgottenDecoding: Promise<Still | undefined> | undefined;
  #forgotten = 0;

  /** Without a decoder only pictures that are already decoded are given. The signal ends what is being decoded. */
  constructor(options: { clock: Clock; ring: Ring; decoder: DecodeDeps | undefined; signal: AbortSignal }) {
    this.#clock = options.clock;
    this.#ring = options.ring;
    this.#decoder = options.decoder;
    this.#signal = options.signal;
  }

  /** Resolves when nothing is being decoded. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#decoding, this.#forgottenDecoding]);
  }

  add(stream: 'main' | 'sub', picture: Picture & { at: number }): void {
    const { jpeg, width, height, at } = picture;
    this.#newest[stream] = { jpeg, width, height, takenAt: at, source: 'decoded' };
  }

  /** Gives nothing of what was seen until now, even where it is still being decoded. */
  forget(): void {
    this.#newest = {};
    this.#forgotten++;
    this.#forgottenDecoding = this.#decoding;
    this.#decoding = undefined;
  }

  /** The newest picture that can be had in time. Rejects with a `ProblemError` when there has never been one. */
  async snapshot(options: SnapshotOptions = {}): Promise<Still> {
    const forgotten = this.#forgotten;
    const { main, sub } = this.#newest;
    const ringAt = this.#decoder && this.#ring.newestPictures().at(-1)?.at;
    const choice = chooseSnapshot({
      now: this.#clock.now(),
      maxAgeMs: options.maxAgeMs ?? DEFAULT_MAX_AGE_MS,
      ...(options.width !== undefined && { width: options.width }),
      ...(options.height !== undefined && { height: options.height }),
      ...(main && { main }),
      ...(sub && { sub }),
      ...(ringAt !== undefined && { ringAt }),
    });
    const decoded =
      choice === 'ring' ? await this.#decode() : choice === 'none' ? undefined : this.#newest[choice];
    if (this.#forgotten !== forgotten) return this.snapshot(options);
    const still = decoded ?? newer(this.#newest.main, this.#newest.sub);
    if (still) return still;
    throw new ProblemError({
      code: 'no-picture',
      what: 'There has been no picture from this camera yet.',
      cure: 'Wait until it is online.',
    });
  }

  /** Requests that come together share one program. */
  #decode(): Promise<Still | undefined> {
    const { init } = this.#ring;
    if (!this.#decoder || !init) return Promise.resolve(undefined);
    if (this.#decoding) return this.#decoding;
    const decoding = decodeStill(init, this.#ring.newestPictures(), {
      ...this.#decoder,
      signal: this.#signal,
    }).finally(() => {
      if (this.#decoding === decoding) this.#decoding = undefined;
    });
    this.#decoding = decoding;
    return decoding;
  }
}

function newer(one: Still | undefined, other: Still | undefined): Still | undefined {
  if (!one || !other) return one ?? other;
  return one.takenAt >= other.takenAt ? one : other;
}
