import type { HalfPicture } from './cell-grid.ts';

/** A camera on a pole or beside a door that slams moves by no more than this, in pixels of the half picture. */
const FARTHEST = 3;
/** Every so many pixels are compared. */
const STRIDE = 3;
/** Luma steps that count at most at one pixel. */
const MOST_OFF = 30;
/** A shift must fit better than none by this much: a thing that moves is no shake. */
const CLEARLY_BETTER = 0.8;

/**
 * By how much the picture is shifted against the background, in whole pixels of the half picture: `background[x] = picture[x + shift]`.
 * No shift where none fits clearly better.
 */
export function findShift(picture: HalfPicture, background: Float32Array): { x: number; y: number } {
  const still = mismatch(picture, background, 0, 0, Number.POSITIVE_INFINITY);
  let best = { x: 0, y: 0, error: CLEARLY_BETTER * still };
  for (let y = -FARTHEST; y <= FARTHEST; y++) {
    for (let x = -FARTHEST; x <= FARTHEST; x++) {
      const error = mismatch(picture, background, x, y, best.error);
      if (error < best.error) best = { x, y, error };
    }
  }
  return { x: best.x, y: best.y };
}

/** Sum of the differences at this shift; no more is added up once it is over `most`. */
function mismatch(
  { width, height, luma }: HalfPicture,
  background: Float32Array,
  dx: number,
  dy: number,
  most: number,
): number {
  let sum = 0;
  for (let y = FARTHEST; y < height - FARTHEST && sum < most; y += STRIDE) {
    const [here, there] = [y * width, (y + dy) * width + dx];
    for (let x = FARTHEST; x < width - FARTHEST; x += STRIDE) {
      // Capped, so that a thing that covers much does not decide.
      const off = Math.abs((luma[there + x] as number) - (background[here + x] as number));
      sum += off < MOST_OFF ? off : MOST_OFF;
    }
  }
  return sum;
}
