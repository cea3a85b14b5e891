import { expect, test } from 'vitest';
import type { Box } from '../../../protocol/detection.ts';
import type { Detected, PeopleSeen } from '../contract.ts';
import { WHOLE } from '../places.ts';
import { ModelWitness, type Witness } from './model-witness.ts';

const place: Box = { left: 0.4, top: 0.6, right: 0.5, bottom: 0.7 };
const closer: Box = { left: 0.2, top: 0.3, right: 0.7, bottom: 1 };
const elsewhere: Box = { left: 0.8, top: 0.6, right: 0.9, bottom: 0.7 };
const CHANGED = 10_000;
const STILL = 12_000;

const one = (label: Detected['label'], box: Box): Detected => ({ label, score: 0.8, box });
const look = (at: number, packages: Box[], more: Partial<PeopleSeen> = {}): PeopleSeen => ({
  ...{ at, people: [], packages: packages.map((box) => one('package', box)), part: closer },
  ...more,
});
/** It knows packages, and this is how that became known. */
const knows = look(1000, [elsewhere], { part: WHOLE });

test.each<[string, PeopleSeen[], Witness]>([
  ['a box appears', [knows, look(5000, []), look(13_000, [place])], 'came'],
  ['a box that nobody looked for before', [look(13_000, [place])], 'came'],
  ['a box that is larger than the change', [look(13_000, [{ ...place, top: 0.56 }])], 'came'],
  ['a box disappears', [look(5000, [place]), look(13_000, [])], 'went'],
  ['a box is there all the time', [look(5000, [place]), look(13_000, [place])], 'silent'],
  ['none, though it looked closely', [knows, look(5000, []), look(13_000, [])], 'doubted'],
  ['a model that knows people alone', [look(5000, []), look(13_000, [])], 'silent'],
  [
    'none in the whole picture, where it is small',
    [knows, look(5000, [], { part: WHOLE }), look(13_000, [], { part: WHOLE })],
    'silent',
  ],
  [
    'none, but somebody stands before it',
    [look(5000, [place]), look(13_000, [], { people: [one('person', closer)] })],
    'silent',
  ],
  [
    'a box in the hands of somebody, then at the place',
    [look(9000, [place], { people: [one('person', closer)] }), look(13_000, [place])],
    'came',
  ],
  ['a box while it was still moving', [knows, look(5000, []), look(11_000, [place])], 'silent'],
  ['nobody looked since', [look(5000, [place])], 'silent'],
])('%s', (_, looks, expected) => {
  const witness = new ModelWitness();
  for (const each of looks) witness.add(each);
  expect(witness.of(place, CHANGED, STILL)).toBe(expected);
});
