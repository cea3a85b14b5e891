/** What to change of a camera's masks. Masks that somebody else made are never touched. */
import type { Polygon } from '../masks.ts';

export interface CameraMask {
  token: string;
  polygon: Polygon;
  /** `Color` hides; `Blurred` and `Pixelated` only veil. */
  type: string;
  enabled: boolean;
}

export interface MaskLimits {
  maxMasks: number;
  maxPoints: number;
  rectangleOnly: boolean;
  /** Empty where the camera does not say. */
  types: readonly string[];
}

export interface MaskPlan {
  create: Polygon[];
  /** Masks of ours that get another shape. */
  change: { token: string; polygon: Polygon }[];
  remove: string[];
}

/** Cameras keep corners on a grid of their own, at times as coarse as a macroblock. */
const NEAR = 0.02;

/** Undefined where the camera cannot show these polygons exactly: then the hub masks the picture itself. */
export function planMasks(
  polygons: readonly Polygon[],
  present: readonly CameraMask[],
  own: ReadonlySet<string>,
  limits: MaskLimits,
): MaskPlan | undefined {
  const wanted = polygons.filter(
    (polygon, index) => !polygons.slice(0, index).some((earlier) => samePolygon(earlier, polygon)),
  );
  const color = limits.types.length === 0 || limits.types.some((type) => type.toLowerCase() === 'color');
  const fits = (polygon: Polygon) =>
    polygon.length <= limits.maxPoints && (!limits.rectangleOnly || isRectangle(polygon));
  if (wanted.length > 0 && (!color || !wanted.every(fits))) return undefined;
  const missing = wanted.filter((polygon) => !present.some((mask) => hides(mask, polygon)));
  const spare = present
    .filter(({ token }) => own.has(token))
    .filter((mask) => !wanted.some((polygon) => hides(mask, polygon)))
    .map(({ token }) => token);
  const change = missing
    .slice(0, spare.length)
    .map((polygon, index) => ({ token: spare[index] ?? '', polygon }));
  const create = missing.slice(spare.length);
  if (present.length + create.length > limits.maxMasks) return undefined;
  return { create, change, remove: spare.slice(missing.length) };
}

/** Whether a mask hides this polygon, and nothing else. */
export function hides(mask: CameraMask, polygon: Polygon): boolean {
  return mask.enabled && mask.type.toLowerCase() === 'color' && samePolygon(mask.polygon, polygon);
}

/** Whether two polygons have the same corners, in the same order or the other way round, wherever they begin. */
export function samePolygon(a: Polygon, b: Polygon): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  const fits = (from: number, step: 1 | -1) =>
    a.every((corner, index) => {
      const other = b[(((from + step * index) % b.length) + b.length) % b.length];
      return other !== undefined && near(corner, other);
    });
  return a.some((_, from) => fits(from, 1) || fits(from, -1));
}

function near([ax, ay]: Polygon[number], [bx, by]: Polygon[number]): boolean {
  return Math.abs(ax - bx) <= NEAR && Math.abs(ay - by) <= NEAR;
}

function isRectangle(polygon: Polygon): boolean {
  if (polygon.length !== 4) return false;
  const xs = new Set(polygon.map(([x]) => x));
  const ys = new Set(polygon.map(([, y]) => y));
  const corners = new Set(polygon.map(([x, y]) => `${x} ${y}`));
  return xs.size === 2 && ys.size === 2 && corners.size === 4;
}
