/** Finds, makes or takes away one service of an accessory, with the name that people see. */
import type { API, PlatformAccessory, Service, WithUUID } from 'homebridge';
import { type ServiceNames, serviceName } from './service-names.ts';

/** What every service of a camera needs to know of its accessory. */
export interface ServiceHome {
  api: API;
  accessory: PlatformAccessory;
  /** Name of the camera. */
  cameraName: string;
  names: ServiceNames;
}

export interface ServiceWish {
  type: WithUUID<typeof Service>;
  /** Tells services of one type apart, for ever: HomeKit's automations hang on it. */
  subtype: string;
  /** What it is, in HomeKit's title case: `Privacy`. */
  label: string;
  /** Whether the owner wants it. Nothing else takes a service away: scenes and automations would go with it. */
  wanted: boolean;
}

/** The service that Homebridge remembered, else a new one; what the owner called it in the Home app, it is called again. */
export function serviceOf(
  home: ServiceHome,
  { type, subtype, label, wanted }: ServiceWish,
): Service | undefined {
  const { api, accessory, cameraName, names } = home;
  const known = accessory.getServiceById(type, subtype);
  if (!wanted) {
    if (known) accessory.removeService(known);
    return undefined;
  }
  const { Name, ConfiguredName } = api.hap.Characteristic;
  const name = serviceName(cameraName, label);
  const service = known ?? accessory.addService(type, name, subtype);
  service.updateCharacteristic(Name, name);
  // Without it the Home app calls every service like the accessory.
  service.addOptionalCharacteristic(ConfiguredName);
  service
    .getCharacteristic(ConfiguredName)
    .updateValue(names.get(subtype) ?? name)
    .onSet((value) => names.set(subtype, String(value)));
  return service;
}
