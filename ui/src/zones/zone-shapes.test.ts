import { describe, expect, it } from 'vitest';
import {
  addArea,
  addCorner,
  type Corner,
  cornerAt,
  type Drawn,
  MOST_AREAS,
  MOST_CORNERS,
  moveCorner,
  removeCorner,
  splitEdge,
  stepOf,
  tap,
} from './zone-shapes.ts';

const NOTHING: Drawn = { areas: [] };
const SQUARE: readonly Corner[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8],
];
const TRIANGLE: readonly Corner[] = [
  [0.3, 0.3],
  [0.7, 0.3],
  [0.5, 0.6],
];
const REACH: Corner = [0.04, 0.06];
const square: Drawn = { areas: [SQUARE], at: { area: 0, corner: 0 } };
const add = (...corners: Corner[]) => corners.reduce(addCorner, NOTHING);

it.each<[string, { clientX: number; clientY: number }, Corner]>([
  ['in the middle', { clientX: 300, clientY: 150 }, [0.5, 0.5]],
  ['to a thousandth', { clientX: 233, clientY: 100 }, [0.333, 0.25]],
  ['beside the picture', { clientX: 20, clientY: 900 }, [0, 1]],
])('a pointer is found %s', (_name, pointer, corner) => {
  expect(cornerAt(pointer, { left: 100, top: 50, width: 400, height: 200 })).toEqual(corner);
});

describe('setting corners', () => {
  it('makes an area of them', () => {
    const { areas, at } = add([0.1, 0.1], [0.5, 0.1], [0.3, 0.6]);
    expect(areas).toHaveLength(1);
    expect(areas[0]?.toSorted()).toEqual([
      [0.1, 0.1],
      [0.3, 0.6],
      [0.5, 0.1],
    ]);
    expect(at?.area).toBe(0);
  });

  it.each<[string, Corner, number]>([
    ['top', [0.5, 0.1], 1],
    ['right', [0.9, 0.5], 2],
    ['bottom', [0.5, 0.9], 3],
    ['left', [0.1, 0.5], 4],
  ])('puts a corner into the %s edge when that is nearest', (_name, corner, place) => {
    const { areas, at } = addCorner(square, corner);
    expect(areas).toEqual([SQUARE.toSpliced(place, 0, corner)]);
    expect(at).toEqual({ area: 0, corner: place });
  });

  it('ends where the hub does', () => {
    const corners = Array.from({ length: 40 }, (_, index): Corner => [index / 40, 0.5]);
    expect(add(...corners).areas[0]).toHaveLength(MOST_CORNERS);
    const { areas } = corners.reduce((drawn) => addArea(drawn), NOTHING);
    expect(areas).toHaveLength(MOST_AREAS);
    expect(addCorner({ areas }, [0, 0]).areas).toHaveLength(MOST_AREAS);
  });
});

describe('a tap', () => {
  const two: Drawn = { areas: [SQUARE, TRIANGLE], at: { area: 1, corner: 0 } };

  it('on an edge sets a corner there, whatever is chosen', () => {
    const { areas, at } = tap(two, [0.81, 0.5], REACH);
    expect(areas).toEqual([SQUARE.toSpliced(2, 0, [0.81, 0.5]), TRIANGLE]);
    expect(at).toEqual({ area: 0, corner: 2 });
  });

  it('in an area that is not chosen chooses its nearest corner', () => {
    expect(tap(two, [0.3, 0.7], REACH)).toEqual({ areas: two.areas, at: { area: 0, corner: 3 } });
  });

  it('elsewhere gives the chosen area another corner', () => {
    expect(tap({ areas: [TRIANGLE], at: { area: 0, corner: 0 } }, [0.5, 0.9], REACH).areas[0]).toHaveLength(
      4,
    );
  });

  it('beside every area, with none chosen, begins another', () => {
    expect(tap({ areas: [TRIANGLE] }, [0.1, 0.9], REACH)).toEqual({
      areas: [TRIANGLE, [[0.1, 0.9]]],
      at: { area: 1, corner: 0 },
    });
  });
});

it('an edge is split in its middle, also the last one', () => {
  expect(splitEdge(square, { area: 0, corner: 3 })).toEqual({
    areas: [[...SQUARE, [0.2, 0.5]]],
    at: { area: 0, corner: 4 },
  });
});

it('a corner is moved, but not out of the picture', () => {
  const { areas } = moveCorner(square, { area: 0, corner: 2 }, [1.4, 0.7004]);
  expect(areas).toEqual([SQUARE.with(2, [1, 0.7])]);
});

it('a corner goes, and the area with its last one', () => {
  let drawn = addArea(NOTHING);
  for (const left of [3, 2, 1]) {
    drawn = removeCorner(drawn, drawn.at ?? { area: 0, corner: 0 });
    expect(drawn.areas[0]).toHaveLength(left);
  }
  expect(removeCorner(drawn, { area: 0, corner: 0 })).toEqual(NOTHING);
});

it.each<[string, boolean, Corner | undefined]>([
  ['ArrowLeft', false, [-0.01, 0]],
  ['ArrowDown', true, [0, 0.05]],
  ['Enter', false, undefined],
])('the key %s, shift %s, moves by %s', (key, shift, step) => {
  expect(stepOf(key, shift)).toEqual(step);
});
