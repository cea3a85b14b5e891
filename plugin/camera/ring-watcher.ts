/** What one watcher of a ring has still to read, and what happens when it reads too slowly. */
import type { Fragment, Init, MediaItem } from './contract.ts';

export interface BacklogRule {
  /** In bytes. */
  maxBacklog: number;
  whenSlow: 'skip' | 'end';
}

export class Watcher {
  readonly #rule: BacklogRule;
  #queue: MediaItem[] = [];
  #backlog = 0;
  /** Bytes handed over at the start that are still unread; nobody was slow for those. */
  #prefill = 0;
  /** Generation of the last `Init` that was read. */
  #generation: number | undefined;
  /** True while nothing may be queued before the next keyframe. */
  #needsKeyframe = true;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(rule: BacklogRule) {
    this.#rule = rule;
  }

  /** Starts a generation: its header, then fragments of which the first is a keyframe. */
  begin(init: Init, fragments: readonly Fragment[]): void {
    const unread = this.#backlog;
    this.#queue.push(init);
    this.#needsKeyframe = true;
    for (const fragment of fragments) this.#enqueue(fragment);
    if (unread === 0) this.#prefill = this.#backlog;
    else this.#limit(init);
    this.#wake?.();
  }

  push(fragment: Fragment, init: Init): void {
    if (this.#ended) return;
    this.#enqueue(fragment);
    this.#limit(init);
    this.#wake?.();
  }

  /** Lets go of what is still unread. */
  forget(): void {
    this.#queue = [];
    this.#backlog = 0;
    this.#prefill = 0;
    this.#needsKeyframe = true;
  }

  end(): void {
    this.#ended = true;
    this.#queue = [];
    this.#wake?.();
  }

  /** The next item, as soon as there is one; undefined at the end. */
  async next(): Promise<MediaItem | undefined> {
    while (this.#queue.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const item = this.#queue.shift();
    if (item?.type === 'init') this.#generation = item.generation;
    else if (item) this.#backlog -= item.data.length;
    this.#prefill = Math.min(this.#prefill, this.#backlog);
    return item;
  }

  #enqueue(fragment: Fragment): void {
    if (this.#needsKeyframe && !fragment.keyframe) return;
    this.#needsKeyframe = false;
    this.#queue.push(fragment);
    this.#backlog += fragment.data.length;
  }

  #limit(init: Init): void {
    if (this.#backlog <= this.#rule.maxBacklog + this.#prefill) return;
    if (this.#rule.whenSlow === 'end') {
      this.end();
      return;
    }
    const newest = this.#queue.findLastIndex((item) => item.type === 'fragment' && item.keyframe);
    const rest = newest === -1 ? [] : this.#queue.slice(newest);
    const bytes = rest.reduce((sum, item) => sum + item.data.length, 0);
    // What follows a keyframe that is already read, or that is itself too far behind, cannot be decoded without a gap.
    const fits = bytes <= this.#rule.maxBacklog;
    this.#queue = [...(this.#generation === init.generation ? [] : [init]), ...(fits ? rest : [])];
    this.#backlog = fits ? bytes : 0;
    this.#prefill = 0;
    this.#needsKeyframe = !fits || rest.length === 0;
  }
}
