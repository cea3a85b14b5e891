/** On the bridge of a real HAP library, seen by a paired controller. */
import type { EventEmitter } from 'node:events';
import type { API, PlatformAccessory } from 'homebridge';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StorageInfo } from '../../protocol/api.ts';
import { CHARACTERISTIC, HomeKitController } from '../../simulator/homekit/controller.ts';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { storageFacts } from '../../test/support/storage-facts.ts';
import { type ToldChange, ToldStorage } from '../../test/support/told-storage.ts';
import { CATEGORY } from './hap-values.ts';
import { createRecordingsSensor, needsNotice, recordingsSensorUuid } from './recordings-sensor.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const TYPE = { contactSensor: '80', contactState: '6A', statusFault: '77', configuredName: 'E3' } as const;
const camera = { id: 'c1', name: 'Front door', slug: 'front-door' };

let host: HomeKitHost;
beforeAll(async () => {
  host = await startHomeKitHost();
});
afterAll(() => host?.[Symbol.asyncDispose]());

/** Puts what is registered onto a bridge, as Homebridge does, and pairs with that. */
async function bridged<T extends { accessory: PlatformAccessory } & Disposable>(api: API, create: () => T) {
  const publications = api as unknown as EventEmitter;
  const bridge = new api.hap.Bridge('Bridge', api.hap.uuid.generate(`bridge ${Math.random()}`));
  const register = (accessories: PlatformAccessory[]) =>
    bridge.addBridgedAccessories(accessories.map((each) => each._associatedHAPAccessory));
  publications.once('registerPlatformAccessories', register);
  const made = create();
  const listening = new Promise<number>((resolve) => bridge.once('listening', resolve));
  const identity = { username: '0E:0E:0E:0E:0E:01', setupCode: '031-45-154' };
  await bridge.publish({
    ...{ username: identity.username, pincode: identity.setupCode, category: CATEGORY.sensor },
    ...{ port: 0, bind: 'lo' },
  });
  const controller = await HomeKitController.pair({ ...identity, port: await listening });
  return {
    made,
    controller,
    async [Symbol.asyncDispose]() {
      await controller[Symbol.asyncDispose]();
      made[Symbol.dispose]();
      await bridge.unpublish();
    },
  };
}

function create(storage: ToldStorage, more: { cached?: PlatformAccessory; clock?: ManualClock } = {}) {
  const kept = new Map<string, string>();
  return createRecordingsSensor({
    ...{ api: host.api, pluginName: 'homebridge-doorstep', platformName: 'Doorstep', storage },
    names: { get: (subtype) => kept.get(subtype), set: (subtype, name) => void kept.set(subtype, name) },
    ...{ clock: new ManualClock(), log: quiet, version: '1.2.3' },
    ...more,
  });
}

it('opens while the NAS is away, and says that something is wrong', async () => {
  const storage = new ToldStorage();
  await using bridge = await bridged(host.api, () => create(storage));
  const { controller } = bridge;
  const [sensor] = controller.find(TYPE.contactSensor);
  const key = (type: string) => controller.characteristic(TYPE.contactSensor, type).key;
  expect(sensor?.characteristics.find(({ type }) => type === TYPE.configuredName)?.value).toBe(
    'Doorstep Recordings',
  );
  const [contact, fault, active] = [
    key(TYPE.contactState),
    key(TYPE.statusFault),
    key(CHARACTERISTIC.statusActive),
  ];
  expect(await controller.read(contact)).toBe(0);
  expect(await controller.read(fault)).toBe(0);
  expect([true, 1]).toContain(await controller.read(active));

  await controller.subscribe(contact);
  storage.become({ target: { state: 'missing', since: 7 } });
  await controller.event((event) => event.key === contact && event.value === 1);
  expect(await controller.read(fault)).toBe(1);
  storage.become({ target: { state: 'ready', since: 8 } });
  await controller.event((event) => event.key === contact && event.value === 0);
  expect(await controller.read(fault)).toBe(0);
});

it('is the accessory that Homebridge remembered, and nothing is left of it when it ends', () => {
  const storage = new ToldStorage();
  const clock = new ManualClock();
  const cached = new host.api.platformAccessory('Doorstep Recordings', recordingsSensorUuid(host.api));
  const registered: unknown[] = [];
  const publications = host.api as unknown as EventEmitter;
  publications.on('registerPlatformAccessories', (accessories: unknown) => registered.push(accessories));
  const sensor = create(storage, { cached, clock });
  expect(sensor.accessory).toBe(cached);
  expect(registered).toEqual([]);
  sensor[Symbol.dispose]();
  expect([storage.listening, clock.pending]).toEqual([0, 0]);
});

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const given = (to: number) => ({
  recordings: 1,
  bytes: 1,
  last: { camera, from: 0, to, reason: 'spool-full' as const },
});

it.each<[string, ToldChange, boolean]>([
  ['all arrives', {}, false],
  ['it is not known yet', { target: { state: 'starting' } }, false],
  ['the NAS is away', { target: { state: 'missing', since: NOW - 30_000 } }, true],
  ['the NAS restarts', { target: { state: 'missing', since: NOW - 29_999 } }, false],
  ['the place is new', { target: { state: 'waiting' } }, true],
  ['the place may not be used', { target: { state: 'refused' } }, true],
  ['footage was just given up', { dropped: given(NOW - 1000) }, true],
  ['footage was given up an hour ago', { dropped: given(NOW - HOUR) }, false],
])('when %s', (_what, { target, spool: _, ...more }, open) => {
  const facts = storageFacts('/mnt/nas');
  const storage: StorageInfo = { ...facts, ...more, target: { ...facts.target, ...target } };
  expect(needsNotice(storage, NOW)).toBe(open);
});
