import { expect, test } from 'vitest';
import type { Look } from './known-packages.ts';
import { recall, remember } from './known-packages.ts';
import { type Act, Ledger } from './ledger.ts';

const plain = (light: number): Look => ({
  ...{ columns: 4, rows: 3 },
  luma: new Uint8Array(12).fill(light),
  cb: new Uint8Array(12).fill(120),
  cr: new Uint8Array(12).fill(130),
});
const GROUND = plain(80);
const PARCEL = plain(160);
const here = { left: 0.1, top: 0.6, right: 0.2, bottom: 0.7 };
const there = { left: 0.5, top: 0.6, right: 0.6, bottom: 0.7 };

function ledger(memory?: string) {
  let ids = 0;
  const book = new Ledger(() => `p${++ids}`, memory);
  let decisions = 0;
  const enter = (came: boolean, seconds: number, more: Partial<Act> = {}) =>
    book.enter({
      ...{ came, at: seconds * 1000, decidedAt: seconds * 1000 + 2000, decisionId: `d${++decisions}` },
      ...{ box: here, people: true, before: came ? GROUND : PARCEL, after: came ? PARCEL : GROUND },
      ...more,
    });
  return { book, enter };
}

test('comes and goes', () => {
  const { book, enter } = ledger();
  expect(enter(true, 10)).toMatchObject({ phase: 'delivered', packageId: 'p1', count: 1 });
  expect(enter(true, 100, { box: there, after: plain(30) })).toMatchObject({ phase: 'delivered', count: 2 });
  expect(enter(false, 500)).toMatchObject({
    phase: 'removed',
    rule: 'back-as-before',
    packageId: 'p1',
    count: 1,
  });
  expect(enter(false, 900)).toMatchObject({ phase: 'removed', rule: 'gone-after-visit', count: 1 });
  expect(book.known.map(({ id }) => id)).toEqual(['p2']);
});

test('what was put down for a moment was none', () => {
  const { enter } = ledger();
  enter(true, 10);
  expect(enter(false, 16)).toMatchObject({
    phase: 'corrected',
    rule: 'seen-better',
    supersedes: 'd1',
    count: 0,
  });
});

test('what is back at once was never gone', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  enter(false, 100);
  expect(enter(true, 110)).toMatchObject({
    phase: 'corrected',
    rule: 'still-there',
    packageId: 'p1',
    supersedes: 'd2',
    count: 1,
  });
  expect(book.known).toHaveLength(1);
});

test('what was moved is still there, at its new place', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  enter(true, 300, { box: there });
  expect(enter(false, 301)).toMatchObject({
    phase: 'corrected',
    rule: 'seen-better',
    supersedes: 'd2',
    count: 1,
  });
  expect(book.known).toMatchObject([{ id: 'p1', box: there }]);
});

test('something else that comes is not what went', () => {
  const { enter } = ledger();
  enter(true, 10);
  enter(false, 100);
  expect(enter(true, 105, { box: there, after: plain(20) })).toMatchObject({ phase: 'delivered', count: 1 });
});

test('hands alone are taken at their word', () => {
  const { enter } = ledger();
  enter(true, 10, { people: false });
  expect(enter(false, 14, { people: false })).toMatchObject({ phase: 'removed', packageId: 'p1' });
});

test('a restart knows what lay there; a damaged memory nothing', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  expect(recall(book.memory)).toEqual(book.known);
  expect(ledger(book.memory).book.known).toEqual(book.known);
  for (const broken of [
    undefined,
    '',
    '{',
    '[]',
    book.memory.slice(0, -9),
    book.memory.replace('"rows":3', '"rows":4'),
    book.memory.replace('"version":1', '"version":2'),
  ])
    expect(recall(broken)).toEqual([]);
});

test('the memory stays small', () => {
  const large: Look = {
    columns: 150,
    rows: 100,
    luma: new Uint8Array(15000),
    cb: new Uint8Array(15000),
    cr: new Uint8Array(15000),
  };
  const many = Array.from({ length: 20 }, (_, i) => ({
    id: `p${i}`,
    at: i,
    decisionId: `d${i}`,
    box: here,
    before: large,
    after: large,
  }));
  const text = remember(many);
  expect(text.length).toBeLessThan(256 * 1024);
  expect(recall(text).at(-1)?.id).toBe('p19');
});

test('where two are known at one place, the newer one goes', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  enter(true, 90_000, { after: plain(30) });
  expect(enter(false, 90_500)).toMatchObject({ packageId: 'p2', rule: 'back-as-before' });
  expect(book.known.map(({ id }) => id)).toEqual(['p1']);
});

test('what is gone by the word of others is known no more, over a restart too, and may still be seen to go', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  book.gone(['p1', 'nobody'], 60_000);
  expect(book.known).toEqual([]);
  const after = ledger(book.memory);
  expect(after.book.known).toEqual([]);
  const gone = after.book.goneFrom(here);
  expect(gone?.id).toBe('p1');
  if (gone) after.book.sawGone(gone);
  expect(after.book.goneFrom(here)).toBeUndefined();
});

test('the next package at its place is another, whose removal is told', () => {
  const { book, enter } = ledger();
  enter(true, 10);
  book.gone(['p1'], 60_000);
  expect(enter(true, 80_000)).toMatchObject({ phase: 'delivered', packageId: 'p2', count: 1 });
  expect(book.goneFrom(here)).toBeUndefined();
  expect(enter(false, 90_000)).toMatchObject({ phase: 'removed', packageId: 'p2' });
});

test.each([0, 60_000])('what is not seen to go within a day (said at %d) is forgotten', (at) => {
  const { book, enter } = ledger();
  enter(true, 10);
  book.gone(['p1'], at);
  enter(true, 100, { box: there });
  expect(book.goneFrom(here)).toBeDefined();
  enter(false, 100_000, { box: there });
  expect(book.goneFrom(here)).toBeUndefined();
});
