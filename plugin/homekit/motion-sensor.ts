/** The motion sensor of a camera: what HomeKit Secure Video records by. */
import type { API, PlatformAccessory, Service } from 'homebridge';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { Clock } from '../system/clock.ts';
import { FAULT } from './hap-values.ts';
import { createMotionHold } from './motion-hold.ts';

/** The one that Homebridge remembered, else a new one. */
export function motionSensorOf(api: API, accessory: PlatformAccessory, cameraName: string): Service {
  const { MotionSensor } = api.hap.Service;
  // Another one, with a subtype, is for people alone.
  const known = accessory.services.find(
    ({ UUID, subtype }) => UUID === MotionSensor.UUID && subtype === undefined,
  );
  return known ?? accessory.addService(new MotionSensor(cameraName));
}

export interface MotionSensor {
  readonly service: Service;
  handle(event: DoorstepEvent): void;
  /** Forgets all motion: what comes next is news again. */
  clear(): void;
  /**
   * Whether the camera answers. Also while detection is off: a press still has to reach the recording of the home hub, and that goes
   * by this sensor alone.
   */
  showActive(active: boolean): void;
  showGone(gone: boolean): void;
  stop(): void;
}

export function driveMotionSensor(api: API, service: Service, clock: Clock): MotionSensor {
  const { MotionDetected, StatusActive, StatusFault } = api.hap.Characteristic;
  const hold = createMotionHold(clock, (moving) => service.updateCharacteristic(MotionDetected, moving));
  const showGone = (gone: boolean) =>
    void service.updateCharacteristic(StatusFault, gone ? FAULT.general : FAULT.none);
  showGone(false);
  // Homebridge remembers motion of before a restart; while it is shown, the next one would be no change and start no recording.
  service.updateCharacteristic(MotionDetected, false);
  return {
    service,
    handle: hold.handle,
    clear: hold.clear,
    showActive: (active) => void service.updateCharacteristic(StatusActive, active),
    showGone,
    stop: hold.stop,
  };
}
