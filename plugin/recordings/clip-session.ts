import { ulid } from 'ulid';
import type { ClipInfo } from '../../protocol/api.ts';
import type { DoorstepEvent, EventDraft } from '../../protocol/event.ts';
import type { Camera, Fragment, Init } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { ProblemError, reason } from '../system/problem.ts';
import {
  AFTER_MS,
  BEFORE_MS,
  COMEBACK_MS,
  type Deadlines,
  extendDeadlines,
  MAX_CLIP_MS,
  OLDEST_BEFORE_MS,
} from './clip-policy.ts';
import type { RecordingStore, RecordingWriter } from './contract.ts';
import { gapReasonOf, SHORTEST_GAP_MS } from './gap-policy.ts';
import { GapWatch } from './gap-watch.ts';
import type { Recording } from './recording.ts';

/** A disk may hesitate for some seconds of video before the rest of a clip is given up. */
const MAX_BACKLOG = 64 * 1024 * 1024;
/** Pictures that were taken in time may come so much later. */
const GRACE_MS = 1_000;

export interface SessionOptions {
  camera: Camera;
  store: Pick<RecordingStore, 'begin' | 'noteGap'>;
  clock: Clock;
  log: Log;
  audio: boolean;
  /** Whether it is a gap when pictures of the event are missing: not where continuous recording tells of it anyway. */
  notesGaps: boolean;
  /** The event that opens it; the clip of what follows it has its id. */
  opening: EventDraft & { id: string };
  kind: ClipInfo['kind'];
  /** Called for each finished clip. */
  onClip(recording: Recording): void;
}

/**
 * Records one camera from shortly before an event until there is nothing more to wait for: one clip, or several when it is long or
 * the camera reconnects. A camera that is away when it begins is waited for.
 */
export class ClipSession {
  /** Resolves, never rejects, when all files are complete. */
  readonly done: Promise<void>;
  readonly #options: SessionOptions;
  readonly #gaps: GapWatch;
  readonly #stop = new AbortController();
  #deadlines: Deadlines = { moment: 0, motion: 0 };
  /** While the camera is waited for: until when, in epoch ms. */
  #awayUntil: number | undefined;
  #cancelTimer = () => {};
  #clipId: string;
  #eventIds: string[] = [];
  #event: DoorstepEvent | undefined;
  #init: Init | undefined;
  #recording: { writer: RecordingWriter; id: string; startedAt: number; until: number } | undefined;
  #writing = false;
  #stopped = false;
  #clips = 0;

  constructor(options: SessionOptions) {
    const { camera, store, opening, clock } = options;
    this.#options = options;
    this.#clipId = opening.id;
    this.#gaps = new GapWatch(camera.ref, store, opening.at);
    if (!camera.state.online) this.#awayUntil = clock.now();
    this.extend(opening);
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
    const now = this.#options.clock.now();
    this.#eventIds.push(draft.id);
    this.#deadlines = extendDeadlines(this.#deadlines, draft, now);
    if (this.#awayUntil !== undefined) this.#awayUntil = now + COMEBACK_MS;
    this.#armTimer();
  }

  /** The opening event as it went out, for the sidecar. */
  published(event: DoorstepEvent): void {
    if (event.id === this.#options.opening.id) this.#event = event;
  }

  /** Completes the clip now, since the hub stops: what is missing of it is no gap. */
  stop(): void {
    this.#stopped = true;
    this.#end();
  }

  #end(): void {
    this.#cancelTimer();
    this.#stop.abort();
  }

  get #deadline(): number {
    return this.#awayUntil ?? Math.max(this.#deadlines.moment, this.#deadlines.motion);
  }

  /** The first picture after the deadline ends it; the timer is for when none comes. What is still being written is let through. */
  #armTimer(wait = this.#deadline - this.#options.clock.now() + GRACE_MS): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(Math.max(0, wait), () => {
      if (this.#writing) this.#armTimer(GRACE_MS);
      else this.#end();
    });
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      // The event is still on its way to its listeners; they come first.
      await Promise.resolve();
      await this.#watch();
      if (!this.ended) this.#cutShort();
    } catch (error) {
      this.#gaps.missing(gapReasonOf(error), clock.now());
      this.#say(error);
    }
    const wanted = Math.min(this.#deadline, clock.now() + AFTER_MS);
    this.#end();
    await this.#close().catch((error: unknown) => {
      this.#gaps.missing(gapReasonOf(error), clock.now());
      this.#say(error);
    });
    if (this.#options.notesGaps && !this.#stopped) this.#gaps.resume(wanted);
    // Of a camera that is away, the log tells once for all its events.
    const level = this.#awayUntil === undefined ? 'warn' : 'debug';
    if (this.#clips === 0) log[level]('This event has no clip: no picture came, or it could not be kept.');
  }

  async #watch(): Promise<void> {
    const { camera, clock, opening } = this.#options;
    const agoMs = clock.now() - opening.at + BEFORE_MS;
    const { signal } = this.#stop;
    for await (const item of camera.watch({ agoMs, whenSlow: 'end', maxBacklog: MAX_BACKLOG, signal })) {
      if (item.type === 'fragment' && item.at > this.#deadline) this.#end();
      if (this.ended) return;
      this.#writing = true;
      if (item.type === 'init') await this.#reconnected(item);
      else await this.#take(item);
      this.#writing = false;
    }
  }

  /** The watch ended by itself. */
  #cutShort(): void {
    const { camera, clock, log } = this.#options;
    // The owner wants no picture: then nothing is missing.
    if (camera.state.privacy) this.#stopped = true;
    else this.#gaps.missing('disk-slow', clock.now());
    log.warn('A clip ends early: the disk could not keep up, or the camera was closed.');
  }

  async #reconnected(init: Init): Promise<void> {
    await this.#close();
    this.#init = init;
  }

  async #take(fragment: Fragment): Promise<void> {
    const { opening } = this.#options;
    if (this.#awayUntil !== undefined) {
      if (fragment.at < opening.at - OLDEST_BEFORE_MS) return;
      if (fragment.at >= opening.at) await this.#cameBack(fragment.at);
    }
    const open = this.#recording;
    if (open && fragment.keyframe && fragment.at - open.startedAt >= MAX_CLIP_MS) await this.#close();
    if (!this.#recording && fragment.keyframe) await this.#open(fragment);
    if (!this.#recording) return;
    await this.#recording.writer.write(fragment);
    this.#recording.until = fragment.at;
  }

  /** The first picture since the event: its clip begins here. */
  async #cameBack(at: number): Promise<void> {
    await this.#close();
    this.#awayUntil = undefined;
    this.#deadlines = { ...this.#deadlines, moment: Math.max(this.#deadlines.moment, at + AFTER_MS) };
    this.#armTimer();
  }

  async #open(first: Fragment): Promise<void> {
    const { store, camera, clock, audio, opening, kind } = this.#options;
    if (!this.#init) return;
    // The event's own clip is that of what follows it, as soon as the camera is back.
    const id = this.#awayUntil === undefined ? this.#clipId : ulid(clock.now());
    const continued = this.#clips > 0;
    const writer = await store.begin(
      {
        id,
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
    this.#recording = { writer, id, startedAt: first.at, until: first.at };
  }

  async #close(): Promise<void> {
    const recording = this.#recording;
    if (!recording) return;
    const eventIds = this.#eventIds;
    this.#recording = undefined;
    if (recording.id === this.#clipId) {
      // What comes from now on belongs to the next clip, and still to the same visit.
      this.#clipId = ulid(this.#options.clock.now());
      this.#eventIds = [this.#options.opening.id];
    }
    const complete = await recording.writer.complete(eventIds).catch((error: unknown) => {
      // What the disk took is there, and is completed when it has room again.
      if (recording.until - recording.startedAt >= SHORTEST_GAP_MS) this.#gaps.cover(recording.until);
      throw error;
    });
    if (!complete) return;
    this.#clips += 1;
    if (this.#options.notesGaps) this.#gaps.resume(complete.startedAt);
    this.#gaps.cover(complete.endedAt);
    this.#options.onClip(complete);
  }

  /** The store has said its own problems once already. */
  #say(error: unknown): void {
    const { log } = this.#options;
    if (error instanceof ProblemError) log.debug(`Clip ${this.#clipId}: ${reason(error)}`);
    else log.error(`Clip ${this.#clipId} failed: ${reason(error)}`);
  }
}
