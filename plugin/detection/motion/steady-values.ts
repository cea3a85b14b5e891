/** One value for each cell, without what is there for a single picture only: a drop of rain, a flake, an insect that passes. */
export class SteadyValues {
  /** The middle one of the last three values. */
  readonly now: Float32Array;
  /** What `now` was one picture ago, and two. */
  readonly #last: Float32Array;
  readonly #older: Float32Array;
  readonly #raw: readonly [Float32Array, Float32Array];

  constructor(count: number) {
    const one = () => new Float32Array(count);
    this.now = one();
    this.#last = one();
    this.#older = one();
    this.#raw = [one(), one()];
  }

  /** Takes the values of the next picture. */
  add(values: Float32Array): void {
    const [first, second] = this.#raw;
    this.#older.set(this.#last);
    this.#last.set(this.now);
    for (let i = 0; i < values.length; i++) {
      const a = first[i] as number;
      const b = second[i] as number;
      const c = values[i] as number;
      this.now[i] = a > b ? (b > c ? b : a > c ? c : a) : a > c ? a : b > c ? c : b;
      first[i] = b;
      second[i] = c;
    }
  }

  /** By how much the value of a cell has changed since one of the two pictures before. */
  change(cell: number): number {
    const value = this.now[cell] as number;
    return Math.max(
      Math.abs(value - (this.#last[cell] as number)),
      Math.abs(value - (this.#older[cell] as number)),
    );
  }

  /** The same since the last picture alone. */
  step(cell: number): number {
    return Math.abs((this.now[cell] as number) - (this.#last[cell] as number));
  }

  /** The cell begins anew, at nothing. */
  forget(cell: number): void {
    for (const values of [this.#last, this.#older, ...this.#raw]) values[cell] = 0;
  }

  clear(): void {
    for (const values of [this.now, this.#last, this.#older, ...this.#raw]) values.fill(0);
  }
}
