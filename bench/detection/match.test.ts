import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftAfter, matchActs, matchStays, type Told } from './match.ts';
import { type Act, EARLY, LATE, type Phase } from './truth.ts';

const act = (at: number, phase: Phase, more: Partial<Act> = {}): Act => ({
  ...{ at, phase, early: EARLY, late: LATE },
  ...more,
});
const told = (at: number, phase: Phase, more: Partial<Told> = {}): Told => ({
  ...{ at, phase, toldAt: at + 3, corrected: false },
  box: { left: 0.4, top: 0.6, right: 0.6, bottom: 0.8 },
  ...more,
});
const counts = ({ found, missed, wrong }: ReturnType<typeof matchActs>) => [
  found.filter(({ right }) => right).length,
  found.filter(({ right }) => !right).length,
  missed.length,
  wrong.length,
];
const RIGHT_HALF = { left: 0.58, top: 0, right: 1, bottom: 1 };

describe('matchActs', () => {
  it.each<[string, Act[], Told[], number[]]>([
    ['what is told in time is found', [act(10, 'delivered')], [told(12, 'delivered')], [1, 0, 0, 0]],
    ['too early is not', [act(10, 'delivered')], [told(6, 'delivered')], [0, 0, 1, 1]],
    ['too late is not', [act(10, 'delivered')], [told(16, 'delivered')], [0, 0, 1, 1]],
    ['the opposite is found, but not right', [act(10, 'delivered')], [told(11, 'removed')], [0, 1, 0, 0]],
    [
      'the same phase goes before the nearer',
      [act(10, 'delivered'), act(13, 'removed')],
      [told(12, 'delivered'), told(11, 'removed')],
      [2, 0, 0, 0],
    ],
    [
      'told twice is false once',
      [act(10, 'removed')],
      [told(10, 'removed'), told(11, 'removed')],
      [1, 0, 0, 1],
    ],
    ['elsewhere is false', [act(10, 'removed', { where: RIGHT_HALF })], [told(10, 'removed')], [0, 0, 1, 1]],
    [
      'what was taken back finds nothing',
      [act(10, 'removed')],
      [told(10, 'removed', { corrected: true })],
      [0, 0, 1, 1],
    ],
    ['nothing expected', [], [told(10, 'removed')], [0, 0, 0, 1]],
  ])('%s', (_, acts, events, expected) => {
    expect(counts(matchActs(acts, events, []))).toEqual(expected);
  });

  it('waits for whoever stands before it', () => {
    const stays = [{ from: 8, to: 30 }];
    expect(counts(matchActs([act(10, 'delivered')], [told(33, 'delivered')], stays))).toEqual([1, 0, 0, 0]);
    expect(counts(matchActs([act(10, 'delivered')], [told(36, 'delivered')], stays))).toEqual([0, 0, 1, 1]);
  });

  it('counts each act and each event once', () => {
    const phase = fc.constantFrom<Phase[]>('delivered', 'removed');
    const moment = fc.tuple(fc.integer({ min: 0, max: 40 }), phase);
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 8 }), fc.array(moment, { maxLength: 8 }), (truth, said) => {
        const acts = truth.map(([at, what]) => act(at, what));
        const events = said.map(([at, what]) => told(at, what));
        const { found, missed, wrong } = matchActs(acts, events, []);
        expect(found.length + missed.length).toBe(acts.length);
        expect(found.length + wrong.length).toBe(events.length);
        expect(new Set(found.map((pair) => pair.act)).size).toBe(found.length);
      }),
    );
  });
});

describe('leftAfter', () => {
  it.each([
    [10, 12],
    [12.5, 12],
    [20, undefined],
    [31, 40],
  ])('at %s s', (at, expected) => {
    const stays = [
      { from: 8, to: 12 },
      { from: 30, to: 34 },
      { from: 31, to: 40 },
    ];
    expect(leftAfter(at, stays)).toBe(expected);
  });
});

describe('matchStays', () => {
  it('finds those in which somebody was told of, and visits of nobody', () => {
    const truth = [
      { from: 5, to: 9 },
      { from: 20, to: 25 },
    ];
    const visits = [
      { from: 7, to: 8 },
      { from: 40, to: 41 },
    ];
    expect(matchStays(truth, visits)).toEqual({ found: [truth[0]], missed: [truth[1]], wrong: [visits[1]] });
  });
});
