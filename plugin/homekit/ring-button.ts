/** HomeKit's doorbell cannot start automations; a button can. */
import type { Service } from 'homebridge';
import { SINGLE_PRESS } from './hap-values.ts';
import type { ServiceHome } from './service.ts';

/** The button that has no subtype: another one tells of packages. Not `wanted`, the one that Homebridge remembered is taken away. */
export function addRingButton(
  { api, accessory, cameraName }: ServiceHome,
  wanted: boolean,
): Service | undefined {
  const { ProgrammableSwitchEvent } = api.hap.Characteristic;
  const { StatelessProgrammableSwitch } = api.hap.Service;
  const known = accessory.services.find(
    ({ UUID, subtype }) => UUID === StatelessProgrammableSwitch.UUID && subtype === undefined,
  );
  if (!wanted) {
    if (known) accessory.removeService(known);
    return undefined;
  }
  const button = known ?? accessory.addService(new StatelessProgrammableSwitch(`${cameraName} button`));
  // Only a single press exists, so nothing else is offered.
  button
    .getCharacteristic(ProgrammableSwitchEvent)
    .setProps({ minValue: SINGLE_PRESS, maxValue: SINGLE_PRESS, validValues: [SINGLE_PRESS] })
    .onGet(() => null);
  return button;
}
