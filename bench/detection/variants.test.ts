import { describe, expect, it } from 'vitest';
import type { ClipTruth } from './truth.ts';
import { VARIANTS, variantArgs, variantTruth } from './variants.ts';

const FACTS = { width: 1920, height: 1080, duration: 40, rate: 25 };
const TRUTH: ClipTruth = {
  file: 'a.mp4',
  zone: [
    [
      [0, 0.5],
      [0.25, 0.5],
      [0.25, 1],
    ],
  ],
  acts: [
    {
      ...{ at: 10, phase: 'delivered', early: 3, late: 5 },
      where: { left: 0, top: 0, right: 0.4, bottom: 1 },
    },
    { at: 30, phase: 'removed', early: 3, late: 5 },
  ],
  stays: [{ from: 8, to: 14 }],
  withoutPeople: false,
  note: '',
};
const named = (name: string) => {
  const variant = VARIANTS.find((one) => one.name === name);
  if (!variant) throw new Error(`There is no variant ${name}.`);
  return variant;
};

describe('variantArgs', () => {
  it.each(VARIANTS)('$name goes from the clip to one output', (variant) => {
    const args = variantArgs(variant, FACTS, 'in.mp4', 'out.mp4');
    const graph = args[args.indexOf('-filter_complex') + 1] ?? '';
    expect(graph.match(/\[0:v:0\]/g)).toHaveLength(1);
    expect(graph).toMatch(/scale=640:360/);
    expect(graph).toMatch(/\[out\]$/);
    expect(graph).not.toMatch(/NaN|undefined/);
    expect(args.at(-1)).toBe('out.mp4');
  });

  it('switches to infrared in the middle', () => {
    const graph = named('ir').graph({ width: 640, height: 360, duration: 40, base: 'base' });
    expect(graph).toContain("enable='gte(t,20.00)'");
  });

  it('has the hard cases that are promised', () => {
    expect(VARIANTS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['ir', 'exposure', 'rain', 'headlights', 'insect', 'web', 'low-light', 'shake']),
    );
  });
});

describe('variantTruth', () => {
  it('stays as it is where only the picture changes', () => {
    expect(variantTruth(named('rain'), TRUTH, 40)).toBe(TRUTH);
  });

  it('is mirrored', () => {
    const { zone, acts } = variantTruth(named('mirrored'), TRUTH, 40);
    expect(zone).toEqual([
      [
        [1, 0.5],
        [0.75, 0.5],
        [0.75, 1],
      ],
    ]);
    expect(acts?.[0]?.where).toEqual({ left: 0.6, top: 0, right: 1, bottom: 1 });
  });

  it('is the opposite when played backwards', () => {
    const { acts, stays } = variantTruth(named('reversed'), TRUTH, 40);
    expect(acts).toMatchObject([
      { at: 10, phase: 'delivered' },
      { at: 30, phase: 'removed' },
    ]);
    expect(stays).toEqual([{ from: 26, to: 32 }]);
  });
});
