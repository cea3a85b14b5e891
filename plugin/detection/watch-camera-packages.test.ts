import { afterEach, beforeEach, expect, test } from 'vitest';
import { PICTURE, REF, WatchHouse } from '../../test/support/watch-house.ts';

let house: WatchHouse;
beforeEach(() => {
  house = new WatchHouse();
});
afterEach(() => house[Symbol.dispose]());

test('a package comes and goes: events, pictures, and a line in the log', () => {
  house.start();
  house.parcel('delivered', 'd1');
  house.clock.advance(2 * 3_600_000);
  house.parcel('removed', 'd2');
  expect(house.events).toMatchObject([
    { kind: 'package', phase: 'delivered', zone: 'doorstep', score: 0.9, package: { id: 'p', count: 1 } },
    { phase: 'removed', package: { count: 0, presentForMs: 2 * 3_600_000, verdict: 'unknown' } },
  ]);
  expect(house.decided).toMatchObject([
    {
      id: 'd1',
      kind: 'package',
      phase: 'delivered',
      eventId: house.events[0]?.id,
      pictures: { before: PICTURE.png },
    },
    { id: 'd2', phase: 'removed', eventId: house.events[1]?.id },
  ]);
  expect(house.lines).toEqual(['A package came.', 'The package is gone (it lay there for 2 h).']);
  house.parcel('corrected', 'd3', { supersedes: 'd2' });
  expect(house.events[2]).toMatchObject({
    phase: 'corrected',
    supersedes: house.events[1]?.id,
    package: { count: 1 },
  });
  expect(house.decided[2]).toMatchObject({ id: 'd3', supersedes: 'd2', eventId: house.events[2]?.id });
  expect(house.parcels.here()).toMatchObject([{ id: 'p', eventId: house.events[0]?.id }]);
});

test('who hears of a package finds it there, with the event that told of it', () => {
  house.start();
  const found: unknown[] = [];
  house.bus.subscribe(({ id }) => found.push([id, house.parcels.here().map(({ eventId }) => eventId)]));
  house.parcel('delivered', 'd1');
  expect(found).toEqual([[house.events[0]?.id, [house.events[0]?.id]]]);
});

test('a restart keeps what lies there, what the eyes remember, and what can be corrected', () => {
  house.start();
  house.tell({ type: 'memory', text: 'the empty porch' });
  house.parcel('delivered', 'd1');
  house.tell({ type: 'memory', text: 'a box on it' });
  house.close();
  house.start();
  expect(house.watcher.of(REF.id).options[0]?.memory).toBe('a box on it');
  expect(house.parcels.here()).toMatchObject([{ id: 'p', count: 1 }]);
  house.parcel('corrected', 'd2', { supersedes: 'd1' });
  expect(house.events.at(-1)).toMatchObject({ phase: 'corrected', supersedes: house.events[0]?.id });
  expect(house.parcels.here()).toEqual([]);
});

test('without its files, a restart still knows what was told, and the eyes may call it something new', () => {
  house.start();
  house.parcel('delivered', 'd1');
  house.close();
  house.disk.clear();
  house.start();
  expect(house.parcels.here()).toMatchObject([{ id: 'p' }]);
  house.parcel('removed', 'd2', { packageId: 'q', count: 0 });
  expect(house.events.at(-1)).toMatchObject({ phase: 'removed', package: { id: 'p' } });
});

test('without people no package is looked for', () => {
  house.start({ people: false });
  expect(house.watcher.of(REF.id).options).toMatchObject([{ people: false, packages: false }]);
});

test('packages are seen while fresh pictures of a camera that is there are looked through, and in the light', () => {
  const watch = house.start();
  const seen = () => {
    house.picture();
    return watch.certain;
  };
  expect(watch.certain).toBe(false);
  expect(seen()).toBe(true);
  house.clock.advance(10_001);
  expect(watch.certain).toBe(false);
  house.online = false;
  expect(seen()).toBe(false);
  house.online = true;
  house.watcher.problem = { code: 'detection-stopped', what: 'It has stopped.', cure: 'Wait.' };
  expect(seen()).toBe(false);
  house.watcher.problem = undefined;
  house.tell({ type: 'certainty', at: house.clock.now(), confirmed: false });
  expect(seen()).toBe(false);
  house.tell({ type: 'begun', packageIds: [] });
  expect(seen()).toBe(true);
  watch.arm(false);
  expect(seen()).toBe(false);
  house.close();
  const blind = house.start({ packages: false });
  house.picture();
  expect(blind.certain).toBe(false);
});

test('what the household took in, the eyes are told of; eyes that begin with it, too', () => {
  house.start();
  const { gone } = house.watcher.of(REF.id);
  house.parcel('delivered', 'd1');
  house.parcels.household('collected');
  expect(gone).toEqual(['p']);
  house.tell({ type: 'begun', packageIds: ['p'] });
  expect(gone).toEqual(['p', 'p']);
  house.parcel('delivered', 'd2', { packageId: 'q' });
  house.parcel('removed', 'd3', { packageId: 'q' });
  expect(gone).toHaveLength(2);
  expect(house.story().slice(2)).toEqual(['package delivered', 'package removed']);
});

test('what the eyes give up, or nobody looks for any more, does not lie there for ever', () => {
  house.start();
  house.tell({ type: 'memory', text: 'a porch' });
  house.parcel('delivered', 'd1');
  house.tell({ type: 'over', packageIds: ['p'] });
  expect(house.parcels.here()).toEqual([]);
  house.parcel('delivered', 'd2', { packageId: 'q' });
  house.close();
  house.start({ people: false, motionBy: 'camera' });
  expect(house.parcels.here()).toHaveLength(1);
  house.clock.advance(24 * 3_600_000);
  expect(house.parcels.here()).toEqual([]);
});

test('what is decided just when it is switched off is told by nobody, and known to neither', () => {
  const watch = house.start();
  house.parcel('delivered', 'd1');
  watch.arm(false);
  house.parcel('removed', 'd2');
  house.parcel('delivered', 'd3', { packageId: 'q' });
  expect(house.story()).toEqual(['package delivered']);
  expect(house.parcels.here()).toEqual([]);
  expect(house.watcher.of(REF.id).gone).toEqual(['p', 'q']);
});
