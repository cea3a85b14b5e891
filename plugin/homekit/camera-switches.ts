/** The switches by which the household has a camera look away, or not report what it sees. */
import type { CameraSwitches, SwitchState } from '../camera/switches.ts';
import type { HomeKitConfig } from '../config.ts';
import { type ServiceHome, serviceOf } from './service.ts';

interface SwitchKind {
  of: keyof SwitchState;
  option: 'privacySwitch' | 'detectionSwitch';
  subtype: string;
  label: string;
}

/**
 * Privacy: nothing of this camera is read, shown, recorded or reported, and a press rings nowhere. Detection: off, only a press makes
 * an event.
 */
const SWITCHES: readonly SwitchKind[] = [
  { of: 'privacy', option: 'privacySwitch', subtype: 'privacy', label: 'Privacy' },
  { of: 'armed', option: 'detectionSwitch', subtype: 'detection', label: 'Detection' },
];

/** They show the same state as web app, API and Node-RED. The returned function ends it. */
export function addCameraSwitches(
  home: ServiceHome,
  switches: CameraSwitches,
  config: HomeKitConfig,
): () => void {
  const { Service, Characteristic } = home.api.hap;
  const shows = SWITCHES.flatMap(({ of, option, subtype, label }) => {
    const service = serviceOf(home, { type: Service.Switch, subtype, label, wanted: config[option] });
    const on = service?.getCharacteristic(Characteristic.On);
    on?.onGet(() => switches[of]).onSet((value) => switches.set({ [of]: value === true }));
    return on ? [() => on.updateValue(switches[of])] : [];
  });
  const showAll = () => {
    for (const show of shows) show();
  };
  showAll();
  return switches.onChange(showAll);
}
