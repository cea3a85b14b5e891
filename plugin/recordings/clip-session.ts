import { ulid } from 'ulid';
import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import type { Camera, Fragment, Init } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import { BEFORE_MS, type Deadlines, extendDeadlines, MAX_CLIP_MS } from './clip-policy.ts';
import type { ClipRecording, ClipStore } from './clip-store.ts';

/** A disk may hesitate for some seconds of video before the rest of a clip is given up. */
const MAX_BACKLOG = 64 * 1024 * 1024;
/** Pictures that were taken in time may come so much later. */
const GRACE_MS = 1_000;

export interface SessionOptions {
  camera: Camera;
  store: ClipStore;
  clock: Clock;
  log: Log;
  audio: boolean;
  /** The event that opens it; the first clip has its id. */
  opening: EventDraft & { id: string };
  kind: ClipInfo['kind'];
  /** Called for each finished clip. */
  onClip(info: ClipInfo): void;
}

/**
 * Records one camera from shortly before an event until there is nothing more to wait for: one clip, or several when it is long or
 * the camera reconnects.
 */
export class ClipSession {
  /** Resolves, never rejects, when all files are complete. */
  readonly done: Promise<void>;
  readonly #options: SessionOptions;
  readonly #stop = new AbortController();
  #deadlines: Deadlines = { moment: 0, motion: 0 };
  #cancelTimer = () => {};
  #clipId: string;
  #eventIds: string[] = [];
  #event: DoorstepEvent | undefined;
  #init: Init | undefined;
  #recording: ClipRecording | undefined;
  #startedAt = 0;
  #writing = false;
  #clips = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#clipId = options.opening.id;
    this.extend(options.opening);
    this.done = this.#run();
  }

  /** Id of the clip that is being recorded now. */
  get clipId(): string {
    return this.#clipId;
  }

  /** True when no event can extend it any more. */
  get ended(): boolean {
    return this.#stop.signal.aborted;
  }

  /** One more event of this camera: the clip goes on for it. */
  extend(draft: EventDraft & { id: string }): void {
    this.#eventIds.push(draft.id);
    this.#deadlines = extendDeadlines(this.#deadlines, draft, this.#options.clock.now());
    this.#armTimer();
  }

  /** The opening event as it went out, for the sidecar. */
  published(event: DoorstepEvent): void {
    if (event.id === this.#options.opening.id) this.#event = event;
  }

  /** Completes the clip now. */
  end(): void {
    this.#cancelTimer();
    this.#stop.abort();
  }

  get #deadline(): number {
    return Math.max(this.#deadlines.moment, this.#deadlines.motion);
  }

  /** The first picture after the deadline ends it; the timer is for when none comes. What is still being written is let through. */
  #armTimer(wait = this.#deadline - this.#options.clock.now() + GRACE_MS): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(Math.max(0, wait), () => {
      if (this.#writing) this.#armTimer(GRACE_MS);
      else this.end();
    });
  }

  async #run(): Promise<void> {
    const { camera, clock, opening, log } = this.#options;
    try {
      const { signal } = this.#stop;
      // The event is still on its way to its listeners; they come first.
      await Promise.resolve();
      for await (const item of camera.watch({
        agoMs: clock.now() - opening.at + BEFORE_MS,
        whenSlow: 'end',
        maxBacklog: MAX_BACKLOG,
        signal,
      })) {
        if (item.type === 'fragment' && item.at > this.#deadline) this.end();
        if (this.ended) break;
        this.#writing = true;
        if (item.type === 'init') await this.#reconnected(item);
        else await this.#take(item);
        this.#writing = false;
      }
      if (!this.ended) log.warn('A clip ends early: the disk could not keep up, or the camera was closed.');
    } catch (error) {
      this.#say(error);
    }
    this.end();
    await this.#close().catch((error: unknown) => this.#say(error));
    if (this.#clips === 0) log.warn('This event has no clip: no picture came, or it could not be kept.');
  }

  async #reconnected(init: Init): Promise<void> {
    await this.#close();
    this.#init = init;
  }

  async #take(fragment: Fragment): Promise<void> {
    const tooLong = fragment.keyframe && fragment.at - this.#startedAt >= MAX_CLIP_MS;
    if (this.#recording && tooLong) await this.#close();
    if (!this.#recording && fragment.keyframe) await this.#open(fragment);
    await this.#recording?.write(fragment);
  }

  async #open(first: Fragment): Promise<void> {
    const { store, camera, audio, opening, kind } = this.#options;
    if (!this.#init) return;
    const continued = this.#clips > 0;
    this.#startedAt = first.at;
    this.#recording = await store.begin(
      {
        id: this.#clipId,
        camera: camera.ref,
        kind,
        at: continued ? first.at : opening.at,
        startedAt: first.at,
        eventIds: this.#eventIds,
        ...(this.#event && { event: this.#event }),
      },
      this.#init,
      { audio },
    );
  }

  async #close(): Promise<void> {
    const recording = this.#recording;
    if (!recording) return;
    const eventIds = this.#eventIds;
    this.#recording = undefined;
    // What comes from now on belongs to the next clip, and still to the same visit.
    this.#clipId = ulid(this.#options.clock.now());
    this.#eventIds = [this.#options.opening.id];
    const info = await recording.complete(eventIds);
    if (!info) return;
    this.#clips += 1;
    this.#options.onClip(info);
  }

  /** The store has said its own problems once already. */
  #say(error: unknown): void {
    const { log } = this.#options;
    if (error instanceof ProblemError) log.debug(`Clip ${this.#clipId}: ${reason(error)}`);
    else log.error(`Clip ${this.#clipId} failed: ${reason(error)}`);
  }
}
