/** Chance that is the same each time. */
export interface Chance {
  /** At least `from`, less than `to`. */
  between(from: number, to: number): number;
  /** One of them. */
  pick<T>(things: readonly T[]): T;
  /** True with this likelihood, 0 to 1. */
  happens(likelihood: number): boolean;
}

/** Mulberry32: small, and good enough to scatter things. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    between: (from, to) => from + next() * (to - from),
    pick: (things) => {
      const one = things[Math.floor(next() * things.length)];
      if (one === undefined) throw new Error('There is nothing to pick from.');
      return one;
    },
    happens: (likelihood) => next() < likelihood,
  };
}
