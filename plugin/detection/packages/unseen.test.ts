import { expect, test } from 'vitest';
import { Confirmed } from './confirm.ts';
import type { KnownPackage, Look } from './known-packages.ts';
import { Settle } from './settle.ts';
import { looksAsBefore, Unseen } from './unseen.ts';

const COLUMNS = 20;
const ROWS = 10;
const SIZE = { columns: 8, rows: 5 };
const BOX = { left: 0.2, top: 0.5, right: 0.6, bottom: 1 };
const CAME = 1_000_000;
const MINUTE = 60_000;

function look(light: (column: number, row: number) => number, cb = 124): Look {
  const count = SIZE.columns * SIZE.rows;
  const luma = Uint8Array.from({ length: count }, (_, i) =>
    light(i % SIZE.columns, Math.floor(i / SIZE.columns)),
  );
  return { ...SIZE, luma, cb: new Uint8Array(count).fill(cb), cr: new Uint8Array(count).fill(130) };
}

const BOARDS = look((column) => (column % 3 === 0 ? 60 : 90));
const PARCEL = look((column, row) => (column === 4 ? 190 : row === 0 ? 170 : 140), 108);
const STONE = look(() => 80);
const known: KnownPackage = {
  ...{ id: 'p', at: CAME, decisionId: 'd', box: BOX, before: BOARDS, after: PARCEL },
};

test.each<[string, Look, Look, Look, boolean]>([
  ['boards again', BOARDS, BOARDS, PARCEL, true],
  ['boards again, in the evening', look((column) => (column % 3 === 0 ? 36 : 52)), BOARDS, PARCEL, true],
  ['the parcel', PARCEL, BOARDS, PARCEL, false],
  ['something else', look((_, row) => 40 * row), BOARDS, PARCEL, false],
  ['bare stone', look(() => 95), STONE, PARCEL, true],
  ['a plain blue bag on stone', look(() => 95, 150), STONE, PARCEL, false],
  ['stone where a plain box lay: nobody can tell', STONE, STONE, look(() => 150), false],
])('%s', (_, now, before, after, does) => expect(looksAsBefore(now, { before, after })).toBe(does));

/** A place before the eyes. */
function start() {
  const settle = new Settle(COLUMNS, ROWS);
  const confirmed = new Confirmed();
  const scene = { columns: COLUMNS, rows: ROWS, settle, generation: 0 };
  const unseen = new Unseen();
  let at = CAME + 60 * MINUTE;
  const show = ({ columns, rows, luma, cb, cr }: Look) => {
    for (let i = 0; i < luma.length; i++) {
      const cell = (5 + Math.floor(i / columns)) * COLUMNS + 4 + (i % columns);
      if (i < columns * rows) {
        settle.value.luma[cell] = luma[i] as number;
        settle.value.cb[cell] = cb[i] as number;
        settle.value.cr[cell] = cr[i] as number;
      }
    }
  };
  /** Lets time pass in clear view; returns what is found, and after how long. */
  const pass = (ms: number, { stepMs = 1000, people = [] as (typeof BOX)[], of = known } = {}) => {
    const from = at;
    for (const end = at + ms; at < end; ) {
      at += stepMs;
      const { vanished, givenUp } = unseen.check([of], { scene, confirmed, people, at });
      if (vanished[0]) return { vanished: vanished[0], after: at - from };
      if (givenUp[0]) return { givenUp: givenUp[0].id, after: at - from };
    }
    return undefined;
  };
  const blindFor = (ms: number) => {
    at += ms;
  };
  return { confirmed, scene, settle, show, pass, blindFor, now: () => at };
}

test('gone while the hub was off: known soon after it looks again', () => {
  const { show, pass } = start();
  show(BOARDS);
  expect(pass(10 * MINUTE)).toMatchObject({ vanished: { one: { id: 'p' }, seenAt: CAME }, after: 21_000 });
});

test('gone while nobody could see: known soon after; what still lies there stays', () => {
  const { show, pass, blindFor, confirmed, scene, now } = start();
  show(PARCEL);
  confirmed.see('p', scene);
  expect(pass(MINUTE)).toBeUndefined();
  const seenAt = now();
  blindFor(8 * 60 * MINUTE);
  pass(1000);
  expect(confirmed.has('p', scene)).toBe(false);
  confirmed.see('p', scene);
  expect(pass(15 * MINUTE)).toBeUndefined();
  expect(seenAt).toBeLessThan(now());
  blindFor(8 * 60 * MINUTE);
  show(BOARDS);
  const found = pass(10 * MINUTE);
  expect(found?.after).toBeLessThan(25_000);
  expect(found?.vanished?.seenAt).toBeGreaterThan(seenAt);
});

test('in view all the time, without a visit that was noticed: known after ten minutes', () => {
  const { show, pass, confirmed, scene } = start();
  show(PARCEL);
  pass(1000);
  confirmed.see('p', scene);
  pass(5000);
  show(BOARDS);
  expect(pass(9 * MINUTE)).toBeUndefined();
  expect(pass(2 * MINUTE)?.vanished).toMatchObject({ one: { id: 'p' } });
});

test('nothing is known while somebody stands there, or something moves', () => {
  const { show, pass, settle, now } = start();
  show(BOARDS);
  expect(pass(MINUTE, { people: [BOX] })).toBeUndefined();
  settle.since.fill(now() + 5 * MINUTE);
  expect(pass(MINUTE)).toBeUndefined();
});

test('what can never be told is given up after a day of clear view', () => {
  const { show, pass } = start();
  show(look((_, row) => 40 * row));
  const hour = 60 * MINUTE;
  expect(pass(23 * hour, { stepMs: 50_000 })).toBeUndefined();
  expect(pass(2 * hour, { stepMs: 50_000 })).toMatchObject({ givenUp: 'p' });
});
