import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HomeState } from '../../protocol/detection.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { Porch } from '../../test/support/spoken-porch.ts';
import { countOf, type Ledger } from './package-changes.ts';
import { ledgerAfter, parseLedger } from './package-restore.ts';

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
