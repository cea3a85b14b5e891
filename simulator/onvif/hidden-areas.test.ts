import { describe, expect, test } from 'vitest';
import { hideAreas } from './hidden-areas.ts';

const SIZE = { width: 8, height: 4 };
const WHITE = 235;

function hidden(...polygons: [number, number][][]): string[] {
  const picture = Buffer.alloc((SIZE.width * SIZE.height * 3) / 2, WHITE);
  hideAreas(picture, SIZE, polygons);
  return Array.from({ length: SIZE.height }, (_, row) =>
    [...picture.subarray(row * SIZE.width, (row + 1) * SIZE.width)]
      .map((y) => (y === 16 ? '#' : '.'))
      .join(''),
  );
}

describe('hidden areas', () => {
  test('nothing', () => expect(hidden()).toEqual(['........', '........', '........', '........']));

  test('a rectangle', () =>
    expect(
      hidden([
        [0, 0.5],
        [0.5, 0.5],
        [0.5, 1],
        [0, 1],
      ]),
    ).toEqual(['........', '........', '####....', '####....']));

  test('a triangle, and all of it where it reaches beyond the picture', () =>
    expect(
      hidden([
        [1, 0],
        [2, 2],
        [0, 1],
      ]),
    ).toEqual(['.......#', '.....###', '...#####', '.#######']));

  test('colour goes, too', () => {
    const picture = Buffer.alloc(48, WHITE);
    hideAreas(picture, SIZE, [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    ]);
    expect([...new Set(picture.subarray(32))]).toEqual([128]);
  });
});
