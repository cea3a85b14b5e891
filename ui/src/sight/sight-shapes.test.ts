import { expect, it } from 'vitest';
import { movingPath, placeOf } from './sight-shapes.ts';

it.each([
  ['nothing', 4, '00000000', ''],
  ['cells side by side as one', 4, '01100000', 'M1 0h2v1h-2z'],
  ['a run over the end of a row as two', 4, '00111100', 'M2 0h2v1h-2zM0 1h2v1h-2z'],
  ['whole rows', 2, '1111', 'M0 0h2v1h-2zM0 1h2v1h-2z'],
])('draws %s', (_name, columns, cells, path) => {
  expect(movingPath({ columns, rows: cells.length / columns, cells })).toBe(path);
});

it('places a box in per cent', () => {
  expect(placeOf({ left: 0.1, top: 0.25, right: 0.4, bottom: 1 })).toEqual({
    left: '10%',
    top: '25%',
    width: '30%',
    height: '75%',
  });
});
