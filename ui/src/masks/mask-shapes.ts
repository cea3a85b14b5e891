/** Privacy masks as they are drawn: areas with corners in parts of the picture, 0 (left, top) to 1. Nothing here changes what it is given. */

export type Corner = readonly [x: number, y: number];
export type Area = readonly Corner[];
export type Masks = readonly Area[];

/** One corner of one area. */
export interface Place {
  area: number;
  corner: number;
}

export interface Drawn {
  masks: Masks;
  /** The corner that was touched last; undefined when nothing is chosen. */
  at?: Place;
}

/** As many as the configuration takes. */
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
export function addArea({ masks, at }: Drawn): Drawn {
  if (masks.length >= MOST_AREAS) return { masks, ...(at && { at }) };
  const rectangle: Area = [
    [0.35, 0.35],
    [0.65, 0.35],
    [0.65, 0.65],
    [0.35, 0.65],
  ];
  return { masks: [...masks, rectangle], at: { area: masks.length, corner: 0 } };
}

/** Into the nearest edge of the chosen area, so that its outline never tangles; where none is chosen, a new area begins. */
export function addCorner(drawn: Drawn, corner: Corner): Drawn {
  const { masks, at } = drawn;
  const area = at && masks[at.area];
  if (!at || !area) {
    return masks.length >= MOST_AREAS
      ? drawn
      : { masks: [...masks, [corner]], at: { area: masks.length, corner: 0 } };
  }
  if (area.length >= MOST_CORNERS) return drawn;
  const place = nearestEdge(area, corner) + 1;
  return {
    masks: masks.with(at.area, area.toSpliced(place, 0, corner)),
    at: { area: at.area, corner: place },
  };
}

export function moveCorner(drawn: Drawn, at: Place, to: Corner): Drawn {
  const area = drawn.masks[at.area];
  return area?.[at.corner] ? { masks: drawn.masks.with(at.area, area.with(at.corner, tidy(to))), at } : drawn;
}

/** The area goes with its last corner. What is left of it stays chosen. */
export function removeCorner(drawn: Drawn, at: Place): Drawn {
  const area = drawn.masks[at.area];
  if (!area || area.length < 2) return removeArea(drawn, at.area);
  return {
    masks: drawn.masks.with(at.area, area.toSpliced(at.corner, 1)),
    at: { area: at.area, corner: Math.max(0, at.corner - 1) },
  };
}

export function removeArea({ masks }: Drawn, area: number): Drawn {
  return { masks: masks.toSpliced(area, 1) };
}

/** How far this key moves a corner: 1 % of the picture, with shift 5 %; undefined for other keys. */
export function stepOf(key: string, shift: boolean): Corner | undefined {
  const direction = KEYS[key];
  const step = shift ? LARGE_STEP : STEP;
  return direction && [direction[0] * step, direction[1] * step];
}

/** The line of `masks` for the plugin's settings. An area that has not three corners yet hides nothing and stays away. */
export function toSettings(masks: Masks): string {
  return `"masks": ${JSON.stringify(masks.filter(({ length }) => length > 2))}`;
}

/** The same backwards, with or without the name and a comma; undefined for anything else. */
export function fromSettings(text: string): Masks | undefined {
  const json = text
    .trim()
    .replace(/^"masks"\s*:/, '')
    .replace(/,$/, '');
  try {
    const value: unknown = JSON.parse(json);
    return isMasks(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMasks(value: unknown): value is Masks {
  const isArea = (area: unknown) =>
    Array.isArray(area) && area.length > 2 && area.length <= MOST_CORNERS && area.every(isCorner);
  return Array.isArray(value) && value.length <= MOST_AREAS && value.every(isArea);
}

function isCorner(value: unknown): value is Corner {
  const isPart = (part: unknown) => typeof part === 'number' && part >= 0 && part <= 1;
  return Array.isArray(value) && value.length === 2 && value.every(isPart);
}

/** Inside the picture, to a thousandth of it. */
function tidy([x, y]: Corner): Corner {
  const part = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 1000) / 1000;
  return [part(x), part(y)];
}

/** Which corner the edge begins with. */
function nearestEdge(area: Area, to: Corner): number {
  const distances = area.map((from, index) => distance(to, from, area[(index + 1) % area.length] ?? from));
  return distances.indexOf(Math.min(...distances));
}

/** From a point to the nearest one between two others. */
function distance([x, y]: Corner, [fromX, fromY]: Corner, [toX, toY]: Corner): number {
  const [alongX, alongY] = [toX - fromX, toY - fromY];
  const length = alongX ** 2 + alongY ** 2;
  const part = length === 0 ? 0 : ((x - fromX) * alongX + (y - fromY) * alongY) / length;
  const on = Math.min(1, Math.max(0, part));
  return Math.hypot(x - fromX - on * alongX, y - fromY - on * alongY);
}
