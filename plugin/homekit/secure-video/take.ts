/** One unbroken stretch of a camera's stream in the form that home hubs take: its header, and the last groups of pictures. */

import { AUDIO_TRACK, joinHeaders, VIDEO_TRACK } from '../../camera/merge-init.ts';
import { childBoxes } from '../../camera/mp4-boxes.ts';
import type { Gop } from './gop-cutter.ts';

/** Header of a stream with one track: `ftyp` + `moov`. */
export interface TrackHeader {
  data: Buffer;
  /** Ticks a second. */
  timescale: number;
}

export const TRACK = { video: VIDEO_TRACK, audio: AUDIO_TRACK } as const;

export class Take {
  readonly video: TrackHeader;
  readonly audio: TrackHeader | undefined;
  readonly #keepMs: number;
  readonly #readers = new Set<TakeReader>();
  readonly #end = new AbortController();
  #gops: Gop[] = [];
  #ended: string | undefined;
  #forgotten = false;

  /** @param options.keepMs how much of the past is kept at least, once there is as much */
  constructor(options: { video: TrackHeader; audio: TrackHeader | undefined; keepMs: number }) {
    this.video = options.video;
    this.audio = options.audio;
    this.#keepMs = options.keepMs;
  }

  /** Why it has ended; undefined while it goes on. */
  get ended(): string | undefined {
    return this.#ended;
  }

  /** Aborts when it ends. */
  get whenEnded(): AbortSignal {
    return this.#end.signal;
  }

  /** Nothing of it may be seen any more, not even what a recording has taken and not sent. */
  get forgotten(): boolean {
    return this.#forgotten;
  }

  /** How much of the past it has, in ms. */
  get keptMs(): number {
    const [first, last] = [this.#gops[0], this.#gops.at(-1)];
    return first && last ? Math.round((last.time + last.duration - first.time) * 1000) : 0;
  }

  /** The first packet of a recording. */
  init({ audio }: { audio: boolean }): Buffer {
    const video = withMoov(this.video.data);
    return joinHeaders(video, audio && this.audio ? withMoov(this.audio.data) : undefined);
  }

  add(gop: Gop): void {
    this.#gops.push(gop);
    const end = gop.time + gop.duration;
    while (this.#gops[1] && (end - this.#gops[1].time) * 1000 >= this.#keepMs) this.#gops.shift();
    for (const reader of this.#readers) reader.push(gop);
  }

  /** @param options.forget readers don't get what they have not read yet either */
  end(reason: string, { forget = false } = {}): void {
    this.#ended ??= reason;
    this.#forgotten ||= forget;
    this.#gops = [];
    for (const reader of this.#readers) {
      if (forget) while (reader.shift());
      reader.wake();
    }
    this.#readers.clear();
    this.#end.abort();
  }

  /** Whether a recording is being made of it. */
  get isRead(): boolean {
    return this.#readers.size > 0;
  }

  /** Reads from the newest group on that begins at least this long before the end of the last one, or from the oldest. */
  read(agoMs: number): TakeReader {
    const last = this.#gops.at(-1);
    const latest = last ? last.time + last.duration - agoMs / 1000 : 0;
    // Times are sums of many fractions.
    const start = this.#gops.findLastIndex(({ time }) => time <= latest + 0.001);
    const reader = new TakeReader(this, this.#gops.slice(Math.max(0, start)), () =>
      this.#readers.delete(reader),
    );
    if (this.#ended === undefined) this.#readers.add(reader);
    return reader;
  }
}

/** Gives group after group to one recording. */
export class TakeReader implements Disposable {
  readonly #take: Take;
  readonly #queue: Gop[];
  readonly #leave: () => void;
  #waiting: (() => void) | undefined;

  constructor(take: Take, queue: Gop[], leave: () => void) {
    this.#take = take;
    this.#queue = queue;
    this.#leave = leave;
  }

  push(gop: Gop): void {
    this.#queue.push(gop);
    this.wake();
  }

  wake(): void {
    this.#waiting?.();
  }

  /** The next group, if it is there already. */
  get next(): Gop | undefined {
    return this.#queue[0];
  }

  /** Takes it. */
  shift(): Gop | undefined {
    return this.#queue.shift();
  }

  /** Why nothing more will come; undefined while something may. */
  get over(): string | undefined {
    return this.#queue.length === 0 ? this.#take.ended : undefined;
  }

  /** Resolves when there is a group or the end, or `until` resolves. */
  async ready(until: Promise<unknown>): Promise<void> {
    if (this.#queue.length > 0 || this.#take.ended !== undefined) return;
    const woken = new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
    await Promise.race([woken, until]);
    this.#waiting = undefined;
  }

  [Symbol.dispose](): void {
    this.#leave();
  }
}

function withMoov(data: Buffer) {
  const moov = childBoxes(data, 0, data.length).find(({ type }) => type === 'moov');
  return { data, moov: moov ?? { type: 'moov', start: data.length, body: data.length, end: data.length } };
}
