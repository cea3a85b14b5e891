import type { PlatformAccessory } from 'homebridge';

type HapAccessory = PlatformAccessory['_associatedHAPAccessory'];

/**
 * Makes a standalone accessory listen on this TCP port (0: whichever Homebridge gives it). Homebridge offers no way to say so for one
 * accessory, only a range for all (`ports` in its config.json), so the port goes in as Homebridge publishes. Call it before that.
 */
export function fixPort(hap: Pick<HapAccessory, 'publish'>, port: number): void {
  if (port === 0) return;
  const publish = hap.publish.bind(hap);
  hap.publish = (info, allowInsecureRequest) => publish({ ...info, port }, allowInsecureRequest);
}
