import { expect, it } from 'vitest';
import type { Zones } from '../../../protocol/detection.ts';
import { addArea, addCorner, moveCorner, removeArea } from './zone-shapes.ts';
import {
  changed,
  changedKinds,
  chosenKind,
  drawnIn,
  rebased,
  type Sketch,
  savedAs,
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

const SQUARE: [number, number][] = [...TRIANGLE, [0, 0.5]];

it('keeps what is drawn when somebody else has drawn another kind, also when it is undone', () => {
  const mine = changed(chosenKind(fresh, 'motion'), addArea);
  const theirs: Zones = { ...saved, privacy: [SQUARE] };
  const both = rebased(mine, saved, theirs);
  expect(changedKinds(both, theirs)).toEqual(['motion']);
  expect(zonesOf(both).privacy).toEqual([SQUARE]);
  expect(zonesOf(undone(both))).toEqual(theirs);
});

it('loses no area that somebody else added to the same kind', () => {
  const mine = changed(fresh, (drawn) => moveCorner(drawn, { area: 0, corner: 0 }, [0.1, 0]));
  const both = rebased(mine, saved, { ...saved, doorstep: [TRIANGLE, SQUARE] });
  expect(zonesOf(both).doorstep).toEqual([zonesOf(mine).doorstep[0], SQUARE]);
});

it('keeps what was drawn while it was saved', () => {
  const sent = changed(fresh, addArea);
  const reply = zonesOf(sent);
  expect(savedAs(sent, sent, reply).past).toEqual([]);
  const later = changed(sent, addArea);
  expect(zonesOf(savedAs(later, sent, reply)).doorstep).toHaveLength(3);
  expect(changedKinds(savedAs(later, sent, reply), reply)).toEqual(['doorstep']);
});
