/** Keeps the last seconds of a stream in memory, from a keyframe on, and hands them to any number of watchers. */
import type { Clock } from '../system/clock.ts';
import type { Fragment, Init, MediaItem, WatchOptions } from './contract.ts';
import { Watcher } from './ring-watcher.ts';

/** Fragments and how long ago they came, apart from the wall clock, which may step. */
interface Kept {
  fragment: Fragment;
  arrived: number;
}

export interface RingLimits {
  /** How much is kept at least, in ms. */
  keepMs: number;
  /** Beyond this the oldest pictures go early. */
  maxBytes: number;
}

const DEFAULT_LIMITS: RingLimits = { keepMs: 10_000, maxBytes: 64 * 1024 * 1024 };
const DEFAULT_BACKLOG = 8 * 1024 * 1024;

/**
 * Invariants: 1. what is kept belongs to one generation; 2. the first fragment kept is a keyframe; 3. whole groups of
 * pictures leave at once, and only when the rest still covers `keepMs`, or `maxBytes` is exceeded.
 */
export class Ring {
  readonly #clock: Clock;
  readonly #limits: RingLimits;
  readonly #watchers = new Set<Watcher>();
  #init: Init | undefined;
  /** Of a connection that has not given a keyframe yet; until then what is kept is the newest that can be shown. */
  #next: Init | undefined;
  #kept: Kept[] = [];
  /** Where keyframes lie in `#kept`; the first is 0 when there is one. */
  #keyframes: number[] = [];
  #bytes = 0;
  #closed = false;

  constructor(clock: Clock, limits: Partial<RingLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
  }

  get init(): Init | undefined {
    return this.#init;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** What is kept, oldest first. */
  fragments(): Fragment[] {
    return this.#kept.map((kept) => kept.fragment);
  }

  /** From the newest keyframe on; empty when there is none. */
  newestPictures(): Fragment[] {
    return this.#from(this.#keyframes.at(-1));
  }

  push(item: MediaItem): void {
    if (item.type === 'fragment') this.#add(item);
    else if (!this.#closed) this.#next = item;
  }

  /** Live media as the contract's `watch` describes it. */
  async *watch(options: WatchOptions): AsyncGenerator<MediaItem, void, undefined> {
    if (this.#closed || options.signal.aborted) return;
    const start = this.#from(this.#startIndex(options.agoMs));
    const watcher = new Watcher({
      maxBacklog: options.maxBacklog ?? DEFAULT_BACKLOG,
      whenSlow: options.whenSlow ?? 'skip',
    });
    if (this.#init) watcher.begin(this.#init, start);
    this.#watchers.add(watcher);
    const end = () => watcher.end();
    options.signal.addEventListener('abort', end, { once: true });
    try {
      for (let item = await watcher.next(); item; item = await watcher.next()) yield item;
    } finally {
      options.signal.removeEventListener('abort', end);
      this.#watchers.delete(watcher);
    }
  }

  /** Keeps nothing of what came until now, nor gives it to anyone. Watchers go on with the next connection. */
  forget(): void {
    for (const watcher of this.#watchers) watcher.forget();
    this.#init = undefined;
    this.#next = undefined;
    this.#clear();
  }

  /** Ends every watcher and lets go of the memory. */
  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers) watcher.end();
    this.forget();
  }

  #clear(): void {
    this.#kept = [];
    this.#keyframes = [];
    this.#bytes = 0;
  }

  #add(fragment: Fragment): void {
    const first = this.#next !== undefined;
    if (first && !this.#begin(fragment)) return;
    if (!this.#init || fragment.generation !== this.#init.generation) return;
    if (fragment.keyframe) this.#keyframes.push(this.#kept.length);
    // After the byte limit has emptied the ring, keeping starts again at a keyframe.
    if (this.#keyframes.length > 0) {
      this.#kept.push({ fragment, arrived: this.#clock.monotonic() });
      this.#bytes += fragment.data.length;
      this.#evict();
    }
    for (const watcher of this.#watchers) {
      if (first) watcher.begin(this.#init, [fragment]);
      else watcher.push(fragment, this.#init);
    }
  }

  /** Whether a connection begins with this one; fragments before its first keyframe are of no use to anyone. */
  #begin(fragment: Fragment): boolean {
    if (!fragment.keyframe || fragment.generation !== this.#next?.generation) return false;
    this.#clear();
    this.#init = this.#next;
    this.#next = undefined;
    return true;
  }

  #evict(): void {
    const newest = this.#kept.at(-1)?.arrived ?? 0;
    for (;;) {
      const second = this.#keyframes[1];
      const rest = second === undefined ? undefined : this.#kept[second];
      const covered = rest !== undefined && newest - rest.arrived >= this.#limits.keepMs;
      if (!covered && this.#bytes <= this.#limits.maxBytes) return;
      this.#dropOldest(second ?? this.#kept.length);
    }
  }

  #dropOldest(count: number): void {
    for (const { fragment } of this.#kept.splice(0, count)) this.#bytes -= fragment.data.length;
    this.#keyframes = this.#keyframes.slice(1).map((index) => index - count);
  }

  #startIndex(agoMs: number | undefined): number | undefined {
    if (agoMs === undefined) return this.#keyframes.at(-1);
    const latest = this.#clock.monotonic() - agoMs;
    const old = this.#keyframes.filter((index) => (this.#kept[index]?.arrived ?? Infinity) <= latest);
    return old.at(-1) ?? this.#keyframes[0];
  }

  #from(index: number | undefined): Fragment[] {
    return index === undefined ? [] : this.#kept.slice(index).map((kept) => kept.fragment);
  }
}
