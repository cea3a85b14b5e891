/** Boxes and areas of a picture, in parts of it: 0 (left, top) to 1. */
import type { Box } from '../../protocol/detection.ts';
import type { Polygon } from '../camera/masks.ts';

export const widthOf = ({ left, right }: Box) => Math.max(0, right - left);
export const heightOf = ({ top, bottom }: Box) => Math.max(0, bottom - top);
export const areaOf = (box: Box) => widthOf(box) * heightOf(box);

/** What two boxes share; of no size where they share nothing. */
export function sharedBox(a: Box, b: Box): Box {
  const left = Math.max(a.left, b.left);
  const top = Math.max(a.top, b.top);
  return {
    ...{ left, top },
    right: Math.max(left, Math.min(a.right, b.right)),
    bottom: Math.max(top, Math.min(a.bottom, b.bottom)),
  };
}

/** The smallest box around both. */
export function boxAround(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** All of the picture. */
export const WHOLE: Box = { left: 0, top: 0, right: 1, bottom: 1 };

/** Larger by these parts of its own width and height on each side, also beyond the picture. */
export function grown(box: Box, across: number, along = across): Box {
  const [x, y] = [widthOf(box) * across, heightOf(box) * along];
  return { left: box.left - x, top: box.top - y, right: box.right + x, bottom: box.bottom + y };
}

/** Larger by this part of its own size on each side, within the picture. */
export const widened = (box: Box, by: number): Box => sharedBox(grown(box, by), WHOLE);

export const overlap = (a: Box, b: Box) => areaOf(sharedBox(a, b)) > 0;

/** How much of the smaller one lies in the other, 0 to 1. */
export const coverage = (a: Box, b: Box) =>
  areaOf(sharedBox(a, b)) / Math.max(1e-9, Math.min(areaOf(a), areaOf(b)));

/** How much of their union two boxes share: 0 to 1. */
export function likeness(a: Box, b: Box): number {
  const shared = areaOf(sharedBox(a, b));
  const all = areaOf(a) + areaOf(b) - shared;
  return all > 0 ? shared / all : 0;
}

/** Where a thing stands: the middle of the lower edge of its box. */
export const footOf = ({ left, right, bottom }: Box): [x: number, y: number] => [(left + right) / 2, bottom];

export const middleOf = ({ left, top, right, bottom }: Box): [x: number, y: number] => [
  (left + right) / 2,
  (top + bottom) / 2,
];

/** Whether a point is inside; an area that crosses itself counts where it is wound around. */
export function isInside(areas: readonly Polygon[], [x, y]: readonly [x: number, y: number]): boolean {
  return areas.some((area) => windings(area, x, y) !== 0);
}

function windings(area: Polygon, x: number, y: number): number {
  let turns = 0;
  let [x0, y0] = area.at(-1) ?? [0, 0];
  for (const [x1, y1] of area) {
    if (y0 <= y !== y1 <= y) {
      const crossing = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      if (crossing > x) turns += y1 > y0 ? 1 : -1;
    }
    [x0, y0] = [x1, y1];
  }
  return turns;
}
