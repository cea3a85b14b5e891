/** Switches by which the household tells what it does, so that a package that goes is understood. */
import type { HomeState } from '../../protocol/detection.ts';
import type { HomeKitConfig } from '../config.ts';
import type { Clock } from '../system/clock.ts';
import { type ServiceHome, serviceOf } from './service.ts';
import { ON_MS } from './trigger-switches.ts';

export interface Household {
  /** Whether somebody is home, as was said last. */
  readonly home: HomeState;
  setHome(home: HomeState): void;
  /** Calls back on each change of `home`; the returned function ends it. */
  onHome(listener: () => void): () => void;
  /** Somebody took the packages in that lie in front of this camera. */
  collected(): void;
}

type Wanted = Pick<HomeKitConfig, 'collectedSwitch' | 'homeSwitch'>;

/** The returned function ends what moves them. */
export function addHouseholdSwitches(
  home: ServiceHome,
  household: Household,
  { collectedSwitch, homeSwitch }: Wanted,
  clock: Clock,
): () => void {
  const stops = [
    addCollectedSwitch(home, household, collectedSwitch, clock),
    addHomeSwitch(home, household, homeSwitch),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** HomeKit has no button that people press in the Home app: a switch that turns itself off is one. */
function addCollectedSwitch(
  home: ServiceHome,
  household: Household,
  wanted: boolean,
  clock: Clock,
): () => void {
  const { Service, Characteristic } = home.api.hap;
  const wish = { type: Service.Switch, subtype: 'collected', label: 'I Took It In', wanted };
  const on = serviceOf(home, wish)?.getCharacteristic(Characteristic.On);
  let cancel = () => {};
  on?.updateValue(false).onSet((value) => {
    cancel();
    if (value !== true) return;
    household.collected();
    cancel = clock.after(ON_MS, () => on.updateValue(false));
  });
  return () => cancel();
}

/** The same state at each camera that has it. While nobody has said anything it is on: nothing counts as taken then. */
function addHomeSwitch(home: ServiceHome, household: Household, wanted: boolean): () => void {
  const { Service, Characteristic } = home.api.hap;
  const wish = { type: Service.Switch, subtype: 'home', label: 'Somebody Is Home', wanted };
  const on = serviceOf(home, wish)?.getCharacteristic(Characteristic.On);
  const isHome = () => household.home !== 'away';
  on?.onGet(isHome).onSet((value) => household.setHome(value === true ? 'home' : 'away'));
  const show = () => void on?.updateValue(isHome());
  show();
  return household.onHome(show);
}
