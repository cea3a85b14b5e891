/** A contact sensor that opens while the camera does not answer. */
import { CONTACT } from './hap-values.ts';
import { type ServiceHome, serviceOf } from './service.ts';

/** The returned function shows whether the camera is gone. */
export function addOfflineSensor(home: ServiceHome, wanted: boolean): (gone: boolean) => void {
  const { Service, Characteristic } = home.api.hap;
  const sensor = serviceOf(home, {
    ...{ type: Service.ContactSensor, subtype: 'offline', label: 'Offline' },
    wanted,
  });
  const show = (gone: boolean) =>
    void sensor?.updateCharacteristic(
      Characteristic.ContactSensorState,
      gone ? CONTACT.open : CONTACT.closed,
    );
  show(false);
  return show;
}
