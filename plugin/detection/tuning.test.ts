import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type GivenAnswer, leaningsOf, tuningFrom } from './tuning.ts';

const right: GivenAnswer = { kind: 'package', phase: 'delivered', answer: 'right' };
const wrong: GivenAnswer = { ...right, answer: 'wrong' };
const times = (count: number, answer: GivenAnswer) => Array.from({ length: count }, () => answer);

test.each<[string, GivenAnswer[], number]>([
  ['nobody answered', [], 0],
  ['one was right', [right], 0],
  ['one was wrong', [wrong], -0.15],
  ['two were wrong', [wrong, wrong], -0.2925],
  ['wrong, then right', [wrong, right], -0.135],
  ['right, then wrong', [right, wrong], -0.15],
  ['nine were wrong', times(9, wrong), -1],
  ['ever so many were wrong', times(500, wrong), -1],
  ['nine were wrong and then seven right', [...times(9, wrong), ...times(7, right)], -0.478],
  ['a correction was wrong', [{ ...wrong, phase: 'corrected' }], 0],
])('%s', (_what, answers, expected) => {
  expect(tuningFrom(answers).package).toBeCloseTo(expected, 3);
});

test('each kind leans by itself, and all answers are counted', () => {
  const answers: GivenAnswer[] = [
    { kind: 'motion', phase: 'start', answer: 'wrong' },
    { kind: 'person', phase: 'start', answer: 'right' },
    { ...wrong, phase: 'removed' },
    wrong,
  ];
  const tuning = tuningFrom(answers);
  expect(tuning).toEqual({ motion: -0.15, person: 0, package: expect.closeTo(-0.2925), right: 1, wrong: 3 });
  expect(leaningsOf(tuning)).toEqual({ motion: -0.15, person: 0, package: tuning.package });
});

const given = fc.record<GivenAnswer>({
  kind: fc.constantFrom('motion', 'person', 'package'),
  phase: fc.constantFrom('start', 'delivered', 'removed', 'corrected'),
  answer: fc.constantFrom('right', 'wrong'),
});
const answers = fc.array(given, { maxLength: 60 });
const KINDS = ['motion', 'person', 'package'] as const;

test('a leaning stays within its bounds', () => {
  fc.assert(
    fc.property(answers, (all) => {
      for (const kind of KINDS) {
        expect(tuningFrom(all)[kind]).toBeGreaterThanOrEqual(-1);
        expect(tuningFrom(all)[kind]).toBeLessThanOrEqual(1);
      }
    }),
  );
});

test('one answer, given, changed or taken back, never moves more than 0.2', () => {
  fc.assert(
    fc.property(answers, given, answers, (before, one, after) => {
      const without = tuningFrom([...before, ...after]);
      const with_ = tuningFrom([...before, one, ...after]);
      const other = { ...one, answer: one.answer === 'right' ? 'wrong' : 'right' } as const;
      const changed = tuningFrom([...before, other, ...after]);
      for (const kind of KINDS) {
        expect(Math.abs(with_[kind] - without[kind])).toBeLessThanOrEqual(0.2);
        expect(Math.abs(with_[kind] - changed[kind])).toBeLessThanOrEqual(0.2);
      }
    }),
  );
});

test('wrong makes it more careful and right does not', () => {
  fc.assert(
    fc.property(answers, fc.constantFrom('start', 'delivered', 'removed'), (before, phase) => {
      for (const kind of KINDS) {
        const was = tuningFrom(before)[kind];
        const wronged = tuningFrom([...before, { kind, phase, answer: 'wrong' }])[kind];
        expect(wronged).toBeLessThanOrEqual(was);
        if (was > -1) expect(wronged).toBeLessThan(was);
        expect(tuningFrom([...before, { kind, phase, answer: 'right' }])[kind]).toBeGreaterThanOrEqual(was);
      }
    }),
  );
});

test('what was said last counts more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (first, second) => {
      const lastWrong = tuningFrom([...times(first, right), ...times(second, wrong)]).package;
      const lastRight = tuningFrom([...times(second, wrong), ...times(first, right)]).package;
      expect(lastWrong).toBeLessThan(lastRight);
    }),
  );
});
