/**
 * Stands while the Home app has armed a camera: keeps the last seconds in the form that home hubs take, so that a recording can begin
 * with what was before the motion, at once, even where picture or sound have to be converted.
 */
import type { Camera, CameraState, Fragment, Init } from '../../camera/contract.ts';
import { sleep } from '../../system/clock.ts';
import { OUR_REASON } from './close-reason.ts';
import { isHiccup } from './continuity.ts';
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

type Outcome = 'again' | 'failed' | 'over';

/** What was seen of the pictures of one connection. */
interface Seen {
  generation: number;
  reordered: boolean;
  /** Keyframe distance that counts, whatever was measured. */
  gopMs?: number;
  /** Keyframe distance that counts until one is measured. */
  assumedGopMs?: number;
  /** When the last group began that no fragment can hold, in seconds of the stream. */
  longGroupAt?: number;
}

export class RecordingFeed implements AsyncDisposable {
  readonly selection: Selection;
  readonly audio: boolean;
  readonly #options: FeedOptions;
  readonly #keepMs: number;
  readonly #stop = new AbortController();
  readonly #forgetState: () => void;
  readonly #forgetMasks: () => void;
  readonly #done: Promise<void>;
  #attempt = new AbortController();
  #line: RecordingLine | undefined;
  #init: Init | undefined;
  #seen: Seen = { generation: 0, reordered: false };
  #problem: string | undefined;
  /** What was logged last about the picture. */
  #said: string | undefined;
  /** Conversions that ended one after the other without giving anything. */
  #failures = 0;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.selection = options.selection;
    this.audio = options.audio;
    this.#keepMs = keepMs(options.selection);
    this.#forgetState = options.camera.onState((state) => this.#onState(state));
    this.#forgetMasks = options.camera.onForget(() => this.#onForget());
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
    this.#forgetMasks();
    // A converter that takes nothing more would hold up the loop.
    await this.#line?.[Symbol.asyncDispose]();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { camera, clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const outcome = camera.state.online ? await this.#follow() : 'again';
      // What is left of a camera that is offline is the past, and nothing is left in privacy mode.
      if (!camera.state.online) await this.#stateChange();
      else if (outcome === 'failed') await sleep(clock, retryMs(this.#failures++), signal);
      else if (outcome === 'over') await sleep(clock, RETRY_MS, signal);
    }
  }

  /** Follows the camera until something has to be done otherwise. */
  async #follow(): Promise<Outcome> {
    const { camera } = this.#options;
    this.#attempt = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, this.#attempt.signal]);
    try {
      for await (const item of camera.watch({ signal, agoMs: this.#keepMs })) {
        if (signal.aborted) break;
        const outcome = item.type === 'init' ? await this.#begin(item) : await this.#push(item);
        if (outcome) return outcome;
      }
      return this.#attempt.signal.aborted ? 'again' : 'over';
    } finally {
      await this.#close(OUR_REASON.cameraLost);
    }
  }

  async #begin(init: Init): Promise<undefined> {
    await this.#close(OUR_REASON.cameraRestarted);
    const { generation } = init;
    this.#init = init;
    if (this.#seen.generation !== generation) this.#seen = { generation, reordered: false };
  }

  async #push(fragment: Fragment): Promise<Outcome | undefined> {
    if (fragment.keyframe && this.#init) this.#line ??= this.#open(this.#init);
    await this.#line?.push(fragment);
    const failure = this.#line?.failure;
    if (!failure) return undefined;
    if (failure.what === 'conversion-ended') return this.#retry(failure.why);
    if (failure.what === 'gap' || !this.#mustConvert(failure)) {
      await this.#close(OUR_REASON.gap);
      // It may be the keyframe with which the next stretch begins.
      return this.#push(fragment);
    }
    await this.#close(OUR_REASON.mustConvert);
    return 'again';
  }

  async #retry(why: string): Promise<Outcome> {
    if (this.#line?.take) this.#failures = 0;
    const say = this.#failures === 0 ? 'warn' : 'debug';
    this.#options.log[say](`HomeKit Secure Video: the conversion of the picture ended: ${why}`);
    await this.#close(OUR_REASON.conversion);
    return 'failed';
  }

  /** Learns from what can't be copied, and tells whether it will come again. */
  #mustConvert(failure: Extract<LineFailure, { what: 'reordered' | 'long-group' }>): boolean {
    if (failure.what === 'reordered') {
      this.#seen.reordered = true;
      return true;
    }
    const { fragmentMs } = this.selection;
    const { gopMs } = this.#options.camera.state.video ?? {};
    const hiccup = isHiccup(failure, { gopMs, fragmentMs, previous: this.#seen.longGroupAt });
    this.#seen.longGroupAt = failure.begin;
    if (!hiccup) this.#seen[gopMs === undefined ? 'assumedGopMs' : 'gopMs'] = failure.gopMs;
    return !hiccup;
  }

  async #close(reason: string): Promise<void> {
    const line = this.#line;
    line?.end(reason);
    await line?.[Symbol.asyncDispose]();
    if (this.#line === line) this.#line = undefined;
  }

  #open(init: Init): RecordingLine | undefined {
    const { ffmpeg, encoders } = this.#options;
    const video = init.tracks.find(({ kind }) => kind === 'video');
    if (!video) return undefined;
    const plan = this.#plan(init);
    const canEncode = ffmpeg?.encoders.has(encoders.current().name) ?? false;
    this.#problem =
      plan.how === 'transcode' && !canEncode
        ? `the picture has to be converted (${plan.why}), and there is no ffmpeg that can`
        : undefined;
    this.#say(plan);
    if (this.#problem) return undefined;
    return new RecordingLine({ ...this.#options, init, video, plan, keepMs: this.#keepMs });
  }

  /** Says what is new; each stretch of the stream begins with the same. */
  #say(plan: VideoPlan): void {
    const { log } = this.#options;
    const news = this.#problem ?? (plan.how === 'transcode' ? plan.why : undefined);
    if (news === this.#said) return;
    this.#said = news;
    if (this.#problem) log.warn(`HomeKit Secure Video records nothing: ${this.#problem}.`);
    else if (plan.how === 'transcode') log.info(`HomeKit Secure Video converts the picture: ${plan.why}.`);
  }

  #plan({ tracks }: Pick<Init, 'tracks'>): VideoPlan {
    const { camera, selection } = this.#options;
    const track = tracks.find(({ kind }) => kind === 'video');
    const { gopMs, assumedGopMs, reordered } = this.#seen;
    return planVideo(
      {
        codec: track?.codec ?? '',
        codecString: track?.codecString ?? '',
        width: track?.width ?? 0,
        height: track?.height ?? 0,
        gopMs: gopMs ?? camera.state.video?.gopMs ?? assumedGopMs,
        reordered,
      },
      selection,
    );
  }

  #onState({ online, privacy }: CameraState): void {
    if (online) {
      this.#reconsider();
      return;
    }
    this.#line?.end(privacy ? OUR_REASON.privacy : OUR_REASON.cameraLost, { forget: privacy });
    this.#attempt.abort();
  }

  #onForget(): void {
    this.#line?.end(OUR_REASON.cameraRestarted, { forget: true });
    this.#attempt.abort();
  }

  /** The keyframe distance is known only after some time; nobody's recording is broken off for it. */
  #reconsider(): void {
    const line = this.#line;
    if (!line || line.take?.isRead) return;
    if (this.#plan(line.init).how !== line.plan.how) this.#attempt.abort();
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
