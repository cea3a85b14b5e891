import { describe, expect, it } from 'vitest';
import { coveringRectangles, maskFilters, type Polygon, type Rectangle } from './masks.ts';

const box = (left: number, top: number, right: number, bottom: number): Polygon => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];

const covers = (rectangles: readonly Rectangle[], x: number, y: number) =>
  rectangles.some(({ left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom);

const area = (rectangles: readonly Rectangle[]) =>
  rectangles.reduce((sum, { left, top, right, bottom }) => sum + (right - left) * (bottom - top), 0);

const TRIANGLE: Polygon = [
  [0.5, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];
const ARROW: Polygon = [
  [0.1, 0.1],
  [0.9, 0.5],
  [0.1, 0.9],
  [0.4, 0.5],
];
const BOW_TIE: Polygon = [
  [0.1, 0.1],
  [0.9, 0.9],
  [0.9, 0.1],
  [0.1, 0.9],
];
/** Its middle is wound around twice. */
const STAR: Polygon = [0, 2, 4, 1, 3].map((point) => {
  const angle = (point * 2 * Math.PI) / 5 - Math.PI / 2;
  return [0.5 + 0.4 * Math.cos(angle), 0.5 + 0.4 * Math.sin(angle)] as const;
});

/** Whether the polygon winds around a point: the sum of the angles under which it sees the edges. */
function inside(polygon: Polygon, x: number, y: number): boolean {
  let turned = 0;
  for (const [index, [ax, ay]] of polygon.entries()) {
    const [bx, by] = polygon[(index + 1) % polygon.length] ?? [0, 0];
    const angle = Math.atan2(by - y, bx - x) - Math.atan2(ay - y, ax - x);
    turned += Math.atan2(Math.sin(angle), Math.cos(angle));
  }
  return Math.abs(turned) > Math.PI;
}

describe('rectangles that cover masks', () => {
  it.each([
    ['nothing', [], []],
    ['a rectangle', [box(0.2, 0.3, 0.6, 0.5)], [{ left: 0.2, top: 0.3, right: 0.6, bottom: 0.5 }]],
    [
      'a rectangle with the corners the other way round',
      [box(0.2, 0.3, 0.6, 0.5).toReversed()],
      [{ left: 0.2, top: 0.3, right: 0.6, bottom: 0.5 }],
    ],
    [
      'what reaches beyond the picture',
      [box(-0.5, 0.5, 0.25, 7)],
      [{ left: 0, top: 0.5, right: 0.25, bottom: 1 }],
    ],
    [
      'an L',
      [
        [
          [0, 0],
          [0.5, 0],
          [0.5, 0.5],
          [1, 0.5],
          [1, 1],
          [0, 1],
        ] as Polygon,
      ],
      [
        { left: 0, top: 0, right: 0.5, bottom: 0.5 },
        { left: 0, top: 0.5, right: 1, bottom: 1 },
      ],
    ],
    ['a line, which has nothing inside', [box(0.2, 0.5, 0.8, 0.5)], []],
  ])('%s', (_, polygons, expected) => {
    expect(coveringRectangles(polygons)).toEqual(expected);
  });

  it.each([
    ['a triangle', TRIANGLE, 0.32],
    ['an arrow with a notch', ARROW, 0.2],
    ['a bow tie', BOW_TIE, 0.32],
    ['a star, its middle too', STAR, 0.18],
    [
      'a sliver',
      [
        [0.1, 0.1],
        [0.9, 0.12],
        [0.9, 0.121],
      ] as Polygon,
      0.0004,
    ],
  ])('%s: all of it, and not much more', (_, polygon, size) => {
    const rectangles = coveringRectangles([polygon]);
    for (let x = 0.005; x < 1; x += 0.01)
      for (let y = 0.005; y < 1; y += 0.01)
        if (inside(polygon, x, y)) expect([x, y, covers(rectangles, x, y)]).toEqual([x, y, true]);
    for (const [x, y] of polygon) expect(covers(rectangles, x, y)).toBe(true);
    expect(area(rectangles)).toBeLessThan(size * 1.2 + 0.02);
    expect(rectangles.length).toBeLessThan(100);
  });

  it('stays small for as many masks as can be configured', () => {
    const ragged = Array.from({ length: 16 }, () => STAR);
    expect(coveringRectangles(ragged).length).toBeLessThan(600);
  });
});

describe('filters that fill masks', () => {
  it('round outwards', () => {
    const [filter] = maskFilters([{ left: 1 / 3, top: 0, right: 2 / 3, bottom: 1 }]);
    expect(filter).toBe(
      "drawbox=x='floor(iw*0.3333333)':y='floor(ih*0.0000000)'" +
        ":w='max(1,ceil(iw*0.6666667)-floor(iw*0.3333333))':h='max(1,ceil(ih*1.0000000)-floor(ih*0.0000000))'" +
        ':color=black:t=fill',
    );
  });
});
