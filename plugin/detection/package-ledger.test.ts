import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HomeState } from '../../protocol/detection.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { countOf, EMPTY_LEDGER, type Ledger, type LedgerStep, type PackageDraft } from './package-changes.ts';
import { hearOfHousehold, hearOfPackage, type SeenPackage, seePackage, stillHere } from './package-ledger.ts';
import { ledgerAfter, parseLedger } from './package-restore.ts';
import type { HouseholdSignal } from './package-verdict.ts';

const MIN = 60_000;
const START = 1_790_000_000_000;

/** One porch: each line says what happens at which minute. */
class Porch {
  ledger: Ledger = EMPTY_LEDGER;
  home: HomeState = 'unknown';
  readonly told: PackageDraft[] = [];
  #ids = 0;

  get context() {
    return { home: this.home, newId: () => `e${++this.#ids}` };
  }

  see(phase: SeenPackage['phase'], packageId: string, minute: number, more: Partial<SeenPackage> = {}) {
    const at = START + minute * MIN;
    const seen = {
      phase,
      packageId,
      at,
      decidedAt: at + 4000,
      rule: 'new-after-visit',
      score: 0.876,
    } as const;
    return this.#take(
      seePackage(this.ledger, { ...seen, decisionId: `d-${phase}-${packageId}`, ...more }, this.context),
    );
  }

  hear(phase: 'delivered' | 'removed', minute: number) {
    return this.#take(hearOfPackage(this.ledger, { phase, at: START + minute * MIN }, this.context));
  }

  household(kind: HouseholdSignal['kind'], minute: number) {
    return this.#take(hearOfHousehold(this.ledger, { kind, at: START + minute * MIN }, this.context));
  }

  /** What was told, in short. */
  get story(): string[] {
    return this.told.map(
      ({ phase, package: { id, count, verdict }, supersedes }) =>
        `${phase} ${id} ${count}${verdict ? ` ${verdict}` : ''}${supersedes ? ` for ${supersedes}` : ''}`,
    );
  }

  #take(step: LedgerStep): string | undefined {
    this.ledger = step.ledger;
    this.told.push(...step.drafts);
    return step.eventId;
  }
}

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

  test('says it an hour later: too late to be meant', () => {
    const porch = new Porch();
    porch.see('removed', 'p', 0);
    expect(porch.household('collected', 60)).toBeUndefined();
  });

  test('says it before it is seen: told at once, and once', () => {
    const porch = new Porch();
    porch.see('delivered', 'p', 0);
    porch.see('delivered', 'q', 5);
    porch.household('collected', 60);
    expect(porch.see('removed', 'p', 61)).toBe('e3');
    expect(porch.see('removed', 'q', 300)).toBe('e4');
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

/** What the porch told, as it stands in the journal. */
const journal = (porch: Porch): DoorstepEvent[] =>
  porch.told.map((draft, index) => ({
    ...draft,
    ...{ schema: 1, seq: index + 1, detectedAt: draft.at, sentAt: draft.at },
  }));

/** Anything that can happen, at any time after the one before. */
const happening = fc.record({
  what: fc.constantFrom(
    'delivered',
    'removed',
    'corrected',
    'hears delivered',
    'hears removed',
    'collected',
    'door',
  ),
  after: fc.double({ min: 0, max: 4, noNaN: true }),
  home: fc.constantFrom<HomeState>('home', 'away', 'unknown'),
  /** Which package, and which decision is corrected. */
  which: fc.nat({ max: 5 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

function play(happenings: readonly Happening[]): Porch {
  const porch = new Porch();
  let minute = 0;
  for (const [step, { what, after, home, which }] of happenings.entries()) {
    minute += after;
    porch.home = home;
    const decisionId = `d${step}`;
    const supersedes = `d${Math.max(0, step - 1 - which)}`;
    if (what === 'delivered' || what === 'removed') porch.see(what, `p${which}`, minute, { decisionId });
    else if (what === 'corrected') porch.see(what, `p${which}`, minute, { decisionId, supersedes });
    else if (what === 'collected' || what === 'door') porch.household(what, minute);
    else porch.hear(what === 'hears delivered' ? 'delivered' : 'removed', minute);
  }
  return porch;
}

describe('whatever happens', () => {
  const always = (prove: (porch: Porch) => void) =>
    fc.assert(fc.property(fc.array(happening, { maxLength: 40 }), (happenings) => prove(play(happenings))));

  test('no package lies there twice, and each count is what lay there then', () => {
    always(({ ledger, told }) => {
      const ids = ledger.here.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(told.at(-1)?.package.count ?? 0).toBe(countOf(ledger));
    });
  });

  test('each event has an id of its own, and corrects one that was told before', () => {
    always(({ told }) => {
      const ids = told.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [index, { supersedes }] of told.entries())
        if (supersedes) expect(ids.slice(0, index)).toContain(supersedes);
    });
  });

  test('only what goes has a verdict, or what explains it', () => {
    always(({ told }) => {
      for (const { phase, package: facts } of told)
        if (phase === 'delivered') expect(facts.verdict).toBeUndefined();
        else if (phase === 'removed') expect(facts.verdict).toBeDefined();
        else expect(facts.verdict ?? 'collected').toBe('collected');
    });
  });

  test('it can be kept and read, and the journal tells the same', () => {
    always((porch) => {
      const text = JSON.stringify({ seq: 7, ledger: porch.ledger });
      expect(parseLedger(text)).toEqual({ seq: 7, ledger: porch.ledger });
      const ids = ({ here }: Ledger) => here.map(({ id, count }) => `${id} ${count}`).sort();
      expect(ids(ledgerAfter(journal(porch)))).toEqual(ids(porch.ledger));
    });
  });
});
