/** Privacy masks as rectangles, which is what ffmpeg can fill. Pure: polygons in, rectangles out. */

/** Corners as [x, y], from 0 (left, top) to 1; closed by itself, of any shape, also one that crosses itself. */
export type Polygon = readonly (readonly [x: number, y: number])[];

/** In parts of the picture, 0 to 1. */
export interface Rectangle {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** For all polygons together: each rectangle costs ffmpeg a filter. A picture whose edges are a staircase is not worth more. */
const MOST_ROWS = 128;
const MOST_ROWS_OF_ONE = 32;

/**
 * Few rectangles that cover every point inside or on the edge of these polygons, and little else: slopes become stairs, rounded
 * outwards. What winds around a point counts as covering it (the "non-zero" rule), whichever way the corners go.
 */
export function coveringRectangles(polygons: readonly Polygon[]): Rectangle[] {
  const rows = Math.max(4, Math.min(MOST_ROWS_OF_ONE, Math.floor(MOST_ROWS / Math.max(1, polygons.length))));
  return polygons.flatMap((polygon) => coverOne(polygon, rows));
}

interface Edge {
  /** From top to bottom. */
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** +1 where the polygon goes down, -1 where it goes up. */
  turn: 1 | -1;
}

function coverOne(polygon: Polygon, rows: number): Rectangle[] {
  const edges = edgesOf(polygon.map(([x, y]) => [within(x), within(y)] as const));
  const levels = [...new Set([...edges.flatMap(({ y0, y1 }) => [y0, y1]), ...crossings(edges)])].sort(
    (a, b) => a - b,
  );
  const height = (levels.at(-1) ?? 0) - (levels[0] ?? 0);
  const covered: Rectangle[] = [];
  for (const [index, top] of levels.entries()) {
    const bottom = levels[index + 1];
    if (bottom === undefined) break;
    const across = edges.filter(({ y0, y1 }) => y0 <= top && y1 >= bottom);
    const sloped = across.some(({ x0, x1 }) => x0 !== x1);
    const steps = sloped ? Math.max(1, Math.round((rows * (bottom - top)) / height)) : 1;
    for (let step = 0; step < steps; step++) {
      const from = top + ((bottom - top) * step) / steps;
      const to = step === steps - 1 ? bottom : top + ((bottom - top) * (step + 1)) / steps;
      covered.push(...coverRow(across, from, to));
    }
  }
  return covered;
}

const within = (value: number) => Math.min(1, Math.max(0, value));

function edgesOf(polygon: Polygon): Edge[] {
  return polygon.flatMap(([x, y], index): Edge[] => {
    const [nextX, nextY] = polygon[(index + 1) % polygon.length] ?? [x, y];
    if (y === nextY) return [];
    return y < nextY
      ? [{ x0: x, y0: y, x1: nextX, y1: nextY, turn: 1 }]
      : [{ x0: nextX, y0: nextY, x1: x, y1: y, turn: -1 }];
  });
}

/** Heights at which two edges cross, so that between two levels their order stays. */
function crossings(edges: readonly Edge[]): number[] {
  return edges.flatMap((one, index) =>
    edges.slice(index + 1).flatMap((other) => {
      const top = Math.max(one.y0, other.y0);
      const bottom = Math.min(one.y1, other.y1);
      if (top >= bottom) return [];
      const before = xAt(one, top) - xAt(other, top);
      const after = xAt(one, bottom) - xAt(other, bottom);
      return before * after < 0 ? [top + ((bottom - top) * before) / (before - after)] : [];
    }),
  );
}

const xAt = ({ x0, y0, x1, y1 }: Edge, y: number) => x0 + ((x1 - x0) * (y - y0)) / (y1 - y0);

/** Between two heights without a corner or a crossing between them. */
function coverRow(across: readonly Edge[], top: number, bottom: number): Rectangle[] {
  const middle = (top + bottom) / 2;
  const ordered = across.toSorted((a, b) => xAt(a, middle) - xAt(b, middle));
  const covered: Rectangle[] = [];
  let winding = 0;
  let left = 0;
  for (const edge of ordered) {
    const ends = [xAt(edge, top), xAt(edge, bottom)];
    if (winding === 0) left = Math.min(...ends);
    winding += edge.turn;
    if (winding === 0) covered.push({ left, top, right: Math.max(...ends), bottom });
  }
  return covered;
}

/** Digits behind the point: a thousandth of a pixel even of an 8K picture. */
const SCALE = 1e7;

/**
 * ffmpeg filters that make these rectangles black, to whole pixels rounded outwards, whatever the size of the picture; empty for none.
 * They fill in place and take only opaque 8-bit pictures, into which ffmpeg turns others.
 */
export function maskFilters(rectangles: readonly Rectangle[]): string[] {
  return rectangles.map(({ left, top, right, bottom }) => {
    const x = `floor(iw*${down(left)})`;
    const y = `floor(ih*${down(top)})`;
    const w = `max(1,ceil(iw*${up(right)})-${x})`;
    const h = `max(1,ceil(ih*${up(bottom)})-${y})`;
    return `drawbox=x='${x}':y='${y}':w='${w}':h='${h}':color=black:t=fill`;
  });
}

const down = (part: number) => (Math.floor(part * SCALE) / SCALE).toFixed(7);
const up = (part: number) => (Math.ceil(part * SCALE) / SCALE).toFixed(7);
