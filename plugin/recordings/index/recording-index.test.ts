import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GapReason } from '../../../protocol/event.ts';
import { baseOf, DAY, DOOR, HASH, IndexHouse } from '../../../test/support/index-house.ts';

let house: IndexHouse;
beforeEach(() => {
  house = new IndexHouse();
});
afterEach(() => house[Symbol.dispose]());

describe('what has to be written again at the target', () => {
  test('a day, until it was written as it is now', () => {
    house.store('A');
    const day = 'front-door/2026/11/22';
    expect(house.index.staleDays(9)).toEqual([day]);
    expect(house.index.ofDay(day).map(({ id }) => id)).toEqual(['A']);
    house.store('B', { at: DAY + 60_000 });
    house.index.dayWritten(day);
    expect(house.index.staleDays(9)).toEqual([day]);
    expect(house.index.ofDay(day).map(({ id }) => id)).toEqual(['A', 'B']);
    house.index.dayWritten(day);
    expect(house.index.staleDays(9)).toEqual([]);
    house.index.deleting(['A']);
    expect(house.index.staleDays(9)).toEqual([day]);
  });

  test('a sidecar, until it was written as it is now', () => {
    house.store('A');
    house.close('B');
    for (const id of ['A', 'B']) house.index.setKeep(id, 'pinned');
    expect(house.index.staleSidecars(9).map(({ id }) => id)).toEqual(['A']);
    house.index.setKeep('A', undefined);
    house.index.sidecarWritten('A');
    expect(house.index.staleSidecars(9).map(({ id, keep }) => [id, keep])).toEqual([['A', undefined]]);
    house.index.sidecarWritten('A');
    expect(house.index.staleSidecars(9)).toEqual([]);
  });
});

test('gaps of one reason that touch are one, and what was given up is counted', () => {
  const gap = (from: number, to: number, reason: GapReason = 'camera-offline') => ({
    camera: DOOR,
    from,
    to,
    reason,
  });
  house.index.addGap(gap(0, 1000));
  house.index.addGap(gap(1000, 3000));
  house.index.addGap(gap(5000, 6000));
  house.index.addGap(gap(2000, 2500, 'privacy'));
  expect(house.index.gaps({ from: 0, to: 9000 })).toEqual([
    gap(0, 3000),
    gap(2000, 2500, 'privacy'),
    gap(5000, 6000),
  ]);
  expect(house.index.gaps({ camera: 'front-door', from: 4000, to: 9000 })).toEqual([gap(5000, 6000)]);
  const now = house.clock.now();
  expect(house.index.droppedSince(0)).toEqual({ recordings: 0, bytes: 0 });
  house.index.addGap(gap(100, 200, 'spool-full'), { bytes: 70 });
  house.index.addGap(gap(200, 300, 'spool-full'), { bytes: 30 });
  expect(house.index.droppedSince(now)).toEqual({
    recordings: 2,
    bytes: 100,
    last: gap(200, 300, 'spool-full'),
  });
  expect(house.index.droppedSince(now + 1)).toEqual({ recordings: 0, bytes: 0 });
  const oldest = Math.min(...house.index.gaps({ from: 0, to: 9000 }).map(({ to }) => to));
  const { count, of } = house.index.gapsBefore(3001);
  expect(house.index.gapsBefore(3001)).toMatchObject({ count: of - 1, oldest });
  expect(house.index.removeGapsBefore(3001, 1)).toBe(1);
  expect(house.index.removeGapsBefore(3001, 99)).toBe(count - 1);
  expect(house.index.gaps({ from: 0, to: 9000 })).toEqual([gap(5000, 6000)]);
  expect(() => house.index.addGap(gap(2, 1))).toThrow('before it begins');
});

test('snapshots go to the target and away', () => {
  const picture = {
    ...{ id: 'A', camera: DOOR, at: DAY, base: baseOf('A', 'doorbell', DAY), state: 'closed' as const },
    ...{ bytes: 5, sha256: HASH },
  };
  house.index.putSnapshot(picture);
  house.open('A');
  expect(house.index.get('A')?.snapshotId).toBe('A');
  expect(house.index.snapshotsToForward(9)).toEqual([picture]);
  house.index.putSnapshot({ ...picture, state: 'stored' });
  expect([house.index.snapshotsToForward(9), house.index.snapshotsBefore(DAY)]).toEqual([[], []]);
  expect(house.index.snapshotsBefore(DAY + 1)).toEqual([{ ...picture, state: 'stored' }]);
  const removable = () => house.index.removableSnapshots({ before: DAY + 1, limit: 9 }).map(({ id }) => id);
  expect([removable(), house.index.snapshotCount()]).toEqual([['A'], 1]);
  expect(house.index.removableSnapshots({ before: DAY + 1, after: picture, limit: 9 })).toEqual([]);
  house.index.setKeep('A', 'pinned');
  expect(removable()).toEqual([]);
  house.index.putSnapshot({ ...picture, state: 'deleting' });
  expect(() => house.index.putSnapshot(picture)).toThrow('cannot become closed');
  house.index.removeSnapshot('A');
  expect(house.index.getSnapshot('A')).toBeUndefined();
  expect(() => house.index.putSnapshot({ ...picture, base: '../A' })).toThrow('no place');
});

test('the marker of the target is known again', () => {
  expect([house.index.isNew, house.index.target()]).toEqual([true, undefined]);
  const known = { id: 'u', kind: 'folder', where: '/mnt/nas', fileSystem: 'nfs4', mounted: true, since: 1 };
  house.index.setTarget({ ...known, since: 0 });
  house.index.setTarget(known);
  house.reopen();
  expect([house.index.isNew, house.index.target()]).toEqual([false, known]);
});
