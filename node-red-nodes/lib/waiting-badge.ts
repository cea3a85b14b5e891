/** The badge of a node whose messages wait: for how long the first of them does, second by second. */
import type { NodeStatus } from './node-red.ts';
import type { Texts } from './texts.ts';

const TICK_MS = 1000;

export class WaitingBadge {
  readonly #texts: Texts;
  readonly #waiting = new Set<{ since: number; show: (status: NodeStatus) => void }>();
  #timer: NodeJS.Timeout | undefined;

  /** `texts` has `status.waiting` with `seconds`. */
  constructor(texts: Texts) {
    this.#texts = texts;
  }

  /** Shows it until the returned function is called. */
  begin(show: (status: NodeStatus) => void): () => void {
    const entry = { since: Date.now(), show };
    this.#waiting.add(entry);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
    this.#tick();
    return () => {
      this.#waiting.delete(entry);
      if (this.#waiting.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  #tick(): void {
    const [first] = this.#waiting;
    if (!first) return;
    const seconds = Math.round((Date.now() - first.since) / 1000);
    first.show({ fill: 'yellow', shape: 'ring', text: this.#texts('status.waiting', { seconds }) });
  }
}
