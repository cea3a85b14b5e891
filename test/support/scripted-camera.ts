import type {
  Camera,
  CameraState,
  Fragment,
  MediaItem,
  Still,
  WatchOptions,
} from '../../plugin/camera/contract.ts';
import { Ring } from '../../plugin/camera/ring.ts';
import type { CameraRef } from '../../protocol/event.ts';
import type { ManualClock } from './manual-clock.ts';
import type { Stream } from './recorded-media.ts';

/** A camera whose recorded stream moves on with the clock of a test. At its end the stream starts again, as after a reconnect. */
export class ScriptedCamera implements Camera {
  readonly ref: CameraRef;
  readonly kind = 'doorbell';
  readonly talkVia = undefined;
  readonly #clock: ManualClock;
  readonly #listeners = new Set<(state: CameraState) => void>();
  #ring: Ring;
  #stream: Stream;
  #state: CameraState;
  #generation = 0;
  /** Of the clock that never steps: when the connection began. */
  #start = 0;
  #next = 0;
  #last: Fragment | undefined;
  /** What each watcher has dealt with last. */
  readonly #readers = new Set<{ done: Fragment | undefined }>();
  /** Pictures that were given, all connections together. */
  pictures = 0;
  /** Whether time waits for those who watch. */
  patient = true;

  constructor(ref: CameraRef, stream: Stream, clock: ManualClock) {
    this.ref = ref;
    this.#stream = stream;
    this.#clock = clock;
    this.#ring = new Ring(clock);
    this.#state = { online: false, since: clock.now(), privacy: false };
    this.connect();
  }

  get state(): CameraState {
    return this.#state;
  }

  get ring(): Ring {
    return this.#ring;
  }

  connect(to = this.#stream): void {
    this.#stream = to;
    this.#generation += 1;
    this.#start = this.#clock.monotonic();
    this.#next = 0;
    this.#become({ online: true, privacy: false });
    this.#ring.push({ ...to.init, generation: this.#generation });
  }

  disconnect(): void {
    this.#become({ online: false, privacy: false });
  }

  async setPrivacy(privacy: boolean): Promise<void> {
    if (!privacy) return this.connect();
    this.#ring.close();
    this.#ring = new Ring(this.#clock);
    this.#last = undefined;
    this.#become({ online: false, privacy: true });
  }

  /** Lets time pass, frame by frame, no faster than those who watch can follow. */
  async play(seconds: number): Promise<void> {
    const clock = this.#clock;
    const end = clock.monotonic() + seconds * 1000;
    while (this.#state.online) {
      const { fragments } = this.#stream;
      if (this.#next >= fragments.length && !(await this.#restart(end))) break;
      const fragment = fragments[this.#next];
      if (!fragment) throw new Error('an empty stream');
      const due = this.#start + Math.round(fragment.time * 1000);
      if (due > end) break;
      clock.advance(Math.max(0, due - clock.monotonic()));
      this.#last = { ...fragment, at: clock.now(), seq: this.#next, generation: this.#generation };
      this.#ring.push(this.#last);
      this.#next += 1;
      if (fragment.track === this.#stream.init.tracks[0]?.id) this.pictures += 1;
      if (fragment.keyframe) await this.#followed();
    }
    clock.advance(Math.max(0, end - clock.monotonic()));
    await this.#followed();
  }

  async #followed(): Promise<void> {
    const isBehind = ({ done }: { done: Fragment | undefined }) => done !== this.#last;
    do await new Promise((resolve) => setImmediate(resolve));
    while (this.patient && [...this.#readers].some(isBehind));
  }

  /** Begins the stream again, when that is due before `end`. */
  async #restart(end: number): Promise<boolean> {
    const last = this.#stream.fragments.at(-1);
    const over = this.#start + Math.round((last ? last.time + last.duration : 0) * 1000);
    if (over > end) return false;
    this.#clock.advance(Math.max(0, over - this.#clock.monotonic()));
    this.connect();
    return true;
  }

  async *watch(options: WatchOptions): AsyncGenerator<MediaItem, void, undefined> {
    if (this.#state.privacy) return;
    const reader: { done: Fragment | undefined } = { done: undefined };
    this.#readers.add(reader);
    try {
      for await (const item of this.#ring.watch(options)) {
        yield item;
        if (item.type === 'fragment') reader.done = item;
      }
    } finally {
      this.#readers.delete(reader);
    }
  }

  async snapshot(): Promise<Still> {
    const takenAt = this.#clock.now();
    return { jpeg: Buffer.from('jpeg'), width: 160, height: 90, takenAt, source: 'decoded' };
  }

  onState(listener: (state: CameraState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  onSmallFrame(): () => void {
    return () => {};
  }

  /** Its pictures are recorded, and stay as they are. */
  async setMasks(): Promise<void> {}

  onForget(): () => void {
    return () => {};
  }

  talk(): Promise<never> {
    return Promise.reject(new Error('nobody hears it'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ring.close();
  }

  #become(state: Pick<CameraState, 'online' | 'privacy'>): void {
    const since = state.online === this.#state.online ? this.#state.since : this.#clock.now();
    this.#state = { ...state, since };
    for (const listener of this.#listeners) listener(this.#state);
  }
}
