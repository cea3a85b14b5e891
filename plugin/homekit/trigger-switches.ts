/** Switches by which automations ring the bell or report motion. */
import { TRIGGER_KINDS, type TriggerKind } from '../../protocol/api.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { reason } from '../system/problem.ts';
import { NOT_ALLOWED_NOW } from './hap-values.ts';
import { type ServiceHome, serviceOf } from './service.ts';

/** Long enough to be seen as on in the Home app. */
export const ON_MS = 1_000;

export interface TriggerSwitchOptions {
  wanted(kind: TriggerKind): boolean;
  /** Throws when the camera takes none now, as in privacy mode. */
  trigger(kind: TriggerKind): unknown;
  clock: Clock;
  log: Log;
}

const LABELS: Record<TriggerKind, string> = { ring: 'Ring', motion: 'Motion Trigger' };

/** They turn themselves off after a second. The returned function cancels what is pending. */
export function addTriggerSwitches(home: ServiceHome, options: TriggerSwitchOptions): () => void {
  const cancels = TRIGGER_KINDS.map((kind) => addTriggerSwitch(home, kind, options));
  return () => {
    for (const cancel of cancels) cancel();
  };
}

function addTriggerSwitch(home: ServiceHome, kind: TriggerKind, options: TriggerSwitchOptions): () => void {
  const { wanted, trigger, clock, log } = options;
  const { Service, Characteristic, HapStatusError } = home.api.hap;
  const on = serviceOf(home, {
    ...{ type: Service.Switch, subtype: `trigger-${kind}`, label: LABELS[kind] },
    wanted: wanted(kind),
  })?.getCharacteristic(Characteristic.On);
  let cancel = () => {};
  on?.updateValue(false).onSet((value) => {
    cancel();
    if (value !== true) return;
    try {
      trigger(kind);
    } catch (error) {
      log.info(`The switch for ${kind} does nothing now: ${reason(error)}`);
      throw new HapStatusError(NOT_ALLOWED_NOW);
    }
    cancel = clock.after(ON_MS, () => on.updateValue(false));
  });
  return () => cancel();
}
