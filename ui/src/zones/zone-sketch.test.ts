import { expect, it } from 'vitest';
import type { Zones } from '../../../protocol/detection.ts';
import { addArea, addCorner, moveCorner, removeArea } from './zone-shapes.ts';
import {
  changed,
  changedKinds,
  chosenKind,
  drawnIn,
  type Sketch,
  sketchOf,
  undone,
  zonesOf,
} from './zone-sketch.ts';

const TRIANGLE: [number, number][] = [
  [0, 0],
  [1, 0],
  [0.5, 0.5],
];
const saved: Zones = { doorstep: [TRIANGLE], motion: [], ignore: [], privacy: [] };
const fresh = sketchOf(saved, 'doorstep');
const drag = (sketch: Sketch, x: number, gesture: string) =>
  changed(sketch, (drawn) => moveCorner(drawn, { area: 0, corner: 0 }, [x, 0]), gesture);

it('goes back a drag as one step, and another drag as another', () => {
  const dragged = [0.1, 0.2, 0.3].reduce((sketch, x) => drag(sketch, x, 'one'), fresh);
  const twice = drag(dragged, 0.4, 'two');
  expect(undone(twice).areas).toEqual(dragged.areas);
  expect(undone(undone(twice)).areas).toEqual(fresh.areas);
});

it('keeps to one step while a corner is only chosen in between', () => {
  const chosen = changed(drag(fresh, 0.1, 'one'), ({ areas }) => ({ areas, at: { area: 0, corner: 1 } }));
  expect(chosen.at).toEqual({ area: 0, corner: 1 });
  expect(chosen.past).toHaveLength(1);
});

it('shows what it goes back to, though another kind is drawn now', () => {
  const two = chosenKind(
    changed(fresh, (drawn) => removeArea(drawn, 0)),
    'privacy',
  );
  const back = undone(two);
  expect(back.kind).toBe('doorstep');
  expect(drawnIn(back).areas).toEqual([TRIANGLE]);
  expect(undone(back)).toEqual(back);
});

it('tells the hub of finished areas alone, and which kinds are new', () => {
  const privacy = changed(chosenKind(fresh, 'privacy'), addArea);
  const unfinished = changed(chosenKind(privacy, 'ignore'), (drawn) => addCorner(drawn, [0.1, 0.1]));
  expect(zonesOf(unfinished)).toMatchObject({ doorstep: [TRIANGLE], ignore: [] });
  expect(zonesOf(unfinished).privacy[0]).toHaveLength(4);
  expect(changedKinds(unfinished, saved)).toEqual(['privacy']);
  expect(changedKinds(fresh, saved)).toEqual([]);
});
