import { expect, test } from 'vitest';
import { Porch, START } from '../../test/support/spoken-porch.ts';
import { stillHere } from './package-ledger.ts';

const DAY = 24 * 60;

const names = (porch: Porch) => porch.ledger.here.map(({ id, sightId }) => [id, sightId]);

test('eyes that forgot a package: it is as if only a camera had spoken of it, and its removal is told', () => {
  const porch = new Porch();
  porch.see('delivered', 'p', 0);
  porch.see('delivered', 'q', 5);
  expect(porch.eyesBegin('q')).toEqual([]);
  expect(names(porch)).toEqual([
    ['p', undefined],
    ['q', 'q'],
  ]);
  expect(stillHere(porch.ledger, START + 25 * 3_600_000)).toMatchObject([{ id: 'q' }]);
  porch.see('removed', 'new', 60, { rule: 'gone-after-visit' });
  expect(porch.story.at(-1)).toBe('removed p 1 unknown');
});

test('eyes that begin with what was taken in meanwhile are to forget it, and know the rest by its name again', () => {
  const porch = new Porch();
  porch.see('delivered', 'p', 0);
  porch.see('delivered', 'q', 5);
  porch.eyesBegin();
  const before = porch.ledger;
  expect(porch.eyesBegin('q', 'old')).toEqual(['old']);
  expect(names(porch)).toEqual([
    ['p', undefined],
    ['q', 'q'],
  ]);
  expect(porch.ledger).not.toBe(before);
  const same = porch.ledger;
  expect(porch.eyesBegin('q')).toEqual([]);
  expect(porch.ledger).toBe(same);
});

test('what the eyes give up goes without a word; what they never saw stays', () => {
  const porch = new Porch();
  porch.hear('delivered', 0);
  porch.see('delivered', 'p', 10);
  porch.eyesGiveUp('p', 'x');
  expect(names(porch)).toEqual([['e1', undefined]]);
  expect(porch.story).toHaveLength(2);
});

test('a removal long after the package was told as gone is one of its own', () => {
  const porch = new Porch();
  porch.see('delivered', 'p', 0);
  porch.household('collected', 60);
  const [told] = porch.told.slice(-1);
  expect(porch.see('removed', 'p', 65)).toBe(told?.id);
  porch.see('delivered', 'q', DAY);
  expect(porch.see('removed', 'p', DAY + 60)).not.toBe(told?.id);
  expect(porch.story.slice(2)).toEqual(['delivered q 1', 'removed p 1 unknown']);
});

test('what nobody saw go is never said to be taken; what the household did meanwhile explains it', () => {
  const unseen = { rule: 'back-as-before', unseenSince: START } as const;
  const porch = new Porch();
  porch.home = 'away';
  porch.see('delivered', 'p', 0);
  porch.see('removed', 'p', 300, unseen);
  porch.see('delivered', 'q', 310);
  porch.household('door', 320);
  porch.see('removed', 'q', 600, { ...unseen, unseenSince: START + 311 * 60_000 });
  expect(porch.story.filter((line) => line.startsWith('removed'))).toEqual([
    'removed p 0 unknown',
    'removed q 0 collected',
  ]);
});
