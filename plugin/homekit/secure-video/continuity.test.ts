import { describe, expect, it, test } from 'vitest';
import { Continuity, isHiccup } from './continuity.ts';

describe('pictures', () => {
  /** What is found, by time; `k` marks a keyframe. */
  function found(steps: readonly (number | `k${number}`)[]) {
    const continuity = new Continuity({ fragmentMs: 4000 });
    return steps.flatMap((step) => {
      const keyframe = typeof step === 'string';
      const time = keyframe ? Number(step.slice(1)) : step;
      const broken = continuity.push({ time, keyframe });
      return broken ? [[time, broken.what, ...(broken.what === 'long-group' ? [broken.gopMs] : [])]] : [];
    });
  }

  it.each([
    ['go on', ['k0', 1, 2, 3, 'k4', 5, 6, 7, 'k8.04'], []],
    ['stop for a moment', ['k0', 1, 2.4, 'k3'], []],
    ['stop for longer', ['k0', 1, 2.6], [[2.6, 'gap']]],
    ['leap ahead, to a keyframe', ['k0', 1, 'k12'], [[12, 'gap']]],
    ['go back', ['k0', 1, 0.5], [[0.5, 'gap']]],
    ['stand still', ['k0', 1, 1], [[1, 'gap']]],
    ['come without a keyframe for too long', ['k0', 1, 2, 3, 4, 4.5], [[4.5, 'long-group', 4500]]],
    ['come with a keyframe too late', ['k0', 1, 2, 3, 4, 'k5', 6], [[5, 'long-group', 5000]]],
    ['begin late', ['k5000', 5001], []],
  ] as const)('%s', (_, steps, expected) => {
    expect(found(steps)).toEqual(expected);
  });
});

describe('one group that is too long', () => {
  const usual = { gopMs: 2000, fragmentMs: 4000, previous: undefined };
  test.each([
    ['a hiccup of a camera that does otherwise', usual, true],
    ['the rule where nothing else is known', { ...usual, gopMs: undefined }, false],
    ['the rule where it was measured', { ...usual, gopMs: 10_000 }, false],
    ['the rule when it comes again soon', { ...usual, previous: 960 }, false],
    ['a hiccup when the previous one was long ago', { ...usual, previous: 900 }, true],
    ['no other one when it is seen again', { ...usual, previous: 1000 }, true],
  ])('is %s', (_, known, expected) => {
    expect(isHiccup({ begin: 1000 }, known)).toBe(expected);
  });
});
