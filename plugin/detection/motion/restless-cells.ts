import type { CellMarks } from './find-things.ts';
import type { SteadyValues } from './steady-values.ts';

const LEARNING = { calm: 0.01, moving: 0.003 };
/** One picture teaches no more than this, so that a passer-by does not count as flicker. */
const MOST_FLICKER = 20;
const MOST_STRANGE = 400;
/** Somebody who stands there for long does not make their place a restless one. */
const WHERE_DIFFERENT = 0.3;
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

  /** Learns from a picture, and marks the cells in which something moves all the time. */
  learn(difference: SteadyValues, strange: SteadyValues, marks: CellMarks, moving: boolean): void {
    // At first the plain mean, so that leaves in the wind are known after seconds.
    const plain = 1 / ++this.#pictures;
    const rate = Math.max(moving ? LEARNING.moving : LEARNING.calm, plain);
    const up = Math.max(moving ? LEARNING.moving : HABIT.up, plain);
    const { active, differs, habitual } = marks;
    for (let i = 0; i < active.length; i++) {
      const flicker = this.flicker[i] as number;
      this.flicker[i] = flicker + rate * (Math.min(difference.step(i), MOST_FLICKER) - flicker);
      const usual = this.strange[i] as number;
      const ofStrange = differs[i] ? WHERE_DIFFERENT * rate : rate;
      this.strange[i] = usual + ofStrange * (Math.min(strange.now[i] as number, MOST_STRANGE) - usual);
      const habit = this.#habit[i] as number;
      this.#habit[i] = active[i] ? habit + up * (1 - habit) : habit - HABIT.down * habit;
      habitual[i] = (this.#habit[i] as number) > HABITUAL ? 1 : 0;
    }
  }
}
