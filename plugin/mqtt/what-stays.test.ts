/** What the broker keeps for the hub and shall not keep any more: against a real broker, with what stands for Home Assistant beside it. */
import { afterEach, expect, vi } from 'vitest';
import { brokerTest } from '../../test/support/mosquitto.ts';
import { doorbell, FakeToldHub, still } from '../../test/support/told-hub.ts';
import { memory, PATIENCE, toldMqtt, until } from '../../test/support/told-mqtt.ts';

const told = toldMqtt();
afterEach(() => told.end());
const { assistant, broker, listen, open } = told;

const door = { id: 'CAM1', name: 'Front door', slug: 'front-door' };

brokerTest('pictures are gone with privacy, with other masks and with the option', async () => {
  const { url } = await broker();
  const file = memory();
  const first = await open({ url, file, pictures: true });
  const { hub } = first;
  const now = await listen(url);
  const pictures = () =>
    Object.fromEntries(
      [...now.heard]
        .filter(([topic]) => topic.includes('/picture/'))
        .map(([topic, words]) => [topic.split('/').at(-1), words.slice(3)]),
    );
  const ring = () => hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
  ring();
  await until(() => expect(pictures().ring).toBe(still('now').jpeg.toString().slice(3)));
  hub.forget('CAM1');
  await until(() => expect(pictures().ring).toBe(''));
  // Who took a package is best seen before one knows of it; the visit's best picture, not that of an empty doorstep.
  hub.best = still('best', { takenAt: 80_000 });
  hub.events.publish({ kind: 'package', phase: 'removed', camera: door, at: 100_000 });
  await until(() => expect(pictures().package).toContain('best'));
  hub.events.publish({ kind: 'motion', phase: 'start', camera: door, at: 70_000, label: 'motion' });
  hub.events.publish({ kind: 'motion', phase: 'end', camera: door, at: 110_000, label: 'person' });
  await until(() => expect(pictures().person).toContain('best'));

  // It is switched on while a picture is being taken.
  const taking = Promise.withResolvers<void>();
  vi.spyOn(hub, 'snapshot').mockImplementationOnce(async () => {
    await taking.promise;
    return still('too late');
  });
  ring();
  hub.become('CAM1', { privacy: true });
  taking.resolve();
  await until(() => expect(pictures()).toEqual({ ring: '', person: '', package: '' }));
  ring();
  hub.become('CAM1', { privacy: false });
  hub.picture = still('drawn', { source: 'placeholder' });
  ring();
  hub.picture = still('seen');
  hub.events.publish({ kind: 'package', phase: 'delivered', camera: door, at: 100_000 });
  await until(() => expect(pictures().package).toContain('seen'));
  expect(pictures()).toMatchObject({ ring: '', person: '' });

  await first.mqtt[Symbol.asyncDispose]();
  await open({ url, file });
  await until(() => expect(pictures()).toEqual({ ring: '', person: '', package: '' }));
});

brokerTest(
  'what was told of a camera that is gone, or renamed, is removed; another hub keeps its own',
  async () => {
    const { url } = await broker();
    const [here, there] = [await assistant(url), await assistant(url)];
    const file = memory();
    const garden = doorbell({ id: 'CAM2', name: 'Garden', slug: 'garden' });
    const other = new FakeToldHub({ id: 'other', cameras: [doorbell({ id: 'CAM9' })] });
    await open({ url, hub: other, topic: 'house/second' });
    const first = await open({ url, file, hub: new FakeToldHub({ cameras: [doorbell(), garden] }) });
    for (const each of [here, there]) await until(() => expect(each.devices.size).toBe(5));
    await first.mqtt[Symbol.asyncDispose]();

    const renamed = new FakeToldHub({ cameras: [doorbell({ name: 'Porch', slug: 'porch' })] });
    await open({ url, file, hub: renamed });
    for (const each of [here, there]) {
      await until(() => expect(each.devices.size).toBe(4));
      await until(() => expect(each.entity('CAM1_motion').state).toBe('off'));
      expect(each.entity('CAM1_motion').component.state_topic).toBe('doorstep/porch/motion');
    }
    const kept = async () => {
      const { heard } = await listen(url);
      await until(() => expect(heard.get('house/second/status')).toBe('online'));
      return [...heard.keys()].filter((topic) => /^doorstep\/(front-door|garden)\//.test(topic));
    };
    await vi.waitFor(async () => expect(await kept()).toEqual([]), PATIENCE);

    renamed.events.publish({ kind: 'doorbell', phase: 'ring', camera: { ...door, slug: 'porch' }, at: 5 });
    await until(() => expect(here.entity('CAM1_doorbell').events).toHaveLength(1));
    expect(here.entity('CAM9_doorbell').events).toEqual([]);
    expect([here.complaints, there.complaints]).toEqual([[], []]);
  },
);

brokerTest('tells what is there again when Home Assistant starts, and after the broker did', async () => {
  const started = await broker();
  const { url } = started;
  const here = await assistant(url, { prefix: 'ha' });
  await open({ url, discoveryPrefix: 'ha' });
  await until(() => expect(here.devices.size).toBe(2));
  const { found } = here;
  await here.birth();
  await until(() => expect(here.found).toBe(found + 2));
  // It keeps nothing over a restart.
  await started.stop();
  await started.start();
  await until(() => expect(here.found).toBe(found + 4));
  await until(() => expect(here.entity('CAM1_motion').available).toBe(true));
  expect(here.complaints).toEqual([]);
});

brokerTest('what was switched off since is removed from Home Assistant, not left out', async () => {
  const { url } = await broker();
  const file = memory();
  const here = await assistant(url);
  const first = await open({ url, file, commands: true, pictures: true });
  await until(() => expect(here.devices.size).toBe(2));
  const all = here.entities.length;
  await first.mqtt[Symbol.asyncDispose]();
  await open({ url, file });
  await until(() => expect(here.entity('CAM1_armed_shown').state).toBe('on'));
  expect(here.entities.length).toBeLessThan(all);
  const { heard } = await listen(url);
  const topic = 'homeassistant/device/doorstep_CAM1/config';
  await until(() => expect(heard.has(topic)).toBe(true));
  const message = JSON.parse(heard.get(topic) ?? '');
  expect(message.cmps).toMatchObject({
    ...{ armed: { p: 'switch' }, snooze: { p: 'button' }, picture_ring: { p: 'image' } },
  });
  expect(Object.keys(message.cmps.picture_ring)).toEqual(['p']);
  expect(here.complaints).toEqual([]);
});

brokerTest('Home Assistant is told nothing where the owner does not want it', async () => {
  const { url } = await broker();
  const file = memory();
  const here = await assistant(url);
  const first = await open({ url, file });
  await until(() => expect(here.devices.size).toBe(2));
  await first.mqtt[Symbol.asyncDispose]();
  const { hub } = await open({ url, file, homeAssistant: false });
  await until(() => expect(here.devices.size).toBe(0));
  const now = await listen(url);
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera: door, at: 5 });
  await until(() => expect(now.heard.has('doorstep/front-door/doorbell/ring')).toBe(true));
  expect(now.heard.has('doorstep/front-door/event/doorbell')).toBe(false);
});
