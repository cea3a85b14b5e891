import { describe, expect, test } from 'vitest';
import type { HomeState } from '../../protocol/detection.ts';
import { MIN, Porch, START } from '../../test/support/spoken-porch.ts';
import { countOf } from './package-changes.ts';
import { stillHere } from './package-ledger.ts';

describe('what the eyes see', () => {
  test('comes and goes, with how long it lay there', () => {
    const porch = new Porch();
    expect(porch.see('delivered', 'p', 0)).toBe('e1');
    porch.see('removed', 'p', 120);
    expect(porch.told).toEqual([
      {
        ...{ id: 'e1', kind: 'package', phase: 'delivered', at: START, zone: 'doorstep', score: 0.88 },
        package: { id: 'p', count: 1, deliveredAt: START },
      },
      {
        ...{
          id: 'e2',
          kind: 'package',
          phase: 'removed',
          at: START + 120 * MIN,
          zone: 'doorstep',
          score: 0.88,
        },
        package: { id: 'p', count: 0, deliveredAt: START, presentForMs: 120 * MIN, verdict: 'unknown' },
      },
    ]);
    expect(porch.ledger.here).toEqual([]);
  });

  test('several lie there', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.see('delivered', 'q', 30);
    porch.see('removed', 'p', 60);
    expect(porch.story).toEqual(['delivered p 1', 'delivered q 2', 'removed p 1 unknown']);
    expect(porch.ledger.here).toMatchObject([{ id: 'q', deliveredAt: START + 30 * MIN, eventId: 'e2' }]);
  });

  test('what was never seen to come can go', () => {
    const porch = new Porch();
    porch.see('removed', 'p', 0, { rule: 'gone-after-visit' });
    expect(porch.told[0]?.package).toEqual({ id: 'p', count: 0, verdict: 'unknown' });
  });
});

describe('a better view', () => {
  test('still there: it is back, as it came', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.see('removed', 'p', 60);
    porch.see('corrected', 'p', 61, { supersedes: 'd-removed-p', rule: 'still-there' });
    expect(porch.story[2]).toBe('corrected p 1 for e2');
    expect(porch.ledger.here).toMatchObject([{ id: 'p', deliveredAt: START, eventId: 'e1' }]);
    // And what was not gone is not explained.
    porch.household('door', 62);
    expect(porch.story).toHaveLength(3);
  });

  test('there was none; and then there was', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.see('corrected', 'p', 1, { decisionId: 'c1', supersedes: 'd-delivered-p', rule: 'seen-better' });
    expect(countOf(porch.ledger)).toBe(0);
    porch.see('corrected', 'p', 2, { decisionId: 'c2', supersedes: 'c1', rule: 'seen-better' });
    expect(porch.story).toEqual(['delivered p 1', 'corrected p 0 for e1', 'corrected p 1 for e2']);
    expect(countOf(porch.ledger)).toBe(1);
  });

  test('of what nobody knows any more says nothing', () => {
    const porch = new Porch();
    expect(porch.see('corrected', 'p', 0, { supersedes: 'long-ago', rule: 'still-there' })).toBeUndefined();
    expect(porch.story).toEqual([]);
  });
});

describe('what a camera says itself', () => {
  test('each a package, and what it repeats is none', () => {
    const porch = new Porch();
    porch.hear('delivered', 0);
    expect(porch.hear('delivered', 0.5)).toBeUndefined();
    porch.hear('delivered', 2);
    porch.hear('removed', 60);
    expect(porch.hear('removed', 60.1)).toBeUndefined();
    expect(porch.story).toEqual([
      ...['delivered e1 1', 'delivered e3 2'],
      ...['removed e1 1 unknown', 'removed e3 0 unknown'],
    ]);
    expect(porch.told[2]?.package.presentForMs).toBe(60 * MIN);
  });

  test.each([-0.9, -0.1, 0.02, 0.9])(
    '%d min from when the picture shows it is the same package',
    (minute) => {
      const porch = new Porch();
      if (minute < 0) porch.hear('delivered', minute);
      const eventId = porch.see('delivered', 'p', 0);
      if (minute > 0) porch.hear('delivered', minute);
      expect(porch.told).toHaveLength(1);
      expect(eventId).toBe(porch.told[0]?.id);
      porch.see('removed', 'p', 30);
      porch.hear('removed', 30 + minute * minute);
      expect(porch.told.map(({ phase }) => phase)).toEqual(['delivered', 'removed']);
      expect(porch.ledger.here).toEqual([]);
    },
  );

  test('that it is gone, before the picture shows it', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.hear('removed', 30);
    expect(porch.see('removed', 'p', 29.9)).toBe(porch.told[1]?.id);
    expect(porch.story).toEqual(['delivered p 1', 'removed p 0 unknown']);
  });

  test('what only the camera saw come, the eyes see go', () => {
    const porch = new Porch();
    porch.hear('delivered', 0);
    porch.see('removed', 'x', 30, { rule: 'gone-after-visit' });
    expect(porch.story).toEqual(['delivered e1 1', 'removed e1 0 unknown']);
  });

  test('a later package beside one that is seen is another', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.hear('delivered', 5);
    expect(countOf(porch.ledger)).toBe(2);
  });

  test('is forgotten after a day, but not what is seen', () => {
    const porch = new Porch();
    porch.hear('delivered', 0);
    porch.see('delivered', 'p', 10);
    expect(stillHere(porch.ledger, START + 25 * 60 * MIN)).toMatchObject([{ id: 'p' }]);
  });
});

describe('the household', () => {
  test.each<[HomeState, string]>([
    ['home', 'collected'],
    ['away', 'taken'],
    ['unknown', 'unknown'],
  ])('%s: a package that goes was %s', (home, verdict) => {
    const porch = new Porch();
    porch.home = home;
    porch.see('delivered', 'p', 0);
    porch.see('removed', 'p', 60);
    expect(porch.told[1]?.package.verdict).toBe(verdict);
  });

  test('opened the door just before', () => {
    const porch = new Porch();
    porch.home = 'away';
    porch.see('delivered', 'p', 0);
    expect(porch.household('door', 59)).toBeUndefined();
    porch.see('removed', 'p', 60);
    expect(porch.story[1]).toBe('removed p 0 collected');
  });

  test('says later that it has it; said again, it is no news', () => {
    const porch = new Porch();
    porch.home = 'away';
    porch.see('delivered', 'p', 0);
    porch.see('removed', 'p', 60);
    porch.household('collected', 65);
    porch.household('door', 66);
    expect(porch.story.slice(1)).toEqual(['removed p 0 taken', 'corrected p 0 collected for e2']);
    expect(porch.told[2]?.package.presentForMs).toBe(60 * MIN);
  });

  test('says within the hour in which they are asked that it was them; later is too late', () => {
    const porch = new Porch();
    porch.see('removed', 'p', 0);
    expect(porch.household('collected', 61)).toBeUndefined();
    expect(porch.household('collected', 59)).toBeDefined();
  });

  test('says that it was them: what went is explained, what lies there stays, and nothing later is', () => {
    const porch = new Porch();
    porch.home = 'away';
    porch.see('delivered', 'p', 0);
    porch.see('delivered', 'q', 5);
    porch.see('delivered', 'r', 6);
    porch.see('removed', 'p', 10);
    porch.see('removed', 'q', 80);
    porch.explain(110);
    expect(porch.story.at(-1)).toBe('corrected q 1 collected for e5');
    expect(porch.story).toHaveLength(6);
    porch.explain(111);
    porch.see('removed', 'r', 112);
    expect(porch.story.slice(6)).toEqual(['removed r 0 taken']);
  });

  test('says it before it is seen: told at once, and once', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.see('delivered', 'q', 5);
    porch.household('collected', 60);
    expect(porch.see('removed', 'p', 61)).toBe('e3');
    expect(porch.see('removed', 'q', 64)).toBe('e4');
    expect(porch.story.slice(2)).toEqual(['removed p 1 collected', 'removed q 0 collected']);
  });

  test('and when it was mistaken, the eyes may say so', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.household('collected', 60);
    porch.see('removed', 'p', 61);
    porch.see('corrected', 'p', 62, { supersedes: 'd-removed-p', rule: 'still-there' });
    expect(porch.story.at(-1)).toBe('corrected p 1 for e2');
  });
});
