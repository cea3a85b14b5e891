import type { CellMarks } from './find-things.ts';
import type { SteadyValues } from './steady-values.ts';

/** Where somebody or something moves that counts, so much less is learnt: their place does not become a restless one. */
const LEARNING = 0.015;
const OCCUPIED = 0.2;
/** One picture teaches no more than this, so that a passer-by does not count as flicker. */
const MOST_FLICKER = 20;
const MOST_STRANGE = 400;
/** How quickly a cell becomes one in which something moves all the time (leaves, a flag), and how slowly it is forgotten. */
const HABIT = { up: 0.01, down: 0.005 };
const HABITUAL = 0.3;

/** How much each cell changes by itself, while nobody is there. */
export class RestlessCells {
  /** Mean step of its brightness from picture to picture. */
  readonly flicker: Float32Array;
  /** Energy that its structure usually has beyond that of the background: noise. */
  readonly strange: Float32Array;
  /** How often it is active. */
  readonly #habit: Float32Array;
  #pictures = 0;

  constructor(count: number) {
    this.flicker = new Float32Array(count);
    this.strange = new Float32Array(count);
    this.#habit = new Float32Array(count);
  }

  /** Mean of what structure has in noise alone. */
  get noise(): number {
    let sum = 0;
    for (const one of this.strange) sum += one;
    return sum / Math.max(1, this.strange.length);
  }

  /**
   * Learns from a picture, and marks the cells in which something moves all the time.
   *
   * @param occupied cells where something moves that counts
   */
  learn(difference: SteadyValues, strange: SteadyValues, marks: CellMarks, occupied: Uint8Array): void {
    // At first the plain mean, so that leaves in the wind are known after seconds.
    const plain = 1 / ++this.#pictures;
    const { active, habitual } = marks;
    for (let i = 0; i < active.length; i++) {
      const share = occupied[i] ? OCCUPIED : 1;
      const rate = share * Math.max(LEARNING, plain);
      const flicker = this.flicker[i] as number;
      this.flicker[i] = flicker + rate * (Math.min(difference.step(i), MOST_FLICKER) - flicker);
      const usual = this.strange[i] as number;
      this.strange[i] = usual + rate * (Math.min(strange.now[i] as number, MOST_STRANGE) - usual);
      const up = share * Math.max(HABIT.up, plain);
      const habit = this.#habit[i] as number;
      this.#habit[i] = active[i] ? habit + up * (1 - habit) : habit - HABIT.down * habit;
      habitual[i] = (this.#habit[i] as number) > HABITUAL ? 1 : 0;
    }
  }
}
