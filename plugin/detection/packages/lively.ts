/** Each picture forgets this part of what was learned: half of it within five minutes. */
const FORGETTING = 0.0005;
/** A cell that became something else so often with nobody there is lively. */
const OFTEN = 5;
const MOST = 9;

/** Places that change by themselves: leaves, a flag, a clock. Nothing is put down there. */
export class Lively {
  readonly #changes: Float32Array;

  constructor(cells: number) {
    this.#changes = new Float32Array(cells);
  }

  /** Learns from a picture that nobody is in; `since` is when each cell last became something else, `at` the time of the picture. */
  learn(since: Float64Array, at: number): void {
    const changes = this.#changes;
    for (let i = 0; i < changes.length; i++) {
      const kept = (changes[i] as number) * (1 - FORGETTING);
      changes[i] = since[i] === at ? Math.min(MOST, kept + 1) : kept;
    }
  }

  /** Part of these cells that is lively. */
  share(cells: readonly number[]): number {
    let lively = 0;
    for (const cell of cells) if ((this.#changes[cell] as number) >= OFTEN - 0.5) lively++;
    return lively / Math.max(1, cells.length);
  }
}
