import { describe, expect, test } from 'vitest';
import { type Facts, isLight, judge } from './judge.ts';
import type { Change } from './structure.ts';

const parcelChange: Change = {
  likeness: 0.05,
  kept: 0.02,
  structure: 100,
  luma: 40,
  colour: 15,
  evenness: 0.2,
  sharpness: 0.75,
};

const ready: Facts = {
  ...{
    still: 2.2,
    stirring: 0,
    restless: 0,
    inZone: 1,
    width: 0.12,
    height: 0.15,
    area: 0.012,
    fresh: 0,
    lively: 0,
    drifted: 0,
  },
  ...{ change: parcelChange, people: true, visited: true, presence: 'nobody' },
};

describe('a place that differs', () => {
  test.each<[string, Partial<Facts>, ReturnType<typeof judge>]>([
    ['still, visited, nobody there', {}, { do: 'tell' }],
    ['not still yet', { still: 1 }, { do: 'wait', for: 'stillness' }],
    ['it begins to change', { stirring: 0.5 }, { do: 'wait', for: 'stillness' }],
    ['something moves beside it', { restless: 0.3 }, { do: 'wait', for: 'stillness' }],
    ['something always moves beside it', { restless: 0.3, still: 9 }, { do: 'tell' }],
    ['somebody is there', { presence: 'somebody', still: 60 }, { do: 'wait', for: 'nobody-near' }],
    ['nobody has looked', { presence: 'unknown' }, { do: 'wait', for: 'closer-look' }],
    ['nobody looks for long', { presence: 'unknown', still: 6 }, { do: 'tell' }],
    ['no visit yet', { visited: false }, { do: 'wait', for: 'visit' }],
    ['no visit explains it', { visited: false, still: 9 }, { do: 'absorb' }],
    ['without people', { people: false, visited: false, presence: 'unknown' }, { do: 'tell' }],
    [
      'without people, gray and weak',
      { people: false, change: { ...parcelChange, luma: 12, colour: 2 } },
      { do: 'absorb' },
    ],
    ['outside of the doorstep', { inZone: 0.2 }, { do: 'wait', for: 'stillness' }],
    ['outside of the doorstep for long', { inZone: 0.2, still: 20 }, { do: 'absorb' }],
    ['too small', { width: 0.01, still: 20 }, { do: 'absorb' }],
    ['wide, close to the camera', { width: 0.6, height: 0.2, area: 0.09 }, { do: 'tell' }],
    ['as tall as a person', { height: 0.8, still: 20 }, { do: 'absorb' }],
    ['left bare by somebody who stood there', { fresh: 0.6 }, { do: 'absorb' }],
    ['leaves', { lively: 0.6 }, { do: 'absorb' }],
    ['light creeps over it', { drifted: 0.9 }, { do: 'absorb' }],
    ['light', { change: { ...parcelChange, likeness: 0.9, kept: 0.8, colour: 1 } }, { do: 'absorb' }],
  ])('%s', (_, facts, expected) => expect(judge({ ...ready, ...facts }, 0)).toEqual(expected));

  test('answers of the household move the patience and the sizes, within bounds', () => {
    expect(judge({ ...ready, still: 1.8 }, 1)).toEqual({ do: 'tell' });
    expect(judge({ ...ready, still: 2.1 }, -1)).toEqual({ do: 'wait', for: 'stillness' });
  });
});

test.each<[string, Partial<Change>, boolean]>([
  ['a parcel', {}, false],
  ['a shadow on boards', { likeness: 0.85, kept: 0.6, colour: 2 }, true],
  ['a soft shadow on plain ground', { evenness: 0.9, sharpness: 0.4, colour: 2 }, true],
  ['a plain gray box before carpet', { evenness: 0.8, colour: 0, likeness: -0.18, structure: 1000 }, false],
  [
    'a gray box before a floor with some pattern',
    { evenness: 0.78, colour: 2, likeness: 0.11, structure: 170, sharpness: 0.78 },
    false,
  ],
  ['a sharp gray shadow on plain ground', { evenness: 0.8, colour: 0, likeness: 0.05, structure: 20 }, true],
  ['hardly anything', { luma: 4, colour: 2 }, true],
  ['shade of another colour on the same structure', { likeness: 0.99, kept: 0.66, colour: 14 }, true],
  [
    'a tint over a floor with little structure',
    { luma: 3, colour: 10.1, likeness: 0.39, kept: 0.57, structure: 20 },
    true,
  ],
  [
    'an envelope as bright as the floor',
    { luma: 3, colour: 14, likeness: 0.1, kept: 0.1, structure: 20 },
    false,
  ],
  ['other colour over the same structure', { likeness: 0.9, kept: 0.9, colour: 30 }, false],
  ['structure that is much stronger', { likeness: 0.9, kept: 4, colour: 2 }, false],
])('light: %s', (_, change, expected) => expect(isLight({ ...parcelChange, ...change }, 0)).toBe(expected));
