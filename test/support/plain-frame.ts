/** Small pictures for tests. */
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Size } from '../../plugin/detection/models/model-input.ts';

/** All of one colour; 16 is black, 235 white, and 128 for `cb` and `cr` is gray. */
export function plainFrame({ width, height }: Size, luma: number, cb = 128, cr = 128): SmallFrame {
  const quarter = (width * height) / 4;
  return {
    ...{ width, height, at: 0 },
    luma: new Uint8Array(width * height).fill(luma),
    cb: new Uint8Array(quarter).fill(cb),
    cr: new Uint8Array(quarter).fill(cr),
  };
}
