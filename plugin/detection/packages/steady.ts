import type { Luma } from '../../camera/contract.ts';

/** A camera on a post shakes by no more than so many pixels of the small picture, each way, seen from one end to the other. */
const MOST = 4;
/** One point is compared in each square of so many pixels: the one where the picture is steepest. */
const SQUARE = 12;
/** Points less steep than this, in steps of luma, tell nothing. */
const LEAST_STEEP = 12;
/** A point that fits worse than this is something that moves, and tells no more than that. */
const MOST_MISFIT = 40;
/** Another place must fit better than no shift at all by this factor. */
const CLEARLY = 0.8;
/** All places are tried when the last one fits worse than usual by this factor. */
const WORSE = 1.15;
const TYPICAL_LEARNING = 0.1;
const LEAST_POINTS = 40;
/** Pictures between two choices of points. */
const CHOOSE_EVERY = 25;

export interface Shift {
  dx: number;
  dy: number;
}

const NONE: Shift = { dx: 0, dy: 0 };

/** Tells by how many pixels the whole picture is off from how it usually is. */
export class Steady {
  #points: number[] = [];
  #age = 0;
  #last: Shift = NONE;
  /** Misfit of late, at the best place. */
  #typical = 0;

  /** Where in `now` the picture of `usual` begins: a thing at x, y of `usual` is at x + dx, y + dy. Both have the same size. */
  shiftOf(now: Luma, usual: Uint8Array): Shift {
    if (this.#age-- <= 0) {
      this.#points = steepPoints(usual, now.width, now.height);
      this.#age = CHOOSE_EVERY;
    }
    if (this.#points.length < LEAST_POINTS) return NONE;
    const none = this.#misfit(now, usual, 0, 0);
    let best = this.#last;
    let least = best.dx === 0 && best.dy === 0 ? none : this.#misfit(now, usual, best.dx, best.dy);
    if (none < least) [best, least] = [NONE, none];
    if (least > WORSE * this.#typical) {
      for (let dy = -MOST; dy <= MOST; dy++) {
        for (let dx = -MOST; dx <= MOST; dx++) {
          const misfit = this.#misfit(now, usual, dx, dy, least);
          if (misfit >= least) continue;
          best = { dx, dy };
          least = misfit;
        }
      }
    }
    this.#typical += TYPICAL_LEARNING * (least - this.#typical);
    this.#last = least < CLEARLY * none ? best : NONE;
    return this.#last;
  }

  /** Of the steps to the right and down, which brightness does not change much. Ends early when it is more than `most`. */
  #misfit({ luma, width }: Luma, usual: Uint8Array, dx: number, dy: number, most = Infinity): number {
    const by = dy * width + dx;
    const points = this.#points;
    let sum = 0;
    for (let i = 0; i < points.length && sum < most; i++) {
      const at = points[i] as number;
      const is = luma[at + by] as number;
      const was = usual[at] as number;
      const across = (luma[at + by + 1] as number) - is - (usual[at + 1] as number) + was;
      const along = (luma[at + by + width] as number) - is - (usual[at + width] as number) + was;
      sum += Math.min(MOST_MISFIT, Math.abs(across) + Math.abs(along));
    }
    return sum;
  }
}

function steepPoints(luma: Uint8Array, width: number, height: number): number[] {
  const points: number[] = [];
  for (let top = MOST + 1; top < height - SQUARE - MOST; top += SQUARE) {
    for (let left = MOST + 1; left < width - SQUARE - MOST; left += SQUARE) {
      let steepest = LEAST_STEEP;
      let point = -1;
      for (let y = top; y < top + SQUARE; y++) {
        for (let x = left; x < left + SQUARE; x++) {
          const at = y * width + x;
          const is = luma[at] as number;
          const steep = Math.min(
            Math.abs((luma[at + 1] as number) - is) + Math.abs((luma[at + width] as number) - is),
            3 * LEAST_STEEP,
          );
          if (steep <= steepest) continue;
          steepest = steep;
          point = at;
        }
      }
      if (point >= 0) points.push(point);
    }
  }
  return points;
}
