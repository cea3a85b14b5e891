/** A second motion sensor, which only people set off; automations of the night hang on it. */
import type { DoorstepEvent } from '../../protocol/event.ts';
import { type ServiceHome, serviceOf } from './service.ts';

export interface PersonSensor {
  handle(event: Pick<DoorstepEvent, 'kind' | 'phase' | 'label'>): void;
  /** Whether anybody looks for people now. */
  showActive(active: boolean): void;
}

/** Shows somebody from the moment that they are recognised to the end of the motion. */
export function addPersonSensor(home: ServiceHome, wanted: boolean): PersonSensor {
  const { MotionSensor } = home.api.hap.Service;
  const { MotionDetected, StatusActive } = home.api.hap.Characteristic;
  const sensor = serviceOf(home, { type: MotionSensor, subtype: 'person', label: 'Person', wanted });
  const show = (there: boolean) => void sensor?.updateCharacteristic(MotionDetected, there);
  // Homebridge remembers whoever was there before a restart.
  show(false);
  return {
    handle({ kind, phase, label }) {
      if (kind === 'motion') show(phase !== 'end' && label === 'person');
      // A camera that is gone, or asked not to look, reports no end.
      if (kind === 'camera' && (phase === 'offline' || phase === 'privacy-on')) show(false);
    },
    showActive: (active) => void sensor?.updateCharacteristic(StatusActive, active),
  };
}
