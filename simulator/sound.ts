/** The porch's sound: soft air, and a two-tone chime when the bell is rung. Mono, signed 16 bit. */

export const SAMPLE_RATE = 16_000;

const TWO_PI = Math.PI * 2;
/** Ding, dong: frequency in Hz and start in seconds. */
const CHIME = [
  { hertz: 659.26, from: 0 },
  { hertz: 523.25, from: 0.55 },
] as const;
const CHIME_SECONDS = 2.2;

export interface Sound {
  /** The next `count` samples, as s16le. */
  next(count: number): Buffer;
  /** Starts the chime with the next sample. */
  chime(): void;
}

/** @param random gives 0 to 1; each call one sample of the air. */
export function createSound(random: () => number = Math.random): Sound {
  let position = 0;
  let chimeFrom = Number.NEGATIVE_INFINITY;
  let air = 0;
  return {
    next(count) {
      const samples = Buffer.alloc(count * 2);
      for (let index = 0; index < count; index += 1) {
        const seconds = position / SAMPLE_RATE;
        air += (random() * 2 - 1 - air) * 0.06;
        const breeze = 0.05 + 0.02 * Math.sin(TWO_PI * seconds * 0.11);
        const level = air * breeze + chimeAt((position - chimeFrom) / SAMPLE_RATE);
        samples.writeInt16LE(Math.round(Math.max(-1, Math.min(1, level)) * 32_767), index * 2);
        position += 1;
      }
      return samples;
    },
    chime() {
      chimeFrom = position;
    },
  };
}

/** Level of the chime this many seconds after it was struck, -1 to 1. */
function chimeAt(seconds: number): number {
  if (seconds > CHIME_SECONDS) return 0;
  let level = 0;
  for (const { hertz, from } of CHIME) {
    const since = seconds - from;
    if (since < 0) continue;
    const attack = Math.min(1, since * 200);
    const tone = Math.sin(TWO_PI * hertz * since) + 0.3 * Math.sin(TWO_PI * hertz * 2.01 * since);
    level += 0.3 * attack * Math.exp(-3 * since) * tone;
  }
  return level;
}
