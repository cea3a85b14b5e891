/** The services of a camera beside picture and bell, and what moves all of them: events, and how the camera is. */
import type { PlatformAccessory } from 'homebridge';
import type { DoorstepEvent } from '../../protocol/event.ts';
import { reason } from '../system/problem.ts';
import type { CameraAccessoryOptions } from './camera-accessory.ts';
import { createPresence } from './camera-presence.ts';
import { addCameraSwitches } from './camera-switches.ts';
import { addChime } from './chime.ts';
import { SINGLE_PRESS } from './hap-values.ts';
import { addHouseholdSwitches } from './household-switches.ts';
import type { MotionSensor } from './motion-sensor.ts';
import { numberButtons } from './number-buttons.ts';
import { addOfflineSensor } from './offline-sensor.ts';
import { addPackageSensor } from './package-sensor.ts';
import { addPersonSensor } from './person-sensor.ts';
import { addRingButton } from './ring-button.ts';
import type { OperatingMode } from './secure-video/operating-mode.ts';
import type { ServiceHome } from './service.ts';
import type { Snapshots } from './snapshot.ts';
import { addTriggerSwitches } from './trigger-switches.ts';

export interface CameraParts {
  accessory: PlatformAccessory;
  motion: MotionSensor;
  mode: OperatingMode;
  snapshots: Snapshots;
  ringDoorbell(): void;
}

/** Call it when the camera controller is configured. The returned function stops what moves them; the services stay. */
export function addCameraServices(options: CameraAccessoryOptions, parts: CameraParts): () => void {
  const { api, camera, config, events, switches, names, trigger, clock, log } = options;
  const { accessory, motion, snapshots } = parts;
  const home: ServiceHome = { api, accessory, cameraName: config.name, names };
  const isDoorbell = config.kind === 'doorbell';

  const button = addRingButton(home, isDoorbell);
  const packages = addPackageSensor(home, {
    ...{ wanted: config.hap.packageSensor, packages: options.packages, clock },
  });
  numberButtons(
    home,
    [button, packages.button].filter((one) => one !== undefined),
  );
  const person = addPersonSensor(home, config.hap.personSensor);
  const showOffline = addOfflineSensor(home, config.hap.offlineSensor);
  const stopSwitches = addCameraSwitches(home, switches, config.hap);
  const stopHousehold = addHouseholdSwitches(home, options.household, config.hap, clock);
  const stopTriggers = addTriggerSwitches(home, {
    wanted: (kind) => config.hap.triggerSwitches && (isDoorbell || kind !== 'ring'),
    ...{ trigger, clock, log },
  });
  const doorbell = accessory.getService(api.hap.Service.Doorbell);
  const stopChime = doorbell && options.chime && addChime(home, doorbell, options.chime, { clock, log });

  const presence = createPresence(clock, (gone) => {
    showOffline(gone);
    motion.showGone(gone);
  });
  const showState = () => {
    const { online, privacy } = camera.state;
    presence.take(camera.state);
    motion.showActive(online && !privacy && parts.mode.cameraActive);
    packages.showActive(online && !privacy && switches.armed);
    person.showActive(online && !privacy && switches.armed && config.detection.people);
  };
  showState();
  parts.mode.onChange(showState);

  let stopped = false;
  const ring = async (event: DoorstepEvent) => {
    await snapshots.press();
    // Privacy may have begun meanwhile: then nothing rings.
    if (stopped || camera.state.privacy) return;
    parts.ringDoorbell();
    button?.updateCharacteristic(api.hap.Characteristic.ProgrammableSwitchEvent, SINGLE_PRESS);
    // After the bell, so that a phone tells of the ring first.
    motion.handle(event);
  };
  const stops = [
    camera.onState(showState),
    switches.onChange(showState),
    events.subscribe((event) => {
      if (event.camera?.id !== camera.ref.id || event.replay) return;
      packages.handle(event);
      person.handle(event);
      if (event.kind === 'doorbell')
        ring(event).catch((error) => log.error(`HomeKit could not be told of the ring: ${reason(error)}`));
      else motion.handle(event);
    }),
    ...[
      stopSwitches,
      stopHousehold,
      stopTriggers,
      stopChime,
      motion.stop,
      packages.stop,
      presence.stop,
      snapshots.stop,
    ],
  ];
  return () => {
    stopped = true;
    for (const stop of stops) stop?.();
  };
}
