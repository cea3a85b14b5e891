import type { SmallFrame } from '../../plugin/camera/contract.ts';

/** A small picture without colour, as a camera gives it at night. */
export function grayFrame({ width, height, at, luma }: Omit<SmallFrame, 'cb' | 'cr'>): SmallFrame {
  const colour = new Uint8Array((width / 2) * (height / 2)).fill(128);
  return { width, height, at, luma, cb: colour, cr: colour };
}
