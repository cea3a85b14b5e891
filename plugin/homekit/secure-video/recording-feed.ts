/**
 * Stands while the Home app has armed a camera: keeps the last seconds in the form that home hubs take, so that a recording can begin
 * with what was before the motion, at once, even where picture or sound have to be converted.
 */
import type { Camera, CameraState, Init } from '../../camera/contract.ts';
import { sleep } from '../../system/clock.ts';
import { OUR_REASON } from './close-reason.ts';
import { keepMs } from './prebuffer.ts';
import { type LineFailure, type LineTools, RecordingLine } from './recording-line.ts';
import type { Selection } from './selection.ts';
import type { Take } from './take.ts';
import { planVideo, type VideoPlan } from './video-plan.ts';

export interface FeedOptions extends LineTools {
  camera: Camera;
  selection: Selection;
  /** Whether the Home app wants sound. */
  audio: boolean;
}

/** When a watch is over or a conversion has ended by itself, in ms; the latter twice as long each time. */
const RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

export class RecordingFeed implements AsyncDisposable {
  readonly selection: Selection;
  readonly audio: boolean;
  readonly #options: FeedOptions;
  readonly #keepMs: number;
  readonly #stop = new AbortController();
  readonly #forgetState: () => void;
  readonly #done: Promise<void>;
  #attempt = new AbortController();
  #line: RecordingLine | undefined;
  /** What was seen of the pictures of one connection. */
  #learned: { generation: number; reordered: boolean; gopMs?: number | undefined } | undefined;
  #problem: string | undefined;
  /** Conversions that ended one after the other without giving anything. */
  #failures = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.selection = options.selection;
    this.audio = options.audio;
    this.#keepMs = keepMs(options.selection);
    this.#forgetState = options.camera.onState((state) => this.#onState(state));
    this.#done = this.#run();
  }

  /** What a recording can be made of now; undefined while there is nothing. */
  get take(): Take | undefined {
    const take = this.#line?.take;
    return take?.ended === undefined ? take : undefined;
  }

  /** Why nothing can be recorded, in words. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Ends it for this reason; a recording that runs gets what there is. */
  end(reason: string, options?: { forget: boolean }): void {
    this.#line?.end(reason, options);
    this.#stop.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.end(OUR_REASON.shutdown);
    this.#forgetState();
    // A converter that takes nothing more would hold up the loop.
    await this.#line?.[Symbol.asyncDispose]();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { camera, clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const outcome = await this.#follow();
      // Privacy mode ends each watch.
      if (camera.state.privacy) await this.#stateChange();
      else if (outcome === 'failed') await sleep(clock, retryMs(this.#failures++), signal);
      else if (outcome === 'over') await sleep(clock, RETRY_MS, signal);
    }
  }

  /** Follows the camera until something has to be done otherwise. */
  async #follow(): Promise<'again' | 'failed' | 'over'> {
    const { camera } = this.#options;
    this.#attempt = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#attempt.signal]);
    let generation = 0;
    try {
      for await (const item of camera.watch({ signal, agoMs: this.#keepMs })) {
        if (signal.aborted) break;
        if (item.type === 'init') {
          generation = item.generation;
          await this.#close(OUR_REASON.cameraRestarted);
          this.#line = this.#open(item);
        } else {
          await this.#line?.push(item);
          const failure = this.#line?.failure;
          if (failure) return this.#learn(failure, generation);
        }
      }
      return this.#attempt.signal.aborted ? 'again' : 'over';
    } finally {
      await this.#close(OUR_REASON.conversion);
    }
  }

  #learn(failure: LineFailure, generation: number): 'again' | 'failed' {
    if (failure.what === 'conversion-ended') {
      if (this.#line?.take) this.#failures = 0;
      const say = this.#failures === 0 ? 'warn' : 'debug';
      this.#options.log[say](`HomeKit Secure Video: the conversion of the picture ended: ${failure.why}`);
      return 'failed';
    }
    if (failure.what === 'must-convert') {
      const { reordered, gopMs } = failure;
      this.#learned = { generation, reordered, gopMs };
    }
    return 'again';
  }

  async #close(reason: string): Promise<void> {
    const line = this.#line;
    line?.end(reason);
    await line?.[Symbol.asyncDispose]();
    if (this.#line === line) this.#line = undefined;
  }

  #open(init: Init): RecordingLine | undefined {
    const { ffmpeg, encoders, log } = this.#options;
    const video = init.tracks.find(({ kind }) => kind === 'video');
    if (!video) return undefined;
    const plan = this.#plan(init);
    const canEncode = ffmpeg?.encoders.has(encoders.current().name) ?? false;
    this.#problem =
      plan.how === 'transcode' && !canEncode
        ? `the picture has to be converted (${plan.why}), and there is no ffmpeg that can`
        : undefined;
    if (this.#problem) {
      log.warn(`HomeKit Secure Video records nothing: ${this.#problem}.`);
      return undefined;
    }
    if (plan.how === 'transcode') log.info(`HomeKit Secure Video converts the picture: ${plan.why}.`);
    return new RecordingLine({ ...this.#options, init, video, plan, keepMs: this.#keepMs });
  }

  #plan({ tracks, generation }: Pick<Init, 'tracks' | 'generation'>): VideoPlan {
    const { camera, selection } = this.#options;
    const track = tracks.find(({ kind }) => kind === 'video');
    const learned = this.#learned?.generation === generation ? this.#learned : undefined;
    return planVideo(
      {
        codec: track?.codec ?? '',
        codecString: track?.codecString ?? '',
        width: track?.width ?? 0,
        height: track?.height ?? 0,
        gopMs: learned?.gopMs ?? camera.state.video?.gopMs,
        reordered: learned?.reordered ?? false,
      },
      selection,
    );
  }

  #onState({ online, privacy }: CameraState): void {
    if (privacy) this.#line?.end(OUR_REASON.privacy, { forget: true });
    else if (!online) this.#line?.end(OUR_REASON.cameraLost);
    else this.#reconsider();
  }

  /** The keyframe distance is known only after some time; nobody's recording is broken off for it. */
  #reconsider(): void {
    const line = this.#line;
    if (line?.plan.how !== 'copy' || line.take?.isRead) return;
    if (this.#plan(line.init).how === 'transcode') this.#attempt.abort();
  }

  #stateChange(): Promise<void> {
    const { camera } = this.#options;
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const done = () => {
        forget();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const forget = camera.onState(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }
}

const retryMs = (failures: number) => Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** failures);
