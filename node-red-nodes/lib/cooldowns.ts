/** When the last alert of each line passed: for as long as that matters, and never of more lines than a house has. */

/** Topics may be anything, so there can be many. */
const MOST = 5000;

export class Cooldowns {
  readonly #lengthMs: number;
  /** Oldest first. */
  readonly #passedAt = new Map<string, number>();

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** How many lines are remembered. */
  get size(): number {
    return this.#passedAt.size;
  }

  /** Epoch ms. */
  passedAt(line: string): number | undefined {
    return this.#passedAt.get(line);
  }

  pass(line: string, now: number): void {
    if (this.#lengthMs === 0) return;
    this.#passedAt.delete(line);
    this.#passedAt.set(line, now);
    for (const [oldest, at] of this.#passedAt) {
      if (at + this.#lengthMs > now && this.#passedAt.size <= MOST) break;
      this.#passedAt.delete(oldest);
    }
  }

  clear(): void {
    this.#passedAt.clear();
  }
}
