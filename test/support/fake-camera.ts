import type {
  Camera,
  CameraState,
  MediaItem,
  SmallFrame,
  SnapshotOptions,
  Still,
  TalkSession,
  TalkVia,
  WatchOptions,
} from '../../plugin/camera/contract.ts';
import type { Polygon } from '../../plugin/camera/masks.ts';
import { privacyStill } from '../../plugin/camera/privacy-picture.ts';
import { Ring } from '../../plugin/camera/ring.ts';
import type { CameraTalk } from '../../plugin/camera/talk/contract.ts';
import { type Clock, systemClock } from '../../plugin/system/clock.ts';
import { ProblemError } from '../../plugin/system/problem.ts';
import type { Problem } from '../../protocol/api.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { SampleMedia } from './sample-media.ts';

export interface FakeCameraOptions {
  ref: CameraRef;
  media: SampleMedia;
  kind?: Camera['kind'];
  clock?: Clock;
  /** Who hears what is spoken; nobody by default. */
  talk?: Pick<CameraTalk, 'via' | 'talk'>;
}

/**
 * A camera without a network: plays sample media in real time through the real ring, over and over; each
 * time round is a new generation, as a reconnect would be.
 */
export class FakeCamera implements Camera {
  readonly ref: CameraRef;
  readonly kind: Camera['kind'];
  /** What was asked to be hidden last; its sample media shows it all the same. */
  masks: readonly Polygon[] = [];
  readonly #media: SampleMedia;
  readonly #clock: Clock;
  readonly #talk: FakeCameraOptions['talk'];
  #ring: Ring;
  readonly #listeners = new Set<(state: CameraState) => void>();
  readonly #forgetting = new Set<() => void>();
  #state: CameraState;
  #generation = 0;
  #cancel = () => {};

  constructor({ ref, media, kind = 'doorbell', clock = systemClock, talk }: FakeCameraOptions) {
    this.ref = ref;
    this.kind = kind;
    this.#media = media;
    this.#clock = clock;
    this.#talk = talk;
    this.#ring = new Ring(clock);
    this.#state = { online: false, since: clock.now(), privacy: false };
    this.online();
  }

  get state(): CameraState {
    return this.#state;
  }

  /** Connects: a new generation begins at once. */
  online(): void {
    this.#cancel();
    const { width, height } = this.#media;
    this.#play();
    this.#become({
      online: true,
      privacy: false,
      since: this.#clock.now(),
      video: { codec: 'h264', width, height, fps: 15, gopMs: 1000 },
      audio: { codec: 'aac', sampleRate: 16_000, channels: 1 },
    });
  }

  /** Loses its connection. */
  offline(problem?: Problem): void {
    this.#cancel();
    this.#become({ online: false, privacy: false, since: this.#clock.now(), ...(problem && { problem }) });
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  watch(options: WatchOptions): AsyncIterable<MediaItem> {
    if (this.#state.privacy) return { async *[Symbol.asyncIterator]() {} };
    return this.#ring.watch(options);
  }

  async snapshot(_options?: SnapshotOptions): Promise<Still> {
    const { jpeg, width, height } = this.#media;
    if (this.#state.privacy) return privacyStill(this.#clock.now());
    if (!this.#state.online) {
      throw new ProblemError({
        code: 'no-picture',
        what: 'There is no picture yet.',
        cure: 'Wait for the camera.',
      });
    }
    return { jpeg, width, height, takenAt: this.#clock.now(), source: 'decoded' };
  }

  /** It sees nothing: there are no gray frames. */
  onSmallFrame(_listener: (frame: SmallFrame) => void): () => void {
    return () => {};
  }

  async setPrivacy(privacy: boolean): Promise<void> {
    if (privacy === this.#state.privacy) return;
    if (!privacy) return this.online();
    this.#cancel();
    this.#ring.close();
    this.#ring = new Ring(this.#clock);
    this.#ring.close();
    this.#ring = new Ring(this.#clock);
    this.#become({ online: false, privacy, since: this.#clock.now() });
  }

  async setMasks(masks: readonly Polygon[]): Promise<void> {
    this.masks = masks;
    this.#ring.forget();
    for (const listener of this.#forgetting) listener();
    if (!this.#state.online) return;
    this.#cancel();
    this.#play();
  }

  onForget(listener: () => void): () => void {
    this.#forgetting.add(listener);
    return () => void this.#forgetting.delete(listener);
  }

  get talkVia(): TalkVia | undefined {
    return this.#talk?.via;
  }

  async talk({ signal }: { signal: AbortSignal }): Promise<TalkSession> {
    if (this.#state.privacy)
      throw new ProblemError({ code: 'privacy-on', what: 'It is in privacy mode.', cure: 'End it first.' });
    if (!this.#talk)
      throw new ProblemError({ code: 'no-talk', what: 'Nobody hears it.', cure: 'Give it a talk.' });
    return this.#talk.talk({ signal });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancel();
    this.#listeners.clear();
    this.#ring.close();
  }

  #become(state: CameraState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** Gives each fragment at its own time; the first group of pictures at once, as a camera that has been on for a while. */
  #play(): void {
    this.#generation += 1;
    const generation = this.#generation;
    const { init, fragments } = this.#media;
    this.#ring.push({ ...init, generation });
    const start = this.#clock.monotonic() - 1000;
    let next = 0;
    const step = () => {
      const now = this.#clock.monotonic();
      for (let item = fragments[next]; item && start + item.time * 1000 <= now; item = fragments[++next]) {
        this.#ring.push({ ...item, generation, at: this.#clock.now() });
      }
      if (next >= fragments.length) this.#play();
      else this.#cancel = this.#clock.after(30, step);
    };
    step();
  }
}
