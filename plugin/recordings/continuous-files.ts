import { ulid } from 'ulid';
import type { CameraRef } from '../../protocol/event.ts';
import type { Fragment, Init, MediaItem } from '../camera/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { RecordingStore, RecordingWriter } from './contract.ts';
import { SHORTEST_GAP_MS } from './gap-policy.ts';
import { SegmentClock } from './segment-clock.ts';

/** A file that begins so shortly before it is time for the next one goes on until the one after. */
const SHORTEST_FILE_MS = 1_000;
/** A disk that has taken so much, in ms of video, takes more. */
const PROOF_MS = 2_000;
/** Sound arrives a little later than its picture; at most so long is waited for what belongs to the file before. */
const LATE_SOUND_SECONDS = 1;

export interface ContinuousFilesOptions {
  camera: CameraRef;
  store: Pick<RecordingStore, 'begin'>;
  clock: Clock;
  audio: boolean;
  /** A new file begins with the first keyframe after each multiple of it, by the wall clock. */
  fileMs: number;
  /** The disk has taken some seconds of a file that begins at `startedAt`. `stepped`: the wall clock was set since the one before. */
  onBegin(startedAt: number, stepped: boolean): void;
  /** It ended, and has pictures up to `until`. */
  onEnd(until: number): void;
}

interface OpenFile {
  writer: RecordingWriter;
  times: SegmentClock;
  nextFileAt: number;
  stepped: boolean;
  /** End of the last picture that was written. */
  until: number;
  /** Whether `onBegin` knows of it. */
  begun: boolean;
}

/**
 * Writes what a camera gives into one file after the other: each begins with the picture that follows the last of the one before. Calls must
 * not overlap. After one was rejected, {@link end} keeps what was written, and the next keyframe begins anew.
 */
export class ContinuousFiles {
  readonly #options: ContinuousFilesOptions;
  #init: Init | undefined;
  #pictures: number | undefined;
  #file: OpenFile | undefined;
  /** Of the file before, while the same connection goes on. */
  #before: SegmentClock | undefined;
  /** What the next file begins with, while sound for the present one may still come. */
  #held: Fragment[] = [];
  #wallOffset: number | undefined;
  #position: number;

  constructor(options: ContinuousFilesOptions) {
    this.#options = options;
    this.#position = options.clock.now();
  }

  /** Epoch ms up to which footage was kept, or from which on it was tried. */
  get position(): number {
    return this.#position;
  }

  /** Takes the next item of `Camera.watch`. Rejects with a `ProblemError`. */
  async take(item: MediaItem): Promise<void> {
    if (item.type === 'init') {
      await this.end();
      this.#init = item;
      this.#pictures = item.tracks.find(({ kind }) => kind === 'video')?.id;
      return;
    }
    if (this.#held.length > 0) await this.#hold(item);
    else if (item.keyframe && this.#file && this.#isOver(this.#file, item)) await this.#turn(item);
    else await this.#write(item);
  }

  /** Completes the file. Rejects with a `ProblemError`. */
  async end(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    try {
      // Nothing follows: what was meant for the next file ends this one.
      for (const fragment of held) await this.#write(fragment);
    } finally {
      this.#init = undefined;
      await this.#close();
      this.#before = undefined;
    }
  }

  #isOver({ times, nextFileAt }: OpenFile, keyframe: Fragment): boolean {
    return times.departed || (!times.doubtful && times.timeOf(keyframe) >= nextFileAt);
  }

  /** It is time for the next file, which this keyframe begins. */
  async #turn(keyframe: Fragment): Promise<void> {
    const hasSound = this.#options.audio && this.#init?.tracks.some(({ kind }) => kind === 'audio');
    this.#held = [keyframe];
    if (!hasSound) await this.#release();
  }

  async #hold(fragment: Fragment): Promise<void> {
    const border = this.#held[0]?.time ?? 0;
    const isPicture = fragment.track === this.#pictures;
    if (!isPicture && fragment.time < border) return this.#write(fragment);
    this.#held.push(fragment);
    if (!isPicture || fragment.time - border >= LATE_SOUND_SECONDS) await this.#release();
  }

  async #release(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    await this.#close();
    for (const fragment of held) await this.#write(fragment);
  }

  async #write(fragment: Fragment): Promise<void> {
    if (!this.#file && fragment.keyframe) this.#file = await this.#open(fragment);
    if (!this.#file) return;
    const file = this.#file;
    await file.writer.write(fragment);
    if (fragment.track !== this.#pictures) return;
    file.times.push(fragment);
    file.until = file.times.timeOf({ time: fragment.time + fragment.duration });
    if (file.until - file.times.startedAt >= PROOF_MS) this.#begun(file);
  }

  #begun(file: OpenFile): void {
    if (!file.begun) this.#options.onBegin(file.times.startedAt, file.stepped);
    file.begun = true;
  }

  async #open(first: Fragment): Promise<OpenFile | undefined> {
    const { camera, store, clock, audio, fileMs } = this.#options;
    if (!this.#init) return undefined;
    const isSeamless = this.#before !== undefined && !this.#before.departed;
    const startedAt = this.#before?.nextStart(first) ?? first.at;
    const wallOffset = clock.now() - clock.monotonic();
    const stepped =
      !isSeamless &&
      this.#wallOffset !== undefined &&
      Math.abs(wallOffset - this.#wallOffset) >= SHORTEST_GAP_MS;
    this.#position = startedAt;
    const writer = await store.begin(
      { id: ulid(clock.now()), camera, kind: 'continuous', at: startedAt, startedAt, eventIds: [] },
      this.#init,
      { audio },
    );
    this.#wallOffset = wallOffset;
    const nextFileAt = (Math.floor((startedAt + SHORTEST_FILE_MS) / fileMs) + 1) * fileMs;
    const times = new SegmentClock(startedAt, first);
    return { writer, times, nextFileAt, stepped, until: startedAt, begun: false };
  }

  async #close(): Promise<void> {
    const file = this.#file;
    if (!file) return;
    this.#file = undefined;
    this.#before = file.times;
    let { until } = file;
    try {
      const recording = await file.writer.complete([]);
      if (!recording) return;
      until = recording.endedAt;
      this.#begun(file);
    } finally {
      // What the disk took is there, even where it had no room to complete it: then it is completed later.
      if (file.begun) {
        this.#position = until;
        this.#options.onEnd(until);
      }
    }
  }
}
