import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { baseOf, DAY, HEAD, IndexHouse, segment, TAIL } from '../../../test/support/index-house.ts';
import type { Recording } from '../recording.ts';
import type { RecordingIndex, RemovableQuery } from './contract.ts';

let house: IndexHouse;
beforeEach(() => {
  house = new IndexHouse();
});
afterEach(() => house[Symbol.dispose]());

describe('footage of a stretch of time', () => {
  const MIN = 60_000;
  const spans = (from: number, to: number, camera = 'front-door') =>
    house.index.spans(camera, DAY + from, DAY + to).map(({ from, to, kind }) => [from - DAY, to - DAY, kind]);

  test('is cut to the stretch, joined where nothing is missing, and each kind for itself', () => {
    house.store('C1', { kind: 'continuous', segments: 6 });
    house.close('C2', { kind: 'continuous', at: DAY + MIN + 1000, segments: 6 });
    house.close('E', { at: DAY + 30_000 });
    house.open('O', { kind: 'motion', at: DAY + 10 * MIN });
    expect(spans(-MIN, 20 * MIN)).toEqual([
      [0, 2 * MIN + 1000, 'continuous'],
      [30_000, 50_000, 'event'],
    ]);
    expect(spans(35_000, 40_000)).toEqual([
      [35_000, 40_000, 'continuous'],
      [35_000, 40_000, 'event'],
    ]);
    expect(spans(20 * MIN, 30 * MIN)).toEqual([]);
    expect(spans(0, MIN, 'c1')).toEqual(spans(0, MIN));
    expect(spans(0, MIN, 'yard')).toEqual([]);
  });

  test.each([
    [
      'a pause within a recording',
      [0, 10_000, 25_000],
      [
        [0, 20_000],
        [25_000, 35_000],
      ],
    ],
    ['a picture that was late', [0, 11_400], [[0, 21_400]]],
    ['a clock that was set back a little', [0, 10_000, 5000], [[0, 20_000]]],
  ] as const)('%s', (_, starts, wanted) => {
    house.open('A', { kind: 'continuous' });
    for (const [n, at] of starts.entries()) house.index.addSegment('A', segment(n, DAY + at));
    expect(spans(-MIN, MIN)).toEqual(wanted.map((span) => [...span, 'continuous']));
    const again = { ...house.index.get('A'), id: 'B', base: baseOf('B', 'continuous', DAY) } as Recording;
    house.index.forget('A');
    house.index.restore(
      again,
      starts.map((at, n) => segment(n, DAY + at)),
    );
    expect(spans(-MIN, MIN)).toEqual(wanted.map((span) => [...span, 'continuous']));
  });

  test('what is very long is found from its end as well, and what is being deleted is not', () => {
    house.open('L');
    for (let n = 0; n < 200; n++) house.index.addSegment('L', segment(n, DAY + n * 10_000));
    expect(spans(33 * MIN, 40 * MIN)).toEqual([[33 * MIN, 2_000_000, 'event']]);
    house.index.close('L', { wrap: { head: HEAD, tail: TAIL }, eventIds: ['L'] });
    expect(house.index.list({ from: DAY + 33 * MIN, limit: 9 }).map(({ id }) => id)).toEqual(['L']);
    house.index.deleting(['L']);
    expect(spans(0, 40 * MIN)).toEqual([]);
  });
});

test('lists by time, kind, state and camera, a renamed one too', () => {
  const yard = { id: 'c2', name: 'Yard', slug: 'yard' };
  house.store('A', { at: DAY });
  house.close('B', { at: DAY + 60_000, kind: 'continuous' });
  house.open('C', { at: DAY + 120_000, camera: yard });
  const ids = (query: Parameters<RecordingIndex['list']>[0]) => house.index.list(query).map(({ id }) => id);
  expect(ids({ limit: 9 })).toEqual(['C', 'B', 'A']);
  expect(ids({ limit: 2, order: 'oldest' })).toEqual(['A', 'B']);
  expect(ids({ limit: 9, kind: 'clips' })).toEqual(['C', 'A']);
  expect(ids({ limit: 9, kind: 'continuous' })).toEqual(['B']);
  expect(ids({ limit: 9, states: ['stored', 'open'] })).toEqual(['C', 'A']);
  expect(ids({ limit: 9, camera: 'yard' })).toEqual(['C']);
  expect(ids({ limit: 9, kinds: ['doorbell', 'continuous'] })).toEqual(['C', 'B', 'A']);
  expect(ids({ limit: 9, kinds: ['motion'] })).toEqual([]);
  expect(ids({ limit: 9, kind: 'clips', eventId: 'A' })).toEqual(['A']);
  expect(ids({ limit: 9, from: DAY + 60_000, eventId: 'A' })).toEqual([]);
  expect(ids({ limit: 9, from: DAY + 15_000, to: DAY + 60_000 })).toEqual(['B', 'A']);
  house.open('D', { at: DAY + 180_000, camera: { ...yard, name: 'Garden', slug: 'garden' } });
  expect(ids({ limit: 9, camera: 'garden' })).toEqual(['D', 'C']);
  expect(house.index.get('C')).toMatchObject({
    camera: { name: 'Garden' },
    base: expect.stringContaining('yard/'),
  });
  expect([
    house.index.lastContinuousEnd('c1', Number.MAX_SAFE_INTEGER),
    house.index.lastContinuousEnd('c2', Number.MAX_SAFE_INTEGER),
  ]).toEqual([DAY + 80_000, undefined]);
});

test('what goes out goes clips first, and what may be removed is known by its place', () => {
  house.close('K', { kind: 'continuous', at: DAY - 60_000 });
  house.close('B', { at: DAY + 1000 });
  house.close('A', { at: DAY });
  house.index.forwarding('A');
  house.store('S', { at: DAY - 120_000 });
  house.index.setKeep('S', 'pinned');
  expect(house.index.toForward(9).map(({ id }) => id)).toEqual(['A', 'B', 'K']);
  expect(house.index.waiting().map(({ id, kind }) => [id, kind])).toEqual(
    expect.arrayContaining([
      ['A', 'clip'],
      ['B', 'clip'],
      ['K', 'continuous'],
    ]),
  );
  const removable = (query: Partial<RemovableQuery> = {}) =>
    house.index.removable({ kind: 'clip', where: 'spooled', limit: 9, ...query }).map(({ id }) => id);
  expect(removable()).toEqual(['A', 'B']);
  expect(removable({ limit: 1 })).toEqual(['A']);
  expect(removable({ after: { endedAt: DAY + 20_000, id: 'A' } })).toEqual(['B']);
  expect(removable({ before: DAY + 21_000 })).toEqual(['A']);
  expect(removable({ kind: 'continuous' })).toEqual(['K']);
  expect(removable({ where: 'stored' })).toEqual([]);
  house.index.setKeep('S', undefined);
  expect(removable({ where: 'stored' })).toEqual(['S']);
  house.index.setKeep('S', 'pinned');
  house.index.deleting(['S', 'B']);
  expect(house.index.toDelete(9).map(({ id }) => id)).toEqual(['B']);
});

test('the sums that are kept say what the rows say, whatever happens to them', () => {
  const sumUp = () => {
    const all = house.index.list({ limit: 99 });
    const of = (rows: typeof all) => ({
      count: rows.length,
      bytes: rows.reduce((sum, row) => sum + row.bytes, 0),
    });
    const there = (states: readonly string[]) => {
      const rows = all.filter(({ state }) => states.includes(state));
      return { ...of(rows), removable: of(rows.filter(({ keep }) => !keep)) };
    };
    const continuous = all.filter(({ kind }) => kind === 'continuous').length;
    expect(house.index.tally()).toEqual({
      stored: there(['stored']),
      spooled: there(['closed', 'forwarding']),
    });
    expect(house.index.totals()).toMatchObject({
      ...{ clips: all.length - continuous, continuous, bytes: of(all).bytes },
      ...(all[0] && { oldestAt: Math.min(...all.map(({ startedAt }) => startedAt)) }),
    });
  };
  const steps = [
    () => house.open('O'),
    () => house.close('A', { at: DAY }),
    () => house.close('K', { kind: 'continuous', at: DAY - 60_000 }),
    () => house.store('S', { at: DAY - 120_000 }),
    () => house.store('T', { kind: 'continuous', at: DAY - 180_000 }),
    () => house.index.forwarding('A'),
    () => house.index.setKeep('S', 'pinned'),
    () => house.index.setKeep('S', 'held'),
    () => house.index.reopen('K'),
    () => house.index.forget('K'),
    () => house.index.deleting(['T']),
    () => house.index.remove('T'),
    () => house.index.leaveTarget(),
    () => house.reopen(),
  ];
  for (const step of steps) {
    step();
    sumUp();
  }
});
