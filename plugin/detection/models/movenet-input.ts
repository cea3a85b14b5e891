import type { Size } from './model-input.ts';

/** Sides must be multiples of this. */
const STEP = 32;
/** Most pixels of the input, which are what a look costs: 256 x 160, and a little more where the shape fits better. */
const MOST_PIXELS = 288 * 160;
const LEAST_SIDE = 96;
/** How much a small input is worth less: as much as so much distortion. */
const SMALLNESS_COUNTS = 0.35;

/** The input for a picture of this shape: about 256 x 160, or as much in another shape, with as little distortion as may be. */
export function inputSize({ width, height }: Size): Size {
  const shape = Math.log(width / height);
  let best: { size: Size; fault: number } | undefined;
  for (let across = LEAST_SIDE; across * LEAST_SIDE <= MOST_PIXELS; across += STEP) {
    const down = sideFor(across, Math.exp(shape));
    const size = { width: across, height: down };
    const smallness = Math.log(MOST_PIXELS / (across * down));
    const fault = Math.abs(Math.log(across / down) - shape) + SMALLNESS_COUNTS * smallness;
    if (!best || fault < best.fault) best = { size, fault };
  }
  return best?.size ?? { width: 256, height: 160 };
}

/** The other side, within what a look may cost. */
function sideFor(across: number, shape: number): number {
  const wanted = Math.round(across / shape / STEP) * STEP;
  const most = Math.floor(MOST_PIXELS / across / STEP) * STEP;
  return Math.max(LEAST_SIDE, Math.min(most, wanted));
}
