import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AS_SHIPPED, BOX, PICTURE, REF, WatchHouse } from '../../test/support/watch-house.ts';

const AREA = [
  [0, 0],
  [1, 0],
  [0, 1],
] as const;

let house: WatchHouse;
beforeEach(() => {
  house = new WatchHouse();
});
afterEach(() => house[Symbol.dispose]());

test('motion is one start and one end, with where, how sure, and why', () => {
  house.start();
  for (let index = 0; index < 5; index++) {
    house.moves();
    house.clock.advance(200);
  }
  house.clock.advance(10_000);
  expect(house.story()).toEqual(['motion start', 'motion end']);
  expect(house.events[0]).toMatchObject({ camera: REF, zone: 'motion', score: 0.2 });
  expect(house.decided).toMatchObject([
    {
      ...{ camera: REF, kind: 'motion', phase: 'start', rule: 'moved', eventId: house.events[0]?.id },
      ...{ score: 0.2, scores: { size: 0.3 }, box: BOX, pictures: { after: PICTURE.png } },
    },
  ]);
});

test('a visit is one episode, decided on once, however still they stand', () => {
  house.start();
  house.moves();
  house.clock.advance(1000);
  house.somebody();
  house.somebody(0.6);
  house.clock.advance(60_000);
  house.left();
  house.clock.advance(8_000);
  expect(house.story()).toEqual(['motion start', 'person update', 'person end']);
  expect(house.events[1]).toMatchObject({ zone: 'doorstep', score: 0.5 });
  expect(house.decided.map(({ kind, eventId }) => [kind, eventId])).toEqual([
    ['motion', house.events[0]?.id],
    ['person', house.events[1]?.id],
  ]);
  house.somebody();
  expect(house.decided.at(-1)).toMatchObject({ kind: 'person', eventId: house.events.at(-1)?.id });
});

test('disarmed, what is under way ends, no picture is handed over, and nothing is told', () => {
  const watch = house.start();
  house.picture();
  house.moves();
  watch.arm(false);
  watch.arm(false);
  expect(house.story()).toEqual(['motion start', 'motion end']);
  house.picture();
  for (const say of [
    () => house.moves(),
    () => house.somebody(),
    () => house.left(),
    () => house.parcel('delivered', 'd1'),
  ])
    say();
  expect(house.watcher.of(REF.id).frames).toHaveLength(1);
  expect(house.events).toHaveLength(2);
  expect(watch.certain).toBe(false);
  expect(house.clock.pending).toBe(0);
  watch.arm(true);
  house.picture();
  expect(house.watcher.of(REF.id).frames).toHaveLength(2);
});

test('where the camera tells of motion, the picture tells only of people and packages', () => {
  const watch = house.start({ motionBy: 'camera' });
  house.moves();
  expect(house.events).toEqual([]);
  house.somebody();
  house.parcel('delivered', 'd1');
  expect(house.story()).toEqual(['person start', 'package delivered']);
  expect(watch.report(house.clock.now(), { test: false })).toBe(house.events[0]?.id);
});

test('nobody looks where nothing is wanted of the picture; packages need people', async () => {
  const watch = house.start({ motionBy: 'camera', people: false });
  house.picture();
  expect(house.watcher.cameraIds).toEqual([]);
  expect(await watch.info()).toBeUndefined();
  expect(watch.report(house.clock.now(), { test: true })).toBe(house.events[0]?.id);
});

test('a report gives the id of the episode that it made or extended', () => {
  const watch = house.start();
  const first = watch.report(house.clock.now(), { test: true });
  expect(house.events).toMatchObject([{ id: first, phase: 'start', label: 'motion', test: true }]);
  house.clock.advance(20_000);
  expect(watch.report(house.clock.now(), { test: false })).toBe(first);
  house.clock.advance(29_000);
  expect(house.events).toHaveLength(1);
  house.clock.advance(2000);
  expect(house.events[1]?.phase).toBe('end');
  expect(watch.report(house.clock.now(), { test: false })).not.toBe(first);
});

test('options, zones and leanings reach the eyes', () => {
  const watch = house.start({ smallest: 20, shortest: 1.5, packages: false });
  const { options } = house.watcher.of(REF.id);
  expect(options).toEqual([
    { ...AS_SHIPPED, people: true, packages: false, smallest: 0.2, shortestMs: 1500 },
  ]);
  const leanings = { motion: -0.5, person: 0, package: 0 };
  watch.look({ ...AS_SHIPPED, leanings });
  expect(options[1]).toMatchObject({ leanings });
});

test('the best picture of a visit is there until what was seen shall not be shown any more', async () => {
  const watch = house.start();
  const { options } = house.watcher.of(REF.id);
  const visit = async () => {
    house.somebody();
    await vi.waitFor(() => expect(watch.bestStill()?.jpeg.toString()).toBe('best'));
  };
  expect(watch.bestStill()).toBeUndefined();
  await visit();
  house.left();
  // An answer, or a doorstep drawn anew, hides nothing.
  watch.look({ ...AS_SHIPPED, zones: { ...AS_SHIPPED.zones, doorstep: [AREA] } });
  expect(watch.bestStill()).toBeDefined();
  expect([options.length, house.watcher.of(REF.id).forgets]).toEqual([2, 0]);
  const hides = { ...AS_SHIPPED, zones: { ...AS_SHIPPED.zones, hidden: [AREA] } };
  watch.look(hides);
  expect(watch.bestStill()).toBeUndefined();
  expect(house.watcher.of(REF.id).forgets).toBe(1);
  await visit();
  watch.look(hides);
  expect(watch.bestStill()).toBeDefined();
  for (const listener of house.forgetListeners) listener();
  expect(watch.bestStill()).toBeUndefined();
  expect(house.watcher.of(REF.id).forgets).toBe(2);
});

test('what was seen before is an event without a picture', () => {
  house.start();
  const at = house.clock.now();
  house.tell({ type: 'motion', at, score: 0.2, box: BOX, scores: {} });
  expect(house.story()).toEqual(['motion start']);
  expect(house.decided).toMatchObject([{ kind: 'motion', pictures: {} }]);
});

test('after the end nothing is left', () => {
  const watch = house.start();
  watch.report(house.clock.now(), { test: false });
  house.close();
  house.moves();
  house.clock.advance(60_000);
  expect([house.frameListeners.size, house.forgetListeners.size]).toEqual([0, 0]);
  expect(house.watcher.of(REF.id).closed).toBe(true);
  expect(house.events).toHaveLength(1);
  expect(house.clock.pending).toBe(0);
});

test('whoever comes after eyes that died in a visit, or stays for longer than an episode, is decided on anew', () => {
  house.start();
  house.somebody();
  house.clock.advance(120_000);
  house.somebody();
  expect(house.story()).toEqual(['person start', 'person end', 'person start']);
  for (let minute = 0; minute < 15; minute++) {
    house.clock.advance(60_000);
    house.somebody();
  }
  const starts = house.events.filter(({ phase }) => phase === 'start').map(({ id }) => id);
  expect(starts).toHaveLength(3);
  expect(house.decided.map(({ eventId }) => eventId)).toEqual(starts);
});
