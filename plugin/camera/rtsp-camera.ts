/** A camera that is read over RTSP: what it shows to the rooms above, its privacy mode and its talk. */
import type { CameraInfo } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import { createListeners, type Listeners } from '../system/listeners.ts';
import { ProblemError } from '../system/problem.ts';
import { CameraReading, type ReadingDeps } from './camera-reading.ts';
import type {
  Camera,
  CameraState,
  MediaItem,
  SmallFrame,
  SnapshotOptions,
  Still,
  StreamChoice,
  TalkSession,
  TalkVia,
  WatchOptions,
} from './contract.ts';
import type { Polygon } from './masks.ts';
import { privacyStill } from './privacy-picture.ts';
import { FactsMeter } from './stream-facts.ts';
import type { CameraStreams } from './stream-readers.ts';
import type { CameraTalk } from './talk/contract.ts';
import { noTalk } from './talk/talk-problem.ts';
import { type Reach, tcpReach } from './tcp-reach.ts';
import { privacyOn } from './trigger-policy.ts';
import { SOFTWARE_ENCODER } from './video-encoder.ts';
import { createEncoderChoice, type EncoderChoice } from './video-encoder-choice.ts';

/** `masks` are those of the configuration, which always hold. */
export interface RtspCameraOptions extends CameraStreams {
  ref: CameraRef;
  kind: CameraInfo['kind'];
  /** What is hidden besides from the start on, until `setMasks`. Default: nothing. */
  drawnMasks?: readonly Polygon[];
  /** Whether it starts in privacy mode: then nothing is opened until that ends. Default false. */
  privacy?: boolean;
  /** The way to its loudspeaker, where there may be one. It belongs to the camera, which disposes it. */
  talk?: CameraTalk;
}

export interface RtspCameraDeps extends Omit<ReadingDeps, 'random' | 'encoders' | 'reach'> {
  /** 0 to 1; default `Math.random`. */
  random?: () => number;
  /** Who encodes a picture that has to be masked; one for all cameras. Default: software. */
  encoders?: EncoderChoice;
  /** Default: a real connection. */
  reach?: Reach;
}

/** Starts to read at once, unless in privacy mode. Never throws: what is wrong is in `state.problem`. */
export function openCamera(options: RtspCameraOptions, deps: RtspCameraDeps): Camera {
  const encoders = deps.encoders ?? createEncoderChoice(SOFTWARE_ENCODER, deps);
  return new RtspCamera(options, { random: Math.random, reach: tcpReach, ...deps, encoders });
}

class RtspCamera implements Camera {
  readonly ref: CameraRef;
  readonly kind: CameraInfo['kind'];
  readonly #options: RtspCameraOptions;
  readonly #deps: ReadingDeps;
  readonly #meters = { main: new FactsMeter(), sub: new FactsMeter() };
  readonly #generations = { main: 0, sub: 0 };
  readonly #stateListeners = new Set<(state: CameraState) => void>();
  readonly #forgetListeners: Listeners<void>;
  readonly #smallListeners = new Set<(frame: SmallFrame) => void>();
  #state: CameraState;
  /** Undefined in privacy mode. */
  #reading: CameraReading | undefined;
  /** What was last asked for; the mode itself may lag behind while readers end. */
  #wantsPrivacy: boolean;
  #drawnMasks: readonly Polygon[];
  #ending: Promise<unknown> = Promise.resolve();
  /** Until each has hung up. */
  readonly #talks = new Set<Promise<unknown>>();
  #disposed = false;

  constructor(options: RtspCameraOptions, deps: ReadingDeps) {
    const { ref, kind, talk, privacy = false, drawnMasks = [] } = options;
    this.ref = ref;
    this.kind = kind;
    this.#options = options;
    this.#deps = deps;
    this.#forgetListeners = createListeners(deps.log);
    this.#wantsPrivacy = privacy;
    this.#drawnMasks = drawnMasks;
    this.#state = { online: false, since: deps.clock.now(), privacy };
    if (!privacy) this.#reading = this.#read();
    this.#state = this.#stateNow();
    talk?.onVia(() => this.#tell());
  }

  get state(): CameraState {
    return this.#state;
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  onSmallFrame(listener: (frame: SmallFrame) => void): () => void {
    this.#smallListeners.add(listener);
    return () => this.#smallListeners.delete(listener);
  }

  async *watch(options: WatchOptions): AsyncGenerator<MediaItem, void, undefined> {
    if (this.#reading) yield* this.#reading.watch(options);
  }

  async snapshot(options?: SnapshotOptions): Promise<Still> {
    const reading = this.#reading;
    const masks = this.#drawnMasks;
    if (!reading) return privacyStill(this.#deps.clock.now());
    const asked = await reading.snapshot(options).then(
      (still) => ({ still }),
      (error: unknown) => ({ error }),
    );
    // Privacy mode or other masks may have come meanwhile, and what was seen before is not shown any more.
    if (this.#reading !== reading || this.#drawnMasks !== masks) return this.snapshot(options);
    if ('error' in asked) throw asked.error;
    return asked.still;
  }

  async setPrivacy(on: boolean): Promise<void> {
    this.#wantsPrivacy = on;
    if (on) this.#hide();
    await this.#ending;
    if (!this.#wantsPrivacy && !this.#reading && !this.#disposed) this.#show();
  }

  async setMasks(masks: readonly Polygon[]): Promise<void> {
    this.#drawnMasks = masks;
    await Promise.all([this.#ending, this.#reading?.setMasks(this.#masks)]);
  }

  onForget(listener: () => void): () => void {
    return this.#forgetListeners.add(listener);
  }

  get talkVia(): TalkVia | undefined {
    return this.#options.talk?.via;
  }

  async talk({ signal }: { signal: AbortSignal }): Promise<TalkSession> {
    if (!this.#reading) throw new ProblemError(privacyOn(this.ref.name));
    if (!this.#options.talk) throw noTalk();
    const opening = this.#options.talk.talk({ signal: AbortSignal.any([signal, this.#reading.signal]) });
    const over = opening.then(({ ended }) => ended).catch(() => {});
    this.#talks.add(over);
    void over.then(() => this.#talks.delete(over));
    return opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    await Promise.all([
      this.#ending,
      this.#reading?.[Symbol.asyncDispose](),
      this.#options.talk?.[Symbol.asyncDispose](),
    ]);
    this.#stateListeners.clear();
    this.#smallListeners.clear();
    this.#forgetListeners.clear();
  }

  get #masks(): Polygon[] {
    return [...(this.#options.masks ?? []), ...this.#drawnMasks];
  }

  #read(): CameraReading {
    return new CameraReading(
      {
        streams: { ...this.#options, masks: this.#masks },
        meters: this.#meters,
        nextGeneration: (stream: StreamChoice) => ++this.#generations[stream],
        onSmall: (frame) => {
          for (const listener of this.#smallListeners) listener(frame);
        },
        onForget: () => this.#forgetListeners.tell(),
        onChange: () => this.#tell(),
      },
      this.#deps,
    );
  }

  #hide(): void {
    const reading = this.#reading;
    if (!reading || this.#disposed) return;
    this.#reading = undefined;
    this.#ending = Promise.all([reading[Symbol.asyncDispose](), ...this.#talks]);
    this.#deps.log.debug('Privacy mode: nothing is read from the camera.');
    this.#tell();
  }

  #show(): void {
    this.#reading = this.#read();
    this.#deps.log.debug('Privacy mode ended: reading again.');
    this.#tell();
  }

  #tell(): void {
    if (this.#disposed) return;
    this.#state = this.#stateNow();
    this.#options.talk?.setOnline(this.#state.online);
    for (const listener of this.#stateListeners) listener(this.#state);
  }

  #stateNow(): CameraState {
    const { online = false, subOnline = false, problem } = this.#reading?.status ?? {};
    const sub = subOnline ? this.#meters.sub.facts.video : undefined;
    return {
      online,
      privacy: this.#reading === undefined,
      since: online === this.#state.online ? this.#state.since : this.#deps.clock.now(),
      ...(problem && { problem }),
      ...this.#meters.main.facts,
      ...(sub && { sub }),
    };
  }
}
