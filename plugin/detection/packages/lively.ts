/** Every so many pictures, this part of what was learned is forgotten: half of it within five minutes. */
const FORGET_EVERY = 50;
const FORGETTING = 0.025;
/** A cell that became something else so often with nobody there is lively. */
const OFTEN = 5;
const MOST = 9;

/** Places that change by themselves: leaves, a flag, a clock. Nothing is put down there. */
export class Lively {
  readonly #changes: Float32Array;
  #pictures = 0;

  constructor(cells: number) {
    this.#changes = new Float32Array(cells);
  }

  /** Learns from a picture that nobody is in; `changed` are the cells that became something else in it. */
  learn(changed: readonly number[]): void {
    const changes = this.#changes;
    for (const cell of changed) changes[cell] = Math.min(MOST, (changes[cell] as number) + 1);
    if (++this.#pictures % FORGET_EVERY !== 0) return;
    for (let i = 0; i < changes.length; i++) changes[i] = (changes[i] as number) * (1 - FORGETTING);
  }

  /** Part of these cells that is lively. */
  share(cells: readonly number[]): number {
    let lively = 0;
    for (const cell of cells) if ((this.#changes[cell] as number) >= OFTEN - 0.5) lively++;
    return lively / Math.max(1, cells.length);
  }
}
