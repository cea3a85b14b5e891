import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  baseOf,
  DAY,
  DOOR,
  HASH,
  HEAD,
  IndexHouse,
  segment,
  TAIL,
} from '../../../test/support/index-house.ts';
import type { Recording } from '../recording.ts';

let house: IndexHouse;
beforeEach(() => {
  house = new IndexHouse();
});
afterEach(() => house[Symbol.dispose]());

/** Brings a recording named A there. */
const REACH: Record<string, () => void> = {
  none: () => {},
  open: () => house.open('A'),
  closed: () => house.close('A'),
  forwarding: () => {
    house.close('A');
    house.index.forwarding('A');
  },
  stored: () => house.store('A'),
  deleting: () => {
    house.store('A');
    house.index.deleting(['A']);
  },
};

const STEPS: Record<string, { run: () => void; from: string[] }> = {
  open: { run: () => house.open('A'), from: ['none'] },
  'add a segment': {
    run: () => house.index.addSegment('A', segment(house.index.segments('A').length, DAY)),
    from: ['open'],
  },
  close: {
    run: () => {
      if (house.index.get('A')?.state === 'open') house.index.addSegment('A', segment(0, DAY));
      house.index.close('A', { wrap: { head: HEAD, tail: TAIL }, eventIds: [] });
    },
    from: ['open'],
  },
  forget: { run: () => house.index.forget('A'), from: ['open'] },
  forwarding: { run: () => house.index.forwarding('A'), from: ['closed', 'forwarding'] },
  stored: {
    run: () => house.index.stored('A', { bytes: house.index.get('A')?.bytes ?? 0, sha256: HASH }),
    from: ['forwarding'],
  },
  unstored: { run: () => house.index.unstored('A'), from: ['stored'] },
  unspooled: { run: () => house.index.unspooled('A'), from: ['stored', 'deleting'] },
  deleting: { run: () => house.index.deleting(['A']), from: ['closed', 'forwarding', 'stored', 'deleting'] },
  remove: { run: () => house.index.remove('A'), from: ['deleting'] },
  pin: { run: () => house.index.setKeep('A', 'pinned'), from: ['open', 'closed', 'forwarding', 'stored'] },
};

describe('the life of a row', () => {
  test.each(
    Object.entries(STEPS).flatMap(([step, { from }]) =>
      Object.keys(REACH).map((state) => [step, state, from.includes(state)] as const),
    ),
  )('%s of one that is %s: %j', (step, state, allowed) => {
    REACH[state]?.();
    const before = house.index.get('A');
    if (allowed) return STEPS[step]?.run();
    expect(() => STEPS[step]?.run()).toThrow(/\bA\b/);
    expect(house.index.get('A')).toEqual(before);
  });

  test('from its first picture to its removal', () => {
    house.open('A');
    expect(house.index.get('A')).toEqual({
      ...{ id: 'A', camera: DOOR, kind: 'doorbell', eventIds: ['A'], startedAt: DAY, endedAt: DAY, bytes: 0 },
      ...{ state: 'open', base: baseOf('A', 'doorbell', DAY), spooled: true },
    } satisfies Recording);
    house.index.addSegment('A', segment(0, DAY, { tier: 'rolling' }));
    house.index.addSegment('A', segment(1, DAY + 10_000));
    expect(house.index.get('A')?.endedAt).toBe(DAY + 20_000);
    expect(house.index.totals()).toMatchObject({ clips: 1, spooledBytes: 2000, bufferedMs: 20_000 });
    house.index.moveSegment('A', 0, 'disk');
    expect(house.index.segments('A')).toEqual([segment(0, DAY), segment(1, DAY + 10_000)]);
    house.index.close('A', { wrap: { head: HEAD, tail: TAIL }, eventIds: ['A', 'B'] });
    expect(house.index.get('A')).toMatchObject({
      ...{ state: 'closed', bytes: 2110, eventIds: ['A', 'B'], wrap: { head: HEAD, tail: TAIL } },
    });
    house.index.forwarding('A');
    house.index.stored('A', { bytes: 2110, sha256: HASH });
    expect(house.index.storedAndSpooled(9).map(({ id }) => id)).toEqual(['A']);
    house.index.unspooled('A');
    expect(house.index.get('A')).toMatchObject({ state: 'stored', sha256: HASH, spooled: false });
    expect(house.index.totals()).toEqual({
      clips: 1,
      continuous: 0,
      bytes: 2110,
      oldestAt: DAY,
      spooledBytes: 0,
      bufferedMs: 0,
    });
    house.index.deleting(['A']);
    expect(house.index.toDelete(9).map(({ id }) => id)).toEqual(['A']);
    expect(house.index.list({ limit: 9 })).toEqual([]);
    house.index.remove('A');
    expect([house.index.get('A'), house.index.segments('A')]).toEqual([undefined, []]);
  });

  test('what is written survives reopening', () => {
    house.close('A');
    house.reopen();
    expect(house.index.isNew).toBe(false);
    expect(house.index.get('A')).toMatchObject({ state: 'closed' });
    expect(house.said).toEqual([]);
  });
});

test('what was found is taken in once, and nothing that is known changes', () => {
  house.store('A');
  const known = house.index.get('A') as Recording;
  const parts = house.index.segments('A');
  expect(house.index.restore({ ...known, bytes: 1 }, [])).toBe(false);
  expect(
    house.index.restore({ ...known, id: 'B', base: baseOf('B', 'doorbell', DAY), keep: 'held' }, parts),
  ).toBe(true);
  expect(house.index.get('A')).toEqual(known);
  expect(house.index.get('B')).toEqual({
    ...known,
    id: 'B',
    base: baseOf('B', 'doorbell', DAY),
    keep: 'held',
  });
  expect(house.index.segments('B')).toEqual(parts);
  expect(() => house.index.restore({ ...known, id: 'C' }, [])).toThrow('no place');
  expect(() =>
    house.index.restore({ ...known, id: 'C', base: baseOf('C', 'doorbell', DAY) }, [segment(1, DAY)]),
  ).toThrow('holes');
});

test('of many that are taken in, one that no row can hold leaves the others in', () => {
  house.store('A');
  const known = house.index.get('A') as Recording;
  const segments = house.index.segments('A');
  const found = (id: string, facts: object = {}) => ({
    recording: { ...known, id, base: baseOf(id, 'doorbell', DAY), ...facts },
    segments,
  });
  const all = [
    found('B'),
    found('C', { keep: 'forever' }),
    found('D', { snapshotId: { not: 'a text' } }),
    found('A'),
    found('E', { base: 'somewhere' }),
    { ...found('F'), segments: [segment(1, DAY)] },
    found('G'),
  ];
  expect(house.index.restoreAll(all)).toEqual([
    'restored',
    'refused',
    'refused',
    'known',
    'refused',
    'refused',
    'restored',
  ]);
  house.reopen();
  expect(['A', 'B', 'C', 'D', 'E', 'F', 'G'].filter((id) => house.index.get(id))).toEqual(['A', 'B', 'G']);
  expect(house.index.segments('G')).toEqual(segments);
});

test('another target has nothing yet', () => {
  house.close('W');
  house.close('F');
  house.index.forwarding('F');
  house.store('S');
  house.store('G');
  house.index.unspooled('G');
  house.index.leaveTarget();
  const states = ['W', 'F', 'S', 'G'].map((id) => house.index.get(id)?.state);
  expect(states).toEqual(['closed', 'closed', 'closed', undefined]);
  expect(house.index.get('S')?.sha256).toBeUndefined();
  expect(house.index.staleDays(9)).toEqual([]);
});

test('what is at the target and no good goes there again, as long as it is in the spool', () => {
  house.store('A');
  house.index.unstored('A');
  expect(house.index.get('A')).toMatchObject({ state: 'closed', spooled: true });
  expect(house.index.get('A')?.sha256).toBeUndefined();
  house.index.forwarding('A');
  house.index.stored('A', { bytes: 2110, sha256: HASH });
  house.index.unspooled('A');
  expect(() => house.index.unstored('A')).toThrow('left the spool');
});
