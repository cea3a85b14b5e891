import { openSwitches } from '../../plugin/camera/switches.ts';
import type { DetectionConfig, HomeKitConfig, TalkConfig } from '../../plugin/config.ts';
import type { CameraAccessoryOptions } from '../../plugin/homekit/camera-accessory.ts';
import { systemClock } from '../../plugin/system/clock.ts';

/** Everything that a camera can have in HomeKit. */
export const ALL_OF_HOMEKIT: HomeKitConfig = {
  port: 0,
  secureVideo: true,
  privacySwitch: true,
  detectionSwitch: true,
  offlineSensor: true,
  packageSensor: true,
  personSensor: true,
  collectedSwitch: true,
  homeSwitch: true,
  triggerSwitches: true,
};

/** As without a word of it in the configuration. */
export const DETECTION: DetectionConfig = {
  ...{ motionBy: 'both', smallest: 10, shortest: 0.6, people: true, packages: true },
};

/** The same. */
export const TALK: TalkConfig = { via: 'auto', output: [], halfDuplex: false };

const nowhere = { read: () => undefined, write() {} };
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** A household that has switched and named nothing yet, and keeps nothing; nothing lies in front of its door. */
export function freshHousehold(): Pick<
  CameraAccessoryOptions,
  'switches' | 'names' | 'trigger' | 'household' | 'packages'
> {
  return {
    switches: openSwitches('/nowhere', { openFile: () => nowhere, clock: systemClock, log: quiet }).forCamera(
      'any',
    ),
    names: { get: () => undefined, set() {} },
    trigger() {},
    packages: () => [],
    household: { home: 'unknown', setHome() {}, onHome: () => () => {}, collected() {} },
  };
}
