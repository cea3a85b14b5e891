/** A camera without a network, for the HomeKit room: plays any stream that ffmpeg can make, in real time, through the real ring. */
import type {
  Camera,
  CameraState,
  MediaItem,
  SnapshotOptions,
  Still,
  WatchOptions,
} from '../../plugin/camera/contract.ts';
import { privacyStill } from '../../plugin/camera/privacy-picture.ts';
import { Ring } from '../../plugin/camera/ring.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { Stream } from './recorded-media.ts';

/** The first pictures are given at once, as by a camera that has been on for a while. */
const HEAD_START_MS = 1500;

export class PlayedCamera implements Camera {
  readonly ref: CameraRef;
  readonly kind = 'doorbell';
  /** What `snapshot` does; a test puts in its own. */
  still: (options?: SnapshotOptions) => Promise<Still>;
  #ring = new Ring(systemClock);
  readonly #listeners = new Set<(state: CameraState) => void>();
  readonly #forgetting = new Set<() => void>();
  #state: CameraState = { online: false, since: Date.now(), privacy: false };
  #generation = 0;
  #cancel = () => {};

  constructor(ref: CameraRef, still: (options?: SnapshotOptions) => Promise<Still>) {
    this.ref = ref;
    this.still = still;
  }

  get state(): CameraState {
    return this.#state;
  }

  /** Connects: plays the stream once, as a new generation, and then stands still. */
  play({ init, fragments }: Stream, headStartMs = HEAD_START_MS): void {
    this.#cancel();
    const generation = ++this.#generation;
    this.#ring.push({ ...init, generation });
    const start = performance.now() - headStartMs;
    let next = 0;
    const step = () => {
      const elapsed = performance.now() - start;
      for (let item = fragments[next]; item && item.time * 1000 <= elapsed; item = fragments[++next]) {
        this.#ring.push({
          ...item,
          generation,
          at: Math.round(Date.now() - Math.max(0, elapsed - item.time * 1000)),
        });
      }
      if (next < fragments.length) this.#cancel = systemClock.after(10, step);
    };
    step();
    this.#become(true);
  }

  /** Connects, with nothing to show. */
  connect(): void {
    this.#become(true);
  }

  /** Loses its connection. */
  lose(): void {
    this.#cancel();
    this.#become(false);
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  watch(options: WatchOptions): AsyncIterable<MediaItem> {
    if (this.#state.privacy) return { async *[Symbol.asyncIterator]() {} };
    return this.#ring.watch(options);
  }

  async snapshot(options?: SnapshotOptions): Promise<Still> {
    if (this.#state.privacy) return privacyStill(Date.now());
    return this.still(options);
  }

  onSmallFrame(): () => void {
    return () => {};
  }

  async setPrivacy(privacy: boolean): Promise<void> {
    this.#cancel();
    this.#ring.close();
    this.#ring = new Ring(systemClock);
    this.#ring.close();
    this.#ring = new Ring(systemClock);
    this.#state = { online: false, since: Date.now(), privacy };
    for (const listener of this.#listeners) listener(this.#state);
  }

  readonly talkVia = undefined;

  /** Its pictures are recorded, and stay as they are; those of before are forgotten. */
  async setMasks(): Promise<void> {
    this.#ring.forget();
    for (const listener of this.#forgetting) listener();
  }

  onForget(listener: () => void): () => void {
    this.#forgetting.add(listener);
    return () => void this.#forgetting.delete(listener);
  }

  talk(): Promise<never> {
    return Promise.reject(new Error('nobody hears it'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel();
    this.#ring.close();
  }

  #become(online: boolean): void {
    this.#state = { ...this.#state, online, since: Date.now() };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
