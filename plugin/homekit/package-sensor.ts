/** Packages in HomeKit: an occupancy sensor while there are any, and a button for automations when one comes or goes. */
import type { Service } from 'homebridge';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { EventSource } from '../events/contract.ts';
import type { Clock } from '../system/clock.ts';
import { DOUBLE_PRESS, SINGLE_PRESS } from './hap-values.ts';
import { KEEP_MS, packagesPresent } from './packages-present.ts';
import { type ServiceHome, serviceOf } from './service.ts';

/** More package events a day than this no doorstep has; older ones decide nothing. */
const EVENTS_KEPT = 200;

export interface PackageSensorOptions {
  cameraId: string;
  wanted: boolean;
  events: Pick<EventSource, 'query'>;
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

/**
 * The button: single press is delivered, double press is removed; nothing for a correction. The sensor knows from the journal what
 * lay there before a restart.
 */
export function addPackageSensor(home: ServiceHome, options: PackageSensorOptions): PackageSensor {
  const { cameraId, wanted, events, clock } = options;
  const { OccupancySensor, StatelessProgrammableSwitch } = home.api.hap.Service;
  const { OccupancyDetected, ProgrammableSwitchEvent, StatusActive } = home.api.hap.Characteristic;
  const names = { subtype: 'packages', label: 'Packages', wanted };
  const sensor = serviceOf(home, { type: OccupancySensor, ...names });
  const button = serviceOf(home, { type: StatelessProgrammableSwitch, ...names });
  const press = button
    ?.getCharacteristic(ProgrammableSwitchEvent)
    .setProps({ minValue: SINGLE_PRESS, maxValue: DOUBLE_PRESS, validValues: [SINGLE_PRESS, DOUBLE_PRESS] })
    .onGet(() => null);
  const from = clock.now() - KEEP_MS;
  let known = wanted
    ? events.query({ kinds: ['package'], camera: cameraId, from, limit: EVENTS_KEPT }).reverse()
    : [];
  let cancel = () => {};

  const show = () => {
    cancel();
    const { present, until } = packagesPresent(known, clock.now());
    sensor?.updateCharacteristic(OccupancyDetected, present ? 1 : 0);
    if (until !== undefined) cancel = clock.after(until - clock.now(), show);
  };
  show();
  return {
    button,
    handle(event) {
      if (!wanted || event.kind !== 'package') return;
      known = [...known, event].slice(-EVENTS_KEPT);
      show();
      if (event.phase === 'delivered') press?.updateValue(SINGLE_PRESS);
      if (event.phase === 'removed') press?.updateValue(DOUBLE_PRESS);
    },
    showActive: (active) => void sensor?.updateCharacteristic(StatusActive, active),
    stop: () => cancel(),
  };
}
