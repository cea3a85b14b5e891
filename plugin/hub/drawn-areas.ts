import type { Area } from '../../protocol/detection.ts';

/** Areas as the configuration holds them, with corners that have both coordinates. */
export function areasOf(masks: readonly (readonly number[])[][]): Area[] {
  return masks.map((polygon) => polygon.map(([x = 0, y = 0]) => [x, y]));
}
