/** Areas as they are drawn, of one kind: corners in parts of the picture, 0 (left, top) to 1. Nothing here changes what it is given. */

export type Corner = readonly [x: number, y: number];
export type DrawnArea = readonly Corner[];

/** One corner of one area. */
export interface Place {
  area: number;
  corner: number;
}

export interface Drawn {
  areas: readonly DrawnArea[];
  /** The corner that was touched last; undefined when nothing is chosen. */
  at?: Place;
}

/** As many as the hub takes. */
export const MOST_AREAS = 16;
export const MOST_CORNERS = 32;

const STEP = 0.01;
const LARGE_STEP = 0.05;
const KEYS: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Where in the box, which is in pixels, a pointer is; beside it counts as its edge. */
export function cornerAt(
  { clientX, clientY }: { clientX: number; clientY: number },
  box: { left: number; top: number; width: number; height: number },
): Corner {
  return tidy([(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
}

/** A rectangle in the middle, whose first corner is chosen. */
export function addArea({ areas, at }: Drawn): Drawn {
  if (areas.length >= MOST_AREAS) return { areas, ...(at && { at }) };
  const rectangle: DrawnArea = [
    [0.35, 0.35],
    [0.65, 0.35],
    [0.65, 0.65],
    [0.35, 0.65],
  ];
  return { areas: [...areas, rectangle], at: { area: areas.length, corner: 0 } };
}

/**
 * What a tap does: on an edge it sets a corner there, in an area that is not chosen it chooses that one, elsewhere it gives the chosen
 * area another corner. `reach` is how near to an edge is on it, in parts of width and height.
 */
export function tap(drawn: Drawn, corner: Corner, reach: Corner): Drawn {
  const { areas, at } = drawn;
  const onEdge = areas.findIndex((area) => area.length > 1 && isOnEdge(area, corner, reach));
  if (onEdge >= 0) return addCorner({ areas, at: { area: onEdge, corner: 0 } }, corner);
  const within = areas.findIndex((area, index) => index !== at?.area && isInside(area, corner));
  if (within >= 0) return { areas, at: { area: within, corner: nearestCorner(areas[within] ?? [], corner) } };
  return addCorner(drawn, corner);
}

/** Into the nearest edge of the chosen area, so that its outline never tangles; where none is chosen, a new area begins. */
export function addCorner(drawn: Drawn, corner: Corner): Drawn {
  const { areas, at } = drawn;
  const area = at && areas[at.area];
  if (!at || !area) {
    return areas.length >= MOST_AREAS
      ? drawn
      : { areas: [...areas, [corner]], at: { area: areas.length, corner: 0 } };
  }
  return insert(drawn, at.area, nearestEdge(area, corner) + 1, corner);
}

/** In the middle of the edge that begins at this corner. */
export function splitEdge(drawn: Drawn, { area: index, corner }: Place): Drawn {
  const area = drawn.areas[index];
  const from = area?.[corner];
  const to = area?.[(corner + 1) % area.length];
  if (!from || !to) return drawn;
  return insert(drawn, index, corner + 1, tidy([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
}

export function moveCorner(drawn: Drawn, at: Place, to: Corner): Drawn {
  const area = drawn.areas[at.area];
  return area?.[at.corner] ? { areas: drawn.areas.with(at.area, area.with(at.corner, tidy(to))), at } : drawn;
}

/** The area goes with its last corner. What is left of it stays chosen. */
export function removeCorner(drawn: Drawn, at: Place): Drawn {
  const area = drawn.areas[at.area];
  if (!area || area.length < 2) return removeArea(drawn, at.area);
  return {
    areas: drawn.areas.with(at.area, area.toSpliced(at.corner, 1)),
    at: { area: at.area, corner: Math.max(0, at.corner - 1) },
  };
}

export function removeArea({ areas }: Drawn, area: number): Drawn {
  return { areas: areas.toSpliced(area, 1) };
}

/** How far this key moves a corner: 1 % of the picture, with shift 5 %; undefined for other keys. */
export function stepOf(key: string, shift: boolean): Corner | undefined {
  const direction = KEYS[key];
  const step = shift ? LARGE_STEP : STEP;
  return direction && [direction[0] * step, direction[1] * step];
}

function insert({ areas, at }: Drawn, index: number, place: number, corner: Corner): Drawn {
  const area = areas[index] ?? [];
  if (area.length >= MOST_CORNERS) return { areas, ...(at && { at }) };
  return {
    areas: areas.with(index, area.toSpliced(place, 0, corner)),
    at: { area: index, corner: place },
  };
}

/** Inside the picture, to a thousandth of it. */
function tidy([x, y]: Corner): Corner {
  const part = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  return [part(x), part(y)];
}

function nearestCorner(area: DrawnArea, to: Corner): number {
  const distances = area.map(([x, y]) => Math.hypot(x - to[0], y - to[1]));
  return distances.indexOf(Math.min(...distances));
}

/** Which corner the edge begins with. */
function nearestEdge(area: DrawnArea, to: Corner): number {
  const distances = edgesOf(area).map(([from, next]) => distance(to, from, next));
  return distances.indexOf(Math.min(...distances));
}

function isOnEdge(area: DrawnArea, corner: Corner, reach: Corner): boolean {
  const scale = ([x, y]: Corner): Corner => [x / reach[0], y / reach[1]];
  return edgesOf(area).some(([from, to]) => distance(scale(corner), scale(from), scale(to)) <= 1);
}

/** Whether a ray to the right crosses the outline an odd number of times. */
function isInside(area: DrawnArea, [x, y]: Corner): boolean {
  const crossed = edgesOf(area).filter(
    ([from, to]) =>
      from[1] > y !== to[1] > y && x < from[0] + ((y - from[1]) / (to[1] - from[1])) * (to[0] - from[0]),
  );
  return crossed.length % 2 === 1;
}

function edgesOf(area: DrawnArea): (readonly [from: Corner, to: Corner])[] {
  return area.map((from, index) => [from, area[(index + 1) % area.length] ?? from]);
}

/** From a point to the nearest one between two others. */
function distance([x, y]: Corner, [fromX, fromY]: Corner, [toX, toY]: Corner): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX ** 2 + alongY ** 2;
  const part = length === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / length;
  const on = Math.min(1, Math.max(0, part));
  return Math.hypot(x - fromX - on * alongX, y - fromY - on * alongY);
}
