import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHARACTERISTIC, type HapService, SERVICE } from '../../simulator/homekit/controller.ts';
import { keyOf, type MoreOptions, nameOf, PairedDoorbell } from '../../test/support/homekit-doorbell.ts';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { freshHousehold } from '../../test/support/homekit-options.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Still } from '../camera/contract.ts';
import { privacyOn } from '../camera/trigger-policy.ts';
import type { HomeKitConfig } from '../config.ts';
import { ProblemError } from '../system/problem.ts';
import { GRACE_MS } from './camera-presence.ts';
import { ASK_MS, type Chime, type ChimeState } from './chime.ts';
import { LOOK_MS } from './package-sensor.ts';
import { PRESS_WAIT_MS } from './snapshot.ts';
import { ON_MS } from './trigger-switches.ts';

const TYPE = {
  switch: '49',
  contactSensor: '80',
  occupancySensor: '86',
  label: 'CC',
  on: '25',
  contactState: '6A',
  occupancyDetected: '71',
  statusFault: '77',
  labelIndex: 'CB',
  configuredName: 'E3',
  volume: '119',
  mute: '11A',
} as const;

let host: HomeKitHost;
beforeAll(async () => {
  host = await startHomeKitHost();
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

const pair = (more: MoreOptions = {}, kind: 'doorbell' | 'camera' = 'doorbell') =>
  PairedDoorbell.pair(host.api, undefined, kind, more);

/** What people see, sorted. */
const names = ({ controller }: PairedDoorbell) =>
  controller.services.flatMap((service) => nameOf(service) ?? []).sort();

const isTrue = (value: unknown) => value === true || value === 1;

const ALL_NAMES = {
  privacySwitch: ['Front door Privacy'],
  detectionSwitch: ['Front door Detection'],
  offlineSensor: ['Front door Offline'],
  packageSensor: ['Front door Packages', 'Front door Packages'],
  personSensor: ['Front door Person'],
  collectedSwitch: ['Front door I Took It In'],
  homeSwitch: ['Front door Somebody Is Home'],
  triggerSwitches: ['Front door Motion Trigger', 'Front door Ring'],
} as const satisfies Partial<Record<keyof HomeKitConfig, readonly string[]>>;

describe('the services of a doorbell', () => {
  it('are those that the owner wants', async () => {
    await using doorbell = await pair();
    expect(names(doorbell)).toEqual(Object.values(ALL_NAMES).flat().sort());
  });

  it.each(Object.keys(ALL_NAMES) as (keyof typeof ALL_NAMES)[])('are there without %s', async (option) => {
    await using doorbell = await pair({ hap: { [option]: false } });
    const others = Object.entries(ALL_NAMES).filter(([name]) => name !== option);
    expect(names(doorbell)).toEqual(others.flatMap(([, some]) => some).sort());
    expect(doorbell.controller.find(SERVICE.doorbell)).toHaveLength(1);
  });

  it('are none for the bell at a camera that has none', async () => {
    await using camera = await pair({}, 'camera');
    expect(names(camera)).not.toContain('Front door Ring');
    expect(names(camera)).toContain('Front door Motion Trigger');
    expect(camera.controller.find(TYPE.label)).toHaveLength(0);
  });
});

describe('the switches of a camera', () => {
  it.each([
    ['Front door Privacy', 'privacy', true],
    ['Front door Detection', 'armed', false],
  ] as const)('%s shows and sets what the household switched', async (name, what, other) => {
    const { switches } = freshHousehold();
    await using doorbell = await pair({ switches });
    const { controller } = doorbell;
    const on = keyOf(doorbell, TYPE.switch, name, TYPE.on);
    expect(isTrue(await controller.read(on))).toBe(!other);
    await controller.write(on, other);
    expect(switches[what]).toBe(other);
    // From elsewhere: web app, API, another camera's automation.
    await controller.subscribe(on);
    switches.set({ [what]: !other });
    await controller.event(({ key, value }) => key === on && isTrue(value) === !other);
  });

  it('show what was kept from before a restart', async () => {
    const { switches } = freshHousehold();
    switches.set({ privacy: true, armed: false });
    await using doorbell = await pair({ switches });
    const value = (name: string) =>
      doorbell.controller.read(keyOf(doorbell, TYPE.switch, name, TYPE.on)).then(isTrue);
    expect(await value('Front door Privacy')).toBe(true);
    expect(await value('Front door Detection')).toBe(false);
  });

  it('keep the name that the owner gives them', async () => {
    const kept = new Map<string, string>();
    const namesOfOwner = {
      get: (subtype: string) => kept.get(subtype),
      set: (subtype: string, name: string) => void kept.set(subtype, name),
    };
    await using doorbell = await pair({ names: namesOfOwner });
    await doorbell.controller.write(
      keyOf(doorbell, TYPE.switch, 'Front door Privacy', TYPE.configuredName),
      'Look away',
    );
    await using again = await pair({ names: namesOfOwner });
    expect(names(again)).toContain('Look away');
    expect(names(again)).not.toContain('Front door Privacy');
  });
});

describe('a camera that does not answer', () => {
  it('opens its sensor and shows a fault, after a moment, until it is back', async () => {
    const clock = new ManualClock();
    await using doorbell = await pair({ clock });
    const { controller, camera } = doorbell;
    const open = keyOf(doorbell, TYPE.contactSensor, 'Front door Offline', TYPE.contactState);
    const fault = controller.characteristic(SERVICE.motionSensor, TYPE.statusFault).key;
    const read = async () => [await controller.read(open), await controller.read(fault)];
    // Nobody has had the time to reach it.
    expect(await read()).toEqual([0, 0]);
    camera.connect();
    camera.lose();
    expect(await read()).toEqual([0, 0]);
    clock.advance(GRACE_MS);
    expect(await read()).toEqual([1, 1]);
    camera.connect();
    expect(await read()).toEqual([0, 0]);
  });

  it('is not one that looks away', async () => {
    const clock = new ManualClock();
    await using doorbell = await pair({ clock });
    const { controller, camera } = doorbell;
    const open = keyOf(doorbell, TYPE.contactSensor, 'Front door Offline', TYPE.contactState);
    const active = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.statusActive).key;
    camera.connect();
    expect(isTrue(await controller.read(active))).toBe(true);
    await camera.setPrivacy(true);
    clock.advance(60_000);
    expect(await controller.read(open)).toBe(0);
    expect(isTrue(await controller.read(active))).toBe(false);
    // And neither while it comes back.
    await camera.setPrivacy(false);
    clock.advance(60_000);
    expect(await controller.read(open)).toBe(0);
  });
});

describe('privacy mode', () => {
  it('ends motion, also that of a press', async () => {
    await using doorbell = await pair();
    const { controller } = doorbell;
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    await controller.subscribe(motion);
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await controller.event(({ value }) => isTrue(value));
    doorbell.happen({ kind: 'camera', phase: 'privacy-on' });
    await controller.event(({ value }) => !isTrue(value));
  });
});

describe('packages', () => {
  const delivered = { kind: 'package', phase: 'delivered', package: { id: 'p1', count: 1 } } as const;
  const removed = { kind: 'package', phase: 'removed', package: { id: 'p1', count: 1 } } as const;

  it('are shown while they are there, and press a button when they come and go', async () => {
    const lying: { count: number }[] = [];
    await using doorbell = await pair({ packages: () => lying });
    const { controller } = doorbell;
    const here = keyOf(doorbell, TYPE.occupancySensor, 'Front door Packages', TYPE.occupancyDetected);
    const button = keyOf(doorbell, SERVICE.button, 'Front door Packages', CHARACTERISTIC.switchEvent);
    await controller.subscribe(here, button);
    expect(await controller.read(here)).toBe(0);
    lying.push({ count: 1 });
    doorbell.happen(delivered);
    await controller.event(({ key, value }) => key === here && value === 1);
    await controller.event(({ key, value }) => key === button && value === 0);
    lying.pop();
    doorbell.happen(removed);
    await controller.event(({ key, value }) => key === here && value === 0);
    await controller.event(({ key, value }) => key === button && value === 1);
  });

  it('offer single and double press, and leave the bell its own button, which comes first', async () => {
    await using doorbell = await pair();
    const [bell, packages, ...more] = doorbell.controller.find(SERVICE.button);
    expect(more).toEqual([]);
    const valid = (service?: HapService) =>
      service?.characteristics.find(({ type }) => type === CHARACTERISTIC.switchEvent);
    expect(valid(bell)).toMatchObject({ validValues: [0], value: null });
    expect(valid(packages)).toMatchObject({ validValues: [0, 1], value: null });
    const index = (service?: HapService) =>
      service?.characteristics.find(({ type }) => type === TYPE.labelIndex)?.value;
    expect([index(bell), index(packages)]).toEqual([1, 2]);
    expect(doorbell.controller.find(TYPE.label)).toHaveLength(1);
    // A press of the bell is none of the other button.
    const other = keyOf(doorbell, SERVICE.button, 'Front door Packages', CHARACTERISTIC.switchEvent);
    const ring = doorbell.controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await doorbell.controller.subscribe(other, ring);
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await doorbell.controller.event(({ key }) => key === ring);
    doorbell.happen(removed);
    await doorbell.controller.event(({ key }) => key === other);
    expect(doorbell.controller.events.filter(({ key }) => key === other)).toHaveLength(1);
  });

  it('are corrected without a press', async () => {
    const lying = [{ count: 1 }];
    await using doorbell = await pair({ packages: () => lying });
    const { controller } = doorbell;
    const here = keyOf(doorbell, TYPE.occupancySensor, 'Front door Packages', TYPE.occupancyDetected);
    const button = keyOf(doorbell, SERVICE.button, 'Front door Packages', CHARACTERISTIC.switchEvent);
    await controller.subscribe(here, button);
    doorbell.happen({ ...delivered, id: '01DELIVERED' });
    await controller.event(({ key, value }) => key === button && value === 0);
    lying.pop();
    doorbell.happen({ kind: 'package', phase: 'corrected', supersedes: '01DELIVERED' });
    await controller.event(({ key, value }) => key === here && value === 0);
    expect(controller.events.filter(({ key }) => key === button).map(({ value }) => value)).toEqual([0]);
  });

  it('are shown for as long as the hub knows them, from before a restart and without an event', async () => {
    const clock = new ManualClock();
    const lying = [{ count: 1 }];
    await using doorbell = await pair({ packages: () => lying, clock });
    const { controller } = doorbell;
    const here = keyOf(doorbell, TYPE.occupancySensor, 'Front door Packages', TYPE.occupancyDetected);
    await controller.subscribe(here);
    expect(await controller.read(here)).toBe(1);
    clock.advance(3 * 24 * 60 * 60_000);
    expect(await controller.read(here)).toBe(1);
    lying.pop();
    clock.advance(LOOK_MS);
    await controller.event(({ key, value }) => key === here && value === 0);
    await doorbell.accessory[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });
});

describe('a press', () => {
  const picture = (text: string): Still => ({
    ...{ jpeg: Buffer.from(text), width: 640, height: 360, takenAt: Date.now(), source: 'decoded' },
  });
  const shown = async ({ controller }: PairedDoorbell) => String((await controller.snapshot(640, 360)).jpeg);

  /** Presses, and gives how many ms later a phone has it. */
  async function press(doorbell: PairedDoorbell): Promise<number> {
    const { controller } = doorbell;
    const ring = controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await controller.subscribe(ring);
    const begun = performance.now();
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await controller.event(({ key }) => key === ring);
    return performance.now() - begun;
  }

  it('is told with the picture of who rang, not of who is there when the phone asks', async () => {
    await using doorbell = await pair();
    doorbell.camera.connect();
    doorbell.camera.still = async () => picture('who rang');
    await press(doorbell);
    doorbell.camera.still = async () => picture('the empty step');
    expect(await shown(doorbell)).toBe('who rang');
  });

  it('waits for a picture that is on its way, and rings without one that does not come', async () => {
    const clock = new ManualClock();
    await using doorbell = await pair({ clock });
    doorbell.camera.connect();
    doorbell.camera.still = () => new Promise(() => {});
    const { controller } = doorbell;
    const ring = controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await controller.subscribe(ring);
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    // A round trip later nothing has come.
    await controller.read(ring);
    expect(controller.events.filter(({ key }) => key === ring)).toEqual([]);
    clock.advance(PRESS_WAIT_MS);
    await controller.event(({ key }) => key === ring);
  });

  it('is not told when privacy begins before its picture is there', async () => {
    const clock = new ManualClock();
    await using doorbell = await pair({ clock });
    const { controller, camera } = doorbell;
    camera.connect();
    camera.still = () => new Promise(() => {});
    const ring = controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    await controller.subscribe(ring, motion);
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await camera.setPrivacy(true);
    clock.advance(PRESS_WAIT_MS);
    await controller.read(ring);
    expect(controller.events.filter(({ key }) => key === ring || key === motion)).toEqual([]);
    // The next one after privacy rings again.
    await camera.setPrivacy(false);
    await press(doorbell);
  });

  it('rings at once when the camera is offline', async () => {
    // The clock stands still: it would wait for ever.
    await using doorbell = await pair({ clock: new ManualClock() });
    doorbell.camera.still = () => new Promise(() => {});
    expect(await press(doorbell)).toBeLessThan(30_000);
  });
});

describe('the trigger switches', () => {
  it.each([
    ['Front door Ring', 'ring'],
    ['Front door Motion Trigger', 'motion'],
  ])('%s sets it off and turns itself off', async (name, kind) => {
    const set: string[] = [];
    const clock = new ManualClock();
    await using doorbell = await pair({ clock, trigger: (kind) => set.push(kind) });
    const { controller } = doorbell;
    const on = keyOf(doorbell, TYPE.switch, name, TYPE.on);
    await controller.write(on, true);
    expect(set).toEqual([kind]);
    expect(isTrue(await controller.read(on))).toBe(true);
    clock.advance(ON_MS);
    expect(isTrue(await controller.read(on))).toBe(false);
    await controller.write(on, false);
    expect(set).toEqual([kind]);
  });

  it('say when nothing comes of it', async () => {
    await using doorbell = await pair({
      trigger: () => {
        throw new ProblemError(privacyOn('Front door'));
      },
    });
    const on = keyOf(doorbell, TYPE.switch, 'Front door Ring', TYPE.on);
    await expect(doorbell.controller.write(on, true)).rejects.toThrow();
    expect(isTrue(await doorbell.controller.read(on))).toBe(false);
  });
});

describe('the chime', () => {
  function played(state: ChimeState) {
    const changes: Partial<ChimeState>[] = [];
    const chime: Chime = {
      get: async () => state,
      async set(change) {
        changes.push(change);
      },
    };
    return { chime, changes };
  }

  it('has the loudness that the camera says, and gets the one that the owner wants', async () => {
    const { chime, changes } = played({ volume: 40, muted: false });
    await using doorbell = await pair({ chime });
    const { controller } = doorbell;
    const volume = controller.characteristic(SERVICE.doorbell, TYPE.volume).key;
    const mute = controller.characteristic(SERVICE.doorbell, TYPE.mute).key;
    await expect.poll(() => controller.read(volume)).toBe(40);
    await controller.write(volume, 70);
    await controller.write(mute, true);
    expect(changes).toEqual([{ volume: 70 }, { muted: true }]);
  });

  it('says when the camera does not take it', async () => {
    const { chime } = played({ volume: 40, muted: false });
    chime.set = () => Promise.reject(new Error('it does not answer'));
    await using doorbell = await pair({ chime });
    const volume = doorbell.controller.characteristic(SERVICE.doorbell, TYPE.volume).key;
    await expect(doorbell.controller.write(volume, 70)).rejects.toThrow();
  });

  it('is offered only where the camera has one, and as soon as it says so', async () => {
    const { chime } = played({ volume: 40, muted: false });
    const { get } = chime;
    chime.get = () => Promise.reject(new Error('not reached yet'));
    const clock = new ManualClock();
    await using doorbell = await pair({ chime, clock });
    expect(() => doorbell.controller.characteristic(SERVICE.doorbell, TYPE.volume)).toThrow();
    chime.get = get;
    clock.advance(ASK_MS);
    const { accessory } = doorbell.accessory;
    const { Doorbell } = host.api.hap.Service;
    const { Volume } = host.api.hap.Characteristic;
    await expect.poll(() => accessory.getService(Doorbell)?.testCharacteristic(Volume)).toBe(true);
    expect(accessory.getService(Doorbell)?.getCharacteristic(Volume).value).toBe(40);
  });
});
