/** Masks as a camera puts them into its own picture: black, before it encodes. */

/** Corners from 0 (left, top) to 1. */
type Polygon = readonly (readonly [number, number])[];

const BLACK = { y: 16, uv: 128 };

/** Makes the areas black in a yuv420p picture. Pixels whose middle lies inside count (even-odd rule). */
export function hideAreas(
  picture: Buffer,
  { width, height }: { width: number; height: number },
  polygons: readonly Polygon[],
): void {
  const chroma = { width: width / 2, height: height / 2 };
  const planes = [
    { at: 0, width, height, value: BLACK.y },
    { at: width * height, ...chroma, value: BLACK.uv },
    { at: width * height + chroma.width * chroma.height, ...chroma, value: BLACK.uv },
  ];
  for (const polygon of polygons) {
    for (const plane of planes) {
      for (let row = 0; row < plane.height; row++) {
        for (const [from, to] of spans(polygon, (row + 0.5) / plane.height)) {
          const start = plane.at + row * plane.width;
          const left = Math.max(0, Math.round(from * plane.width));
          const right = Math.min(plane.width, Math.round(to * plane.width));
          if (right > left) picture.fill(plane.value, start + left, start + right);
        }
      }
    }
  }
}

/** Where a level line is inside the polygon. */
function spans(polygon: Polygon, level: number): [number, number][] {
  const crossings = polygon
    .flatMap(([x0, y0], index) => {
      const [x1, y1] = polygon[(index + 1) % polygon.length] ?? [x0, y0];
      return y0 <= level === y1 <= level ? [] : [x0 + ((level - y0) / (y1 - y0)) * (x1 - x0)];
    })
    .sort((a, b) => a - b);
  const pairs: [number, number][] = [];
  for (let index = 0; index + 1 < crossings.length; index += 2)
    pairs.push([crossings[index] ?? 0, crossings[index + 1] ?? 0]);
  return pairs;
}
