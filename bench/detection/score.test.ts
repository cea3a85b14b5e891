import { describe, expect, it } from 'vitest';
import type { ToldEvent } from './heard.ts';
import { withBlock } from './report.ts';
import { type ClipOutcome, scoreClip, summarize, targets } from './score.ts';
import { type ClipTruth, EARLY, LATE } from './truth.ts';

const BOX = { left: 0.4, top: 0.6, right: 0.6, bottom: 0.8 };
const CROP = { width: 1, height: 1, rgb: new Uint8Array(3) };

const event = (at: number, toldAt: number, phase: 'delivered' | 'removed'): ToldEvent => ({
  ...{ phase, at, toldAt, box: BOX, corrected: false, rule: 'new-after-visit', score: 0.9, scores: {} },
  news: {
    ...{
      type: 'package',
      phase,
      at: at * 1000,
      decidedAt: toldAt * 1000,
      packageId: 'p',
      decisionId: `${at}`,
    },
    ...{ count: 1, score: 0.9, box: BOX, rule: 'new-after-visit', scores: {}, before: CROP, after: CROP },
  },
});
const truth = (more: Partial<ClipTruth>): ClipTruth => ({
  ...{ file: 'a.mp4', zone: [], acts: [], stays: undefined, withoutPeople: false, note: '' },
  ...more,
});
const outcome = (more: Partial<ClipOutcome>): ClipOutcome => ({
  ...{ name: 'a.mp4', truth: undefined, duration: 60, pictures: 300, looks: 30, coreMs: 600, modelMs: 1500 },
  ...{ told: [], visits: [] },
  ...more,
});
const DELIVERED = { at: 10, phase: 'delivered', early: EARLY, late: LATE } as const;

describe('scoreClip', () => {
  it('counts the time from when the person has left, by the truth', () => {
    const { latencies } = scoreClip(
      outcome({
        truth: truth({ acts: [DELIVERED], stays: [{ from: 8, to: 14 }] }),
        told: [event(10.5, 17, 'delivered')],
      }),
    );
    expect(latencies).toEqual([{ afterLeaving: 3, afterAct: 7 }]);
  });

  it('or by the visits that were told; before they left it is no time at all', () => {
    const { latencies } = scoreClip(
      outcome({
        truth: truth({ acts: [DELIVERED] }),
        told: [event(10.5, 13, 'delivered')],
        visits: [{ from: 9, to: 15 }],
      }),
    );
    expect(latencies).toEqual([{ afterLeaving: 0, afterAct: 3 }]);
  });
});

describe('summarize', () => {
  it('adds up clips, and judges only what the truth speaks of', () => {
    const all = summarize([
      scoreClip(
        outcome({
          truth: truth({ acts: [DELIVERED, { ...DELIVERED, at: 40 }] }),
          told: [event(10, 14, 'removed'), event(25, 28, 'removed')],
        }),
      ),
      scoreClip(outcome({ truth: truth({ stays: [] }), told: [event(1, 2, 'removed')] })),
      scoreClip(outcome({ told: [event(5, 8, 'removed')], visits: [{ from: 0, to: 3 }] })),
    ]);
    expect(all).toMatchObject({ clips: 3, expected: 2, told: 3, found: 1, rightPhase: 0 });
    expect(all).toMatchObject({ precision: 1 / 3, recall: 0.5, polarity: 0, falsePerHour: 60 });
    expect(all).toMatchObject({ coreMs: 2, modelMs: 50, lookShare: 0.1, falseInQuietClips: 1 });
    expect(all.people).toEqual({ expected: 0, told: 0, precision: undefined, recall: undefined });
  });

  it('keeps every target where nothing happens and nothing is told', () => {
    const all = summarize([scoreClip(outcome({ truth: truth({ stays: [] }) }))]);
    expect(targets(all).every(({ kept }) => kept)).toBe(true);
  });
});

describe('withBlock', () => {
  it('replaces what stood between the marks', () => {
    const page = 'before <!-- eval: begin -->\nold\n<!-- eval: end --> after';
    expect(withBlock(page, 'new')).toBe('before <!-- eval: begin -->\nnew\n<!-- eval: end --> after');
    expect(() => withBlock('none', 'new')).toThrow('lacks');
  });
});
