/** A patch that stands for a face in drawn clips: bright, with a pattern of its own, and known places. */
export const PATCH_SIDE = 24;

/** Its upper left corner at a second of the clip; it is there from second 1 up to 3. */
export function patchAt(second: number): { x: number; y: number } | undefined {
  if (second < 0.999 || second > 2.999) return undefined;
  return { x: 40 + 2 * Math.round((second - 1) * 50), y: 60 + 2 * Math.round((second - 1) * 10) };
}

export const patchLuma = (x: number, y: number) => (((x >> 2) * 3 + (y >> 2) * 5) % 7 < 3 ? 225 : 130);
