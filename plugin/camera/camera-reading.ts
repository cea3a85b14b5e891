/**
 * One stretch of reading a camera, from switching it on to privacy mode or the end: its readers, rings and pictures. All that it
 * keeps goes with it.
 */
import type { Problem } from '../../protocol/api.ts';
import type { Log } from '../system/log.ts';
import { inWords } from '../system/problem.ts';
import type {
  MediaItem,
  SmallFrame,
  SnapshotOptions,
  Still,
  StreamChoice,
  WatchOptions,
} from './contract.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { KeyframeDecoder } from './keyframe-decoder.ts';
import { LoginGate } from './login-gate.ts';
import type { Polygon } from './masks.ts';
import type { ReaderSink } from './reader.ts';
import { Ring } from './ring.ts';
import { Stills } from './stills.ts';
import type { FactsMeter } from './stream-facts.ts';
import { type CameraStreams, StreamReaders, type StreamReadersDeps } from './stream-readers.ts';

export interface ReadingDeps extends Omit<StreamReadersDeps, 'ffmpeg'> {
  /** Undefined when none was found: the camera is then offline and says so. */
  ffmpeg: Ffmpeg | undefined;
}

export interface ReadingContext {
  streams: CameraStreams;
  /** What is known of each stream; outlives a stretch of reading. */
  meters: Readonly<Record<StreamChoice, FactsMeter>>;
  /** The number of the next connection. */
  nextGeneration: (stream: StreamChoice) => number;
  onSmall: (frame: SmallFrame) => void;
  /** Nothing that was seen until now may be shown any more. */
  onForget: () => void;
  /** Something in `status`, or in what the meters know, has changed. */
  onChange: () => void;
}

export interface ReadingStatus {
  online: boolean;
  /** Whether the sub-stream, where there is one, gives pictures. */
  subOnline: boolean;
  problem?: Problem;
}

const NO_FFMPEG: Problem = {
  code: 'no-ffmpeg',
  what: 'There is no ffmpeg, so no camera can be read.',
  cure: 'Install it with: sudo apt install ffmpeg',
};

/** Reads from the start on, until it is disposed; then no program is left, every `watch` has ended and begins no more. */
export class CameraReading implements AsyncDisposable {
  readonly #context: ReadingContext;
  readonly #log: Log;
  readonly #stop = new AbortController();
  readonly #rings: { main: Ring; sub?: Ring };
  readonly #stills: Stills;
  /** Only beside a sub-stream; otherwise the main stream is decoded anyway. */
  readonly #keyframes: KeyframeDecoder | undefined;
  readonly #deps: ReadingDeps;
  readonly #logins: LoginGate;
  #masks: readonly Polygon[];
  /** Undefined while the readers of before end, and without ffmpeg. */
  #readers: StreamReaders | undefined;
  #changing: Promise<void> = Promise.resolve();
  readonly #online = { main: false, sub: false };
  readonly #problems: { main?: Problem | undefined; sub?: Problem | undefined } = {};

  constructor(context: ReadingContext, deps: ReadingDeps) {
    const { ffmpeg, startChild, clock } = deps;
    const { detect, masks = [] } = context.streams;
    this.#context = context;
    this.#deps = deps;
    this.#masks = masks;
    this.#log = deps.log;
    this.#logins = new LoginGate(deps);
    this.#rings = { main: new Ring(clock), ...(detect !== undefined && { sub: new Ring(clock) }) };
    const decoder = ffmpeg && { ffmpeg, startChild, clock };
    const { signal } = this.#stop;
    this.#stills = new Stills({ clock, ring: this.#rings.main, decoder, signal });
    if (decoder && detect !== undefined)
      this.#keyframes = new KeyframeDecoder(decoder, (picture) => this.#stills.add('main', picture));
    if (!ffmpeg) this.#problems.main = NO_FFMPEG;
    this.#read();
  }

  get status(): ReadingStatus {
    const { main, sub } = this.#online;
    // Without its sub-stream a camera is online, but nothing watches for motion.
    const problem = main ? this.#problems.sub : (this.#problems.main ?? this.#problems.sub);
    return { online: main, subOnline: sub, ...(problem && { problem }) };
  }

  /** Aborts as soon as reading is to end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  watch({ stream = 'main', ...options }: WatchOptions): AsyncIterable<MediaItem> {
    return (this.#rings[stream] ?? this.#rings.main).watch(options);
  }

  snapshot(options?: SnapshotOptions): Promise<Still> {
    return this.#stills.snapshot(options);
  }

  /**
   * Hides these, and these alone, from now on: nothing of what was seen before is given any more, and the readers begin anew. Watchers
   * go on with the new pictures, and it counts as online meanwhile. Resolves when no reader of before is left; what was asked for last
   * holds.
   */
  setMasks(masks: readonly Polygon[]): Promise<void> {
    if (JSON.stringify(masks) === JSON.stringify(this.#masks)) return this.#changing;
    this.#masks = masks;
    const ended = this.#readers?.[Symbol.asyncDispose]();
    this.#readers = undefined;
    this.#forget();
    this.#changing = Promise.all([this.#changing, ended]).then(() => {
      if (!this.#readers && !this.#stop.signal.aborted) this.#read();
    });
    return this.#changing;
  }

  /** Ends watchers and forgets pictures at once; resolves when every program is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#rings.main.close();
    this.#rings.sub?.close();
    await Promise.all([
      this.#readers?.[Symbol.asyncDispose](),
      this.#changing,
      this.#keyframes?.[Symbol.asyncDispose](),
      this.#stills.settled(),
    ]);
  }

  #read(): void {
    const { ffmpeg } = this.#deps;
    if (!ffmpeg) return;
    this.#readers = new StreamReaders(
      {
        streams: { ...this.#context.streams, masks: this.#masks },
        logins: this.#logins,
        nextGeneration: this.#context.nextGeneration,
        sink: (stream, mayShow) => this.#sink(stream, mayShow),
        onDown: (stream, problem) => this.#down(stream, problem),
        onUnhidden: () => this.#forget(),
      },
      { ...this.#deps, ffmpeg },
    );
  }

  #sink(stream: StreamChoice, mayShow: (frame: SmallFrame) => boolean): ReaderSink {
    return {
      media: (item) => this.#media(stream, item),
      still: (picture) => this.#stills.add(stream, picture),
      small: (frame) => {
        if (mayShow(frame)) this.#context.onSmall(frame);
      },
    };
  }

  /** What was seen may hold what the masks should have hidden. */
  #forget(): void {
    this.#rings.main.forget();
    this.#rings.sub?.forget();
    this.#keyframes?.forget();
    this.#stills.forget();
    this.#context.onForget();
  }

  #media(stream: StreamChoice, item: MediaItem): void {
    this.#rings[stream]?.push(item);
    if (stream === 'main') this.#keyframes?.push(item);
    const changed = this.#context.meters[stream].push(item);
    if (item.type === 'fragment' && item.keyframe && !this.#online[stream]) this.#up(stream);
    else if (changed && this.#online[stream]) this.#context.onChange();
  }

  #up(stream: StreamChoice): void {
    this.#online[stream] = true;
    this.#problems[stream] = undefined;
    const { video } = this.#context.meters[stream].facts;
    const seen = video ? `${video.codec}, ${video.width}x${video.height}` : 'reading';
    if (stream === 'main') this.#log.info(`Online: ${seen}.`);
    else this.#log.debug(`Sub-stream: ${seen}.`);
    this.#context.onChange();
  }

  #down(stream: StreamChoice, cause: Problem): void {
    const problem = stream === 'main' ? cause : { ...cause, what: `Sub-stream: ${cause.what}` };
    const before = this.#problems[stream];
    const known = before?.code === problem.code && before.what === problem.what;
    const wasOnline = this.#online[stream];
    this.#online[stream] = false;
    this.#problems[stream] = problem;
    if (!known) this.#log.warn(inWords(problem));
    if (!known || wasOnline) this.#context.onChange();
  }
}
