import { describe, expect, it } from 'vitest';
import {
  addArea,
  addCorner,
  type Corner,
  cornerAt,
  type Drawn,
  fromSettings,
  MOST_AREAS,
  MOST_CORNERS,
  moveCorner,
  removeCorner,
  stepOf,
  toSettings,
} from './mask-shapes.ts';

const NOTHING: Drawn = { masks: [] };
const SQUARE: readonly Corner[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8],
];
const square: Drawn = { masks: [SQUARE], at: { area: 0, corner: 0 } };
const tap = (...corners: Corner[]) => corners.reduce(addCorner, NOTHING);

it.each<[string, { clientX: number; clientY: number }, Corner]>([
  ['in the middle', { clientX: 300, clientY: 150 }, [0.5, 0.5]],
  ['to a thousandth', { clientX: 233, clientY: 100 }, [0.333, 0.25]],
  ['beside the picture', { clientX: 20, clientY: 900 }, [0, 1]],
])('a pointer is found %s', (_name, pointer, corner) => {
  expect(cornerAt(pointer, { left: 100, top: 50, width: 400, height: 200 })).toEqual(corner);
});

describe('tapping', () => {
  it('makes an area of its corners', () => {
    const { masks, at } = tap([0.1, 0.1], [0.5, 0.1], [0.3, 0.6]);
    expect(masks).toHaveLength(1);
    expect(masks[0]?.toSorted()).toEqual([
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
    const { masks, at } = addCorner(square, corner);
    expect(masks).toEqual([SQUARE.toSpliced(place, 0, corner)]);
    expect(at).toEqual({ area: 0, corner: place });
  });

  it('ends where the configuration does', () => {
    const corners = Array.from({ length: 40 }, (_, index): Corner => [index / 40, 0.5]);
    expect(tap(...corners).masks[0]).toHaveLength(MOST_CORNERS);
    const areas = corners.reduce((drawn) => addArea(drawn), NOTHING);
    expect(areas.masks).toHaveLength(MOST_AREAS);
    expect(addCorner({ masks: areas.masks }, [0, 0]).masks).toHaveLength(MOST_AREAS);
  });
});

it('a corner is moved, but not out of the picture', () => {
  const { masks } = moveCorner(square, { area: 0, corner: 2 }, [1.4, 0.7004]);
  expect(masks).toEqual([SQUARE.with(2, [1, 0.7])]);
});

it('a corner goes, and the area with its last one', () => {
  let drawn = addArea(NOTHING);
  for (const left of [3, 2, 1]) {
    drawn = removeCorner(drawn, drawn.at ?? { area: 0, corner: 0 });
    expect(drawn.masks[0]).toHaveLength(left);
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

describe('the line for the settings', () => {
  it('holds the finished areas', () => {
    expect(toSettings([SQUARE, [[0, 0]]])).toBe('"masks": [[[0.2,0.2],[0.8,0.2],[0.8,0.8],[0.2,0.8]]]');
  });

  it.each([
    toSettings([SQUARE]),
    JSON.stringify([SQUARE]),
    ` "masks" : ${JSON.stringify([SQUARE], null, 2)},\n`,
  ])('is read back from %j', (text) => {
    expect(fromSettings(text)).toEqual([SQUARE]);
  });

  it.each(['', 'no', '{}', '[[]]', '[[[0,0],[1,1]]]', '[[[0,0],[1,1],[2,0]]]', '[[[0,0],[1,1],[0,"1"]]]'])(
    'is not read from %j',
    (text) => expect(fromSettings(text)).toBeUndefined(),
  );
});
