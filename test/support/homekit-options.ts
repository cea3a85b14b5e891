import type { HomeKitConfig, TalkConfig } from '../../plugin/config.ts';

/** Everything that a camera can have in HomeKit. */
export const ALL_OF_HOMEKIT: HomeKitConfig = {
  port: 0,
  secureVideo: true,
  privacySwitch: true,
  detectionSwitch: true,
  offlineSensor: true,
  packageSensor: true,
  triggerSwitches: true,
};

/** As without a word of it in the configuration. */
export const TALK: TalkConfig = { via: 'auto', output: [], halfDuplex: false };
