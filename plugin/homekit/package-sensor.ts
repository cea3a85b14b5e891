/** Packages in HomeKit: an occupancy sensor while there are any, and a button for automations when one comes or goes. */
import type { Service } from 'homebridge';
import type { PackageHere } from '../../protocol/detection.ts';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import { DOUBLE_PRESS, SINGLE_PRESS } from './hap-values.ts';
import { type ServiceHome, serviceOf } from './service.ts';

/** What lies there may be known otherwise without an event; so often it is looked at. */
export const LOOK_MS = 10 * 60_000;

/** What lies in front of the camera, as far as the hub knows. */
export type PackagesHere = () => readonly Pick<PackageHere, 'count'>[];

export interface PackageSensorOptions {
  wanted: boolean;
  packages: PackagesHere;
  clock: Clock;
}

export interface PackageSensor {
  /** Undefined where the owner wants none. */
  readonly button: Service | undefined;
  handle(event: DoorstepEvent): void;
  /** Whether anybody looks for packages now. */
  showActive(active: boolean): void;
  stop(): void;
}

/** The button: single press is delivered, double press is removed; nothing for a correction. */
export function addPackageSensor(home: ServiceHome, options: PackageSensorOptions): PackageSensor {
  const { wanted, packages, clock } = options;
  const { OccupancySensor, StatelessProgrammableSwitch } = home.api.hap.Service;
  const { OccupancyDetected, ProgrammableSwitchEvent, StatusActive } = home.api.hap.Characteristic;
  const names = { subtype: 'packages', label: 'Packages', wanted };
  const sensor = serviceOf(home, { type: OccupancySensor, ...names });
  const button = serviceOf(home, { type: StatelessProgrammableSwitch, ...names });
  const press = button
    ?.getCharacteristic(ProgrammableSwitchEvent)
    .setProps({ minValue: SINGLE_PRESS, maxValue: DOUBLE_PRESS, validValues: [SINGLE_PRESS, DOUBLE_PRESS] })
    .onGet(() => null);
  const show = () => void sensor?.updateCharacteristic(OccupancyDetected, packages().length > 0 ? 1 : 0);
  const look = () => {
    show();
    cancel = clock.after(LOOK_MS, look);
  };
  let cancel = () => {};
  if (wanted) look();
  return {
    button,
    handle(event) {
      if (!wanted || event.kind !== 'package') return;
      show();
      if (event.phase === 'delivered') press?.updateValue(SINGLE_PRESS);
      if (event.phase === 'removed') press?.updateValue(DOUBLE_PRESS);
    },
    showActive: (active) => void sensor?.updateCharacteristic(StatusActive, active),
    stop: () => cancel(),
  };
}
