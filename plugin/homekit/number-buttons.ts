/** The order of the buttons of one accessory. */
import type { Service } from 'homebridge';
import { ARABIC_NUMERALS } from './hap-values.ts';
import type { ServiceHome } from './service.ts';

/** Without numbers the Home app shows several buttons in an order of its own (HAP-NodeJS issue 851); one alone needs none. */
export function numberButtons(
  { api, accessory }: Pick<ServiceHome, 'api' | 'accessory'>,
  buttons: readonly Service[],
): void {
  const { ServiceLabel } = api.hap.Service;
  const { ServiceLabelIndex, ServiceLabelNamespace } = api.hap.Characteristic;
  const known = accessory.getService(ServiceLabel);
  if (buttons.length < 2) {
    if (known) accessory.removeService(known);
    return;
  }
  const label = known ?? accessory.addService(ServiceLabel);
  label.updateCharacteristic(ServiceLabelNamespace, ARABIC_NUMERALS);
  for (const [index, button] of buttons.entries()) {
    button.updateCharacteristic(ServiceLabelIndex, index + 1);
    label.addLinkedService(button);
  }
}
