import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HomeState } from '../../protocol/detection.ts';
import { CHARACTERISTIC, SERVICE } from '../../simulator/homekit/controller.ts';
import { keyOf, PairedDoorbell } from '../../test/support/homekit-doorbell.ts';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Household } from './household-switches.ts';
import { ON_MS } from './trigger-switches.ts';

const SWITCH = '49';
const ON = '25';

let host: HomeKitHost;
beforeAll(async () => {
  host = await startHomeKitHost();
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

const isTrue = (value: unknown) => value === true || value === 1;

class TestHousehold implements Household {
  home: HomeState = 'unknown';
  taken = 0;
  readonly listeners = new Set<() => void>();

  setHome(home: HomeState): void {
    this.home = home;
    for (const listener of this.listeners) listener();
  }

  onHome(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  collected(): void {
    this.taken++;
  }
}

it('"I took it in" tells it each time, and turns itself off', async () => {
  const clock = new ManualClock();
  const household = new TestHousehold();
  await using doorbell = await PairedDoorbell.pair(host.api, undefined, 'doorbell', { household, clock });
  const { controller } = doorbell;
  const on = keyOf(doorbell, SWITCH, 'Front door I Took It In', ON);
  expect(isTrue(await controller.read(on))).toBe(false);
  await controller.write(on, true);
  expect(household.taken).toBe(1);
  await controller.subscribe(on);
  clock.advance(ON_MS);
  await controller.event(({ key, value }) => key === on && !isTrue(value));
  await controller.write(on, false);
  expect(household.taken).toBe(1);
});

it('"Somebody is home" is on until somebody says that nobody is, wherever that is said', async () => {
  const household = new TestHousehold();
  await using doorbell = await PairedDoorbell.pair(host.api, undefined, 'doorbell', { household });
  const { controller } = doorbell;
  const on = keyOf(doorbell, SWITCH, 'Front door Somebody Is Home', ON);
  expect(isTrue(await controller.read(on))).toBe(true);
  expect(household.home).toBe('unknown');
  await controller.write(on, false);
  expect(household.home).toBe('away');
  await controller.subscribe(on);
  household.setHome('home');
  await controller.event(({ key, value }) => key === on && isTrue(value));
  await doorbell.accessory[Symbol.asyncDispose]();
  expect(household.listeners.size).toBe(0);
});

it('the person sensor shows people alone, and the motion sensor both', async () => {
  await using doorbell = await PairedDoorbell.pair(host.api, undefined);
  const { controller } = doorbell;
  const { motionDetected } = CHARACTERISTIC;
  const person = keyOf(doorbell, SERVICE.motionSensor, 'Front door Person', motionDetected);
  const motion = controller.characteristic(SERVICE.motionSensor, motionDetected).key;
  expect(motion).not.toBe(person);
  const read = async () => [isTrue(await controller.read(motion)), isTrue(await controller.read(person))];
  doorbell.happen({ kind: 'motion', phase: 'start', label: 'motion' });
  expect(await read()).toEqual([true, false]);
  doorbell.happen({ kind: 'motion', phase: 'update', label: 'person' });
  expect(await read()).toEqual([true, true]);
  doorbell.happen({ kind: 'motion', phase: 'end', label: 'person' });
  expect(await read()).toEqual([false, false]);
  doorbell.happen({ kind: 'motion', phase: 'start', label: 'person' });
  doorbell.happen({ kind: 'camera', phase: 'privacy-on' });
  expect(await read()).toEqual([false, false]);
});

it.each([true, false])(
  'the person sensor is there whether somebody looks for people (%s), and says so',
  async (people) => {
    await using doorbell = await PairedDoorbell.pair(host.api, undefined, 'doorbell', {
      detection: { people },
    });
    const active = keyOf(doorbell, SERVICE.motionSensor, 'Front door Person', CHARACTERISTIC.statusActive);
    doorbell.camera.connect();
    expect(isTrue(await doorbell.controller.read(active))).toBe(people);
  },
);
