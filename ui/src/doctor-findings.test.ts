import { expect, test } from 'vitest';
import type { Verdict } from '../../protocol/api.ts';
import { countFindings, curesOf, sortFindings } from './doctor-findings.ts';

const verdict = (check: string, judgement: Verdict['judgement']): Verdict => ({
  check,
  judgement,
  found: 'So.',
});
const verdicts = [
  verdict('codec', 'good'),
  verdict('clock', 'unknown'),
  verdict('audio', 'could-be-better'),
  verdict('gop', 'bad'),
  verdict('talk', 'unknown'),
];

test('what is bad comes first, then what could be better; the others keep their order', () => {
  const { open, unsure, well } = sortFindings(verdicts);
  expect(open.map(({ check }) => check)).toEqual(['gop', 'audio']);
  expect(unsure.map(({ check }) => check)).toEqual(['clock', 'talk']);
  expect(well.map(({ check }) => check)).toEqual(['codec']);
});

test('the count knows what asks for something', () => {
  expect(countFindings(verdicts)).toEqual({ bad: 1, better: 1 });
  expect(countFindings([])).toEqual({ bad: 0, better: 0 });
});

test('one check is one thing, the worst that was said of it', () => {
  expect(
    countFindings([...verdicts, verdict('gop', 'could-be-better'), verdict('audio', 'could-be-better')]),
  ).toEqual({
    bad: 1,
    better: 1,
  });
});

test('cures are known by their words', () => {
  expect([...curesOf([...verdicts, { ...verdict('gop', 'bad'), cure: 'Set it.' }])]).toEqual(['Set it.']);
});
