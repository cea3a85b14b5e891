/** Decides from small pictures whether the camera itself hides what shall be hidden. */
import type { Luma } from './contract.ts';
import type { Polygon } from './masks.ts';

/** Pixels of the small picture next to an edge mix both sides. */
const MARGIN = 3;
/** A mask of fewer pixels is too small to tell. */
const FEWEST_PIXELS = 12;
/** What compression leaves of black, of 255. A mask of another colour looks like a wall or a sky, and proves nothing. */
const BLACK = 32;
/** One colour, but for what compression adds to it. */
const SPREAD_OF_ONE_COLOUR = 10;
/** When everything is as dark or as foggy as this, a masked place looks like any other. */
const SPREAD_OF_A_SCENE = 30;

/** True only when each polygon is plainly black in a picture that as a whole is not of one colour. What cannot be told is false. */
export function looksMasked(picture: Luma, polygons: readonly Polygon[]): boolean {
  const { inside, outside } = split(picture, polygons);
  return (
    spread(outside) >= SPREAD_OF_A_SCENE &&
    inside.every(
      (values) => values.length >= FEWEST_PIXELS && isBlack(values) && spread(values) <= SPREAD_OF_ONE_COLOUR,
    )
  );
}

/** Whether each polygon is still black in a later picture, which may be dark as a whole. */
export function staysMasked(picture: Luma, polygons: readonly Polygon[]): boolean {
  const { inside } = split(picture, polygons);
  return inside.every((values) => values.length >= FEWEST_PIXELS && isBlack(values));
}

function split(
  picture: Luma,
  polygons: readonly Polygon[],
): { inside: readonly number[][]; outside: number[] } {
  const { width, height, luma } = picture;
  const outside: number[] = [];
  const inside: number[][] = polygons.map(() => []);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = luma[y * width + x] ?? 0;
      const hidden = polygons.map((polygon) => contains(polygon, (x + 0.5) / width, (y + 0.5) / height));
      if (!hidden.includes(true)) outside.push(value);
      for (const [index, polygon] of polygons.entries())
        if (hidden[index] && deepInside(polygon, x, y, picture)) inside[index]?.push(value);
    }
  return { inside, outside };
}

/** But for one in a hundred. */
function isBlack(values: number[]): boolean {
  return values.filter((value) => value > BLACK).length <= values.length / 100;
}

function deepInside(polygon: Polygon, x: number, y: number, { width, height }: Luma): boolean {
  return [
    [-MARGIN, 0],
    [MARGIN, 0],
    [0, -MARGIN],
    [0, MARGIN],
  ].every(([dx = 0, dy = 0]) => contains(polygon, (x + dx + 0.5) / width, (y + dy + 0.5) / height));
}

/** By counting the edges to the right of a point; beyond the edge of the picture nothing is asked of it. */
function contains(polygon: Polygon, x: number, y: number): boolean {
  let odd = false;
  for (const [index, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ax + ((bx - ax) * (y - ay)) / (by - ay)) odd = !odd;
  }
  return odd;
}

/** Between the darkest and the lightest, but for one in a hundred at either end. */
function spread(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const cut = Math.floor(sorted.length / 100);
  return (sorted.at(-1 - cut) ?? 0) - (sorted[cut] ?? 0);
}
