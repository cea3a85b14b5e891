/** What the hub says and hears, against a real broker, with what stands for Home Assistant beside it. */
import { afterEach, expect } from 'vitest';
import type { PackageHere } from '../../protocol/detection.ts';
import { topicsOf } from '../../test/support/home-assistant.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { brokerTest } from '../../test/support/mosquitto.ts';
import { doorbell, FakeToldHub } from '../../test/support/told-hub.ts';
import { hears, toldMqtt, until } from '../../test/support/told-mqtt.ts';
import { LOOK_MS } from './tell-states.ts';

const told = toldMqtt();
afterEach(() => told.end());
const { assistant, broker, listen, open } = told;

const door = { id: 'CAM1', name: 'Front door', slug: 'front-door' };
const parcel = (change: Partial<PackageHere> = {}): PackageHere => ({
  ...{ id: 'p', count: 1, deliveredAt: 1_790_000_000_000, eventId: 'e', confirmed: true, ...change },
});

brokerTest('tells each event as it is, and keeps how the camera is', async () => {
  const { url } = await broker();
  const { hub } = await open({ url });
  const now = await listen(url);
  await hears(now, 'doorstep/status', 'online');
  await hears(now, 'doorstep/front-door/packages', '{"count":0}');

  hub.events.publish({ kind: 'motion', phase: 'start', camera: door, at: 5, label: 'person' });
  await hears(now, 'doorstep/front-door/person', 'ON');
  hub.told[0]?.packages.push(parcel({ deliveredAt: 7 }));
  const facts = { id: 'p', count: 1, deliveredAt: 7 };
  const told = hub.events.publish({
    kind: 'package',
    phase: 'delivered',
    camera: door,
    at: 7,
    package: facts,
  });
  await hears(now, 'doorstep/front-door/packages', '{"count":1,"since":7}');
  await hears(now, 'doorstep/front-door/package/delivered', JSON.stringify(told));

  const later = await listen(url);
  await hears(later, 'doorstep/front-door/packages', '{"count":1,"since":7}');
  await hears(later, 'doorstep/front-door/motion', 'ON');
  // What happened once is not kept for whoever comes later.
  expect([...later.heard.keys()].filter((topic) => /\/(start|delivered|event\/.*)$/.test(topic))).toEqual([]);
});

brokerTest(
  'storage is told when it changes; when all ends, nothing is known and nobody is there',
  async () => {
    const { url } = await broker();
    const clock = new ManualClock();
    const { hub, mqtt } = await open({ url, clock });
    const now = await listen(url);
    const storage = () => JSON.parse(now.heard.get('doorstep/storage') ?? '{}');
    await until(() => expect(storage().state).toBe('ready'));
    hub.storage.become({ target: { state: 'missing', since: 7 }, spool: { bufferedMs: 60_000 } });
    await until(() => expect(storage()).toMatchObject({ state: 'missing', since: 7, waitingMinutes: 1 }));
    hub.events.publish({ kind: 'motion', phase: 'start', camera: door, at: 5, label: 'motion' });
    await hears(now, 'doorstep/front-door/motion', 'ON');
    // Packages are forgotten at times without an event.
    hub.told[0]?.packages.push(parcel({ deliveredAt: 7 }));
    clock.advance(LOOK_MS);
    await hears(now, 'doorstep/front-door/packages', '{"count":1,"since":7}');
    await mqtt[Symbol.asyncDispose]();
    await hears(now, 'doorstep/status', 'offline');
    await hears(now, 'doorstep/front-door/motion', 'OFF');
    await hears(now, 'doorstep/storage', '{"state":"unknown"}');
    expect([hub.listening, clock.pending]).toEqual([0, 0]);
  },
);

brokerTest(
  'every entity that Home Assistant finds gets what it needs, and hears each event once',
  async () => {
    const { url } = await broker();
    const here = await assistant(url);
    const { hub, mqtt } = await open({ url, commands: true, pictures: true });
    await until(() => expect(here.devices.size).toBe(2));
    expect(here.complaints).toEqual([]);
    const stateful = () =>
      here.entities.filter(({ component }) => !['event', 'image', 'button'].includes(component.platform));
    await until(() => expect(stateful().filter(({ state }) => state === undefined)).toEqual([]));
    await until(() => expect(here.entities.filter(({ available }) => !available)).toEqual([]));
    expect(here.entity('CAM1_package_since').state).toBe('unknown');
    expect(here.entity('hub_storage').state).toBe('off');
    expect(here.entity('hub_free').state).toBe('2000');

    const camera = hub.told[0];
    camera?.packages.push(parcel());
    hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
    hub.events.publish({
      kind: 'package',
      phase: 'delivered',
      camera: door,
      at: 7,
      package: { id: 'p', count: 1 },
    });
    await until(() => expect(here.entity('CAM1_package').state).toBe('on'));
    expect(here.entity('CAM1_package_count').state).toBe('1');
    expect(here.entity('CAM1_package_since').state).toBe('2026-09-21 14:13:20.000+00:00');
    await until(() => expect(here.entity('CAM1_picture_package').image).toEqual(hub.picture.jpeg));
    await until(() => expect(here.entity('CAM1_picture_ring').image).toEqual(hub.picture.jpeg));
    hub.events.publish({
      ...{ kind: 'package', phase: 'removed', camera: door, at: 9 },
      package: { id: 'p', count: 0, verdict: 'taken' },
    });
    hub.events.publish({ kind: 'motion', phase: 'start', camera: door, at: 9, label: 'person' });
    await until(() => expect(here.entity('CAM1_person').state).toBe('on'));
    await until(() =>
      expect(here.entity('CAM1_package_event').events.map((event) => event.event_type)).toEqual([
        'delivered',
        'taken',
      ]),
    );
    expect(here.entity('CAM1_doorbell').events).toMatchObject([{ event_type: 'ring', camera: door, at: 5 }]);
    await until(() => expect(here.entity('CAM1_picture_person').image).toEqual(hub.picture.jpeg));
    // Each topic that an entity names was heard of.
    const { heard } = await listen(url);
    const named = new Set(stateful().flatMap(({ component }) => topicsOf(component)));
    await until(() => expect([...named].filter((topic) => !heard.has(topic))).toEqual([]));
    expect(here.complaints).toEqual([]);

    hub.storage.become({ target: { state: 'missing', since: 7 } });
    await until(() => expect(here.entity('hub_storage').state).toBe('on'));

    expect(here.entity('CAM1_snoozed_until').state).toBe('unknown');
    hub.become('CAM1', { armed: false, snoozedUntil: 1_790_000_000_000 });
    await until(() => expect(here.entity('CAM1_snoozed_until').state).toBe('2026-09-21 14:13:20.000+00:00'));
    expect(here.entity('CAM1_armed').state).toBe('off');

    // Away, it does not say that nothing moves; it says that it does not know.
    hub.become('CAM1', { online: false });
    await until(() => expect(here.entity('CAM1_motion').available).toBe(false));
    expect(here.entity('CAM1_doorbell').available).toBe(true);
    expect(here.entity('CAM1_privacy').available).toBe(true);
    await mqtt[Symbol.asyncDispose]();
    await until(() => expect(here.entity('hub_storage').state).toBe('unknown'));
    await until(() => expect(here.entities.filter(({ available }) => available)).toEqual([]));
    expect(here.complaints).toEqual([]);
  },
);

brokerTest('without commands one sees what is switched, and pictures are nowhere', async () => {
  const { url } = await broker();
  const here = await assistant(url);
  const camera = doorbell({ id: 'CAM2', name: 'Motion', slug: 'garden', kind: 'camera' });
  const { hub } = await open({ url, hub: new FakeToldHub({ cameras: [doorbell(), camera] }) });
  await until(() => expect(here.devices.size).toBe(3));
  const platforms = new Set(here.entities.map(({ component }) => component.platform));
  expect([...platforms].toSorted()).toEqual(['binary_sensor', 'event', 'sensor']);
  expect(here.entities.filter(({ component }) => component.command_topic !== undefined)).toEqual([]);
  expect(() => here.entity('CAM2_doorbell')).toThrow(/0 entities/);
  // It would be called "Motion Motion".
  expect(here.entity('CAM2_motion').component.name).toBeNull();
  expect(here.entity('CAM1_motion').component.name).toBe('Motion');
  const now = await listen(url);
  await now.say('doorstep/front-door/set/armed', 'OFF');
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
  await until(() => expect(here.entity('CAM1_doorbell').events).toHaveLength(1));
  expect(hub.orders).toEqual([]);
  expect([...now.heard.keys()].filter((topic) => topic.includes('/picture/'))).toEqual([]);
  expect(here.complaints).toEqual([]);
});

brokerTest(
  'does what is ordered, where the owner allows it: not what was kept, not what is unknown',
  async () => {
    const { url } = await broker();
    const before = await listen(url);
    await before.say('doorstep/front-door/set/privacy', 'ON', true);
    const here = await assistant(url);
    const { hub, logged } = await open({ url, commands: true });
    await until(() => expect(here.devices.size).toBe(2));
    await before.say('doorstep/front-door/set/share', 'ON');
    await before.say('doorstep/front-door/set/share', 'ON');
    await before.say('doorstep/front-door/set/armed', 'perhaps');
    await before.say('doorstep/front-door/set/armed/more', 'OFF');
    await before.say('doorstep/nowhere/set/armed', 'OFF');
    await before.say('doorstep/front-door/set/snooze', '15');
    await here.order('CAM1_armed', 'OFF');
    await until(() => expect(here.entity('CAM1_armed').state).toBe('off'));
    for (const button of ['packages_collected', 'removal_explained', 'snooze'])
      await here.order(`CAM1_${button}`, String(here.entity(`CAM1_${button}`).component.payload_press));
    const orders = ['snooze 15', 'disarm', 'packages-collected', 'removal-explained', 'snooze'];
    await until(() => expect(hub.orders).toEqual(orders.map((order) => `CAM1 ${order}`)));
    expect(logged.filter((line) => line.includes('set/share'))).toHaveLength(1);
    expect(logged.join('\n')).toMatch(/set\/privacy" is kept by the broker, and is not taken/);
    for (let n = 0; n < 40; n++) await before.say('doorstep/front-door/set/door-opened', '');
    await until(() => expect(logged.join('\n')).toMatch(/more than 20 orders in 10 s/));
    expect(hub.orders).toHaveLength(20);
  },
);
