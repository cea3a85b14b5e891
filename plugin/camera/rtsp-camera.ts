/** A camera that is read over RTSP: ring, pictures and state, kept alive by supervised readers. */
import type { CameraInfo, Problem } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError } from '../system/problem.ts';
import type { Camera, CameraState, GrayFrame, MediaItem, TalkSession } from './contract.ts';
import type { Ffmpeg } from './ffmpeg.ts';
import { KeyframeDecoder } from './keyframe-decoder.ts';
import type { ReaderSink } from './reader.ts';
import { Ring } from './ring.ts';
import { Stills } from './stills.ts';
import { FactsMeter } from './stream-facts.ts';
import { supervise } from './supervisor.ts';

export interface RtspCameraOptions {
  ref: CameraRef;
  kind: CameraInfo['kind'];
  /** RTSP URL of the full-size stream. */
  main: string;
  /** RTSP URL of a small stream; without it the main stream serves both. */
  detect?: string;
  transport: 'tcp' | 'udp';
}

export interface RtspCameraDeps {
  /** Undefined when none was found: the camera is then offline and says so. */
  ffmpeg: Ffmpeg | undefined;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  /** 0 to 1; default `Math.random`. */
  random?: () => number;
}

/** Starts to read at once. Never throws: what is wrong is in `state.problem`. */
export function openCamera(options: RtspCameraOptions, deps: RtspCameraDeps): Camera {
  return new RtspCamera(options, deps);
}

const NO_FFMPEG: Problem = {
  code: 'no-ffmpeg',
  what: 'There is no ffmpeg, so no camera can be read.',
  cure: 'Install it with: sudo apt install ffmpeg',
};

class RtspCamera implements Camera {
  readonly ref: CameraRef;
  readonly kind: CameraInfo['kind'];
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #ring: Ring;
  readonly #stills: Stills;
  /** Only beside a sub-stream; otherwise the main stream is decoded anyway. */
  readonly #keyframes: KeyframeDecoder | undefined;
  readonly #stop = new AbortController();
  readonly #readers: Promise<void>[] = [];
  readonly #meter = new FactsMeter();
  readonly #stateListeners = new Set<(state: CameraState) => void>();
  readonly #grayListeners = new Set<(frame: GrayFrame) => void>();
  #state: CameraState;
  #mainProblem: Problem | undefined;
  #detectProblem: Problem | undefined;

  constructor(options: RtspCameraOptions, deps: RtspCameraDeps) {
    const { ffmpeg, startChild, clock, log } = deps;
    this.ref = options.ref;
    this.kind = options.kind;
    this.#clock = clock;
    this.#log = log;
    this.#ring = new Ring(clock);
    const decoder = ffmpeg && { ffmpeg, startChild, clock };
    this.#stills = new Stills({ clock, ring: this.#ring, decoder });
    if (decoder && options.detect !== undefined)
      this.#keyframes = new KeyframeDecoder(decoder, (picture) => this.#stills.add('main', picture));
    this.#state = { online: false, since: clock.now(), privacy: false };
    if (ffmpeg) this.#read(options, { ...deps, ffmpeg });
    else this.#down(NO_FFMPEG);
  }

  get state(): CameraState {
    return this.#state;
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onGrayFrame(listener: (frame: GrayFrame) => void): () => void {
    this.#grayListeners.add(listener);
    return () => this.#grayListeners.delete(listener);
  }

  watch: Camera['watch'] = (options) => this.#ring.watch(options);

  readonly talkVia = undefined;

  talk(): Promise<TalkSession> {
    return Promise.reject(
      new ProblemError({
        code: 'no-talk',
        what: `Nobody can be heard through ${this.ref.name}: it has no way for sound.`,
        cure: 'Fill in its ONVIF address, or "talk.output".',
      }),
    );
  }

  setPrivacy(_on: boolean): Promise<void> {
    return Promise.reject(new Error('privacy mode is not built yet'));
  }

  snapshot: Camera['snapshot'] = (options) => this.#stills.snapshot(options);

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#ring.close();
    await Promise.all([...this.#readers, this.#keyframes?.[Symbol.asyncDispose]()]);
    this.#stateListeners.clear();
    this.#grayListeners.clear();
  }

  #read(options: RtspCameraOptions, deps: RtspCameraDeps & { ffmpeg: Ffmpeg }): void {
    const { main, detect, transport } = options;
    const { signal } = this.#stop;
    const common = { random: Math.random, ...deps };
    this.#readers.push(
      supervise(
        {
          plan: { url: main, transport, role: detect === undefined ? 'both' : 'main', audio: 'copy' },
          signal,
          connect: () => this.#sink('main'),
          onDown: (problem) => this.#down(problem),
        },
        common,
      ),
    );
    if (detect === undefined) return;
    this.#readers.push(
      supervise(
        {
          plan: { url: detect, transport, role: 'detect', audio: 'none' },
          signal,
          connect: () => this.#sink('sub'),
          onDown: (problem) => this.#detectDown(problem),
        },
        common,
      ),
    );
  }

  #sink(stream: 'main' | 'sub'): ReaderSink {
    return {
      media: (item) => this.#media(item),
      still: (picture) => this.#stills.add(stream, picture),
      gray: (frame) => {
        if (stream === 'sub') this.#detectUp();
        for (const listener of this.#grayListeners) listener(frame);
      },
    };
  }

  #media(item: MediaItem): void {
    this.#ring.push(item);
    this.#keyframes?.push(item);
    const changed = this.#meter.push(item);
    if (item.type === 'fragment' && item.keyframe && !this.#state.online) this.#up();
    else if (changed && this.#state.online) this.#tell(true);
  }

  #up(): void {
    this.#mainProblem = undefined;
    this.#tell(true);
    const { video } = this.#meter.facts;
    this.#log.info(`Online: ${video ? `${video.codec}, ${video.width}x${video.height}` : 'reading'}.`);
  }

  #down(problem: Problem): void {
    const known = this.#mainProblem?.code === problem.code && this.#mainProblem.what === problem.what;
    this.#mainProblem = problem;
    if (!known) this.#log.warn(`${problem.what} ${problem.cure}`);
    if (!known || this.#state.online) this.#tell(false);
  }

  /** Without its sub-stream a camera is online, but nothing watches for motion. */
  #detectDown(problem: Problem): void {
    const named = { ...problem, what: `Sub-stream: ${problem.what}` };
    if (this.#detectProblem?.what === named.what) return;
    this.#detectProblem = named;
    this.#log.warn(`${named.what} ${named.cure}`);
    this.#tell(this.#state.online);
  }

  #detectUp(): void {
    if (!this.#detectProblem) return;
    this.#detectProblem = undefined;
    this.#tell(this.#state.online);
  }

  #tell(online: boolean): void {
    const problem = online ? this.#detectProblem : (this.#mainProblem ?? this.#detectProblem);
    this.#state = {
      online,
      privacy: false,
      since: online === this.#state.online ? this.#state.since : this.#clock.now(),
      ...(problem && { problem }),
      ...this.#meter.facts,
    };
    for (const listener of this.#stateListeners) listener(this.#state);
  }
}
