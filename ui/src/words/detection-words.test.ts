import { expect, it } from 'vitest';
import type { Tuning } from '../../../protocol/detection.ts';
import { personWords, ruleWords, thanksWords, tuningWords } from './detection-words.ts';

it.each([
  [0.62, 'Person, sure'],
  [0.38, 'Person, likely'],
])('a score of %s is "%s"', (score, text) => expect(personWords(score)).toBe(text));

it.each([
  ['new-after-visit', 'package', 'Something new lies there after a visit.'],
  ['a rule of a newer hub', 'person', 'A person was seen.'],
] as const)('the rule %s of a %s is "%s"', (rule, kind, text) => {
  expect(ruleWords({ rule: rule as 'moved', kind })).toBe(text);
});

it.each([
  ['wrong', 'delivered', 'Thank you. This camera is now a little more careful.'],
  ['wrong', 'corrected', 'Thank you. It is noted.'],
  ['right', 'removed', 'Thank you. That is good to know.'],
  [undefined, 'removed', undefined],
] as const)('%s on %s is answered by %j', (answer, phase, text) => {
  expect(thanksWords({ phase, ...(answer && { answer }) })).toBe(text);
});

const tuning = (more: Partial<Tuning>): Tuning => ({
  ...{ motion: 0, person: 0, package: 0, right: 0, wrong: 0 },
  ...more,
});

it.each<[Partial<Tuning>, string | undefined]>([
  [{}, undefined],
  [{ right: 2 }, '2 right, 0 wrong · as shipped'],
  [{ right: 3, wrong: 1, package: -0.2 }, '3 right, 1 wrong · a little more careful with parcels'],
  [
    { wrong: 7, motion: -0.8, person: 0.1 },
    '0 right, 7 wrong · more careful with motion · a little keener on people',
  ],
])('%j is told as %j', (more, text) => expect(tuningWords(tuning(more))).toBe(text));
