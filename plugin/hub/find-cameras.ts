/** Cameras in this network, and which of them are configured already. */
import type { FoundCamera } from '../../protocol/api.ts';
import { streamAddress } from '../camera/doctor/rtsp-reach.ts';
import { SharedRuns } from '../camera/doctor/shared-runs.ts';
import type { DiscoveredCamera } from '../camera/onvif/discovery.ts';
import type { CameraUnit } from './camera-unit.ts';

type Configured = { camera: { ref: CameraUnit['camera']['ref'] } } & Pick<CameraUnit, 'config'>;

/**
 * Asks the network once for all who want to know at the same time. Rejects when a caller's signal aborts.
 *
 * @param search takes some seconds
 */
export function createCameraFinder(
  units: readonly Configured[],
  search: (signal: AbortSignal) => Promise<DiscoveredCamera[]>,
): (signal: AbortSignal) => Promise<FoundCamera[]> {
  const searches = new SharedRuns<DiscoveredCamera[]>();
  return async (signal) => {
    const found = await searches.run('', signal, search);
    return found.map((camera) => {
      const known = units.find(({ config }) => isThat(config, camera.host));
      return { ...camera, ...(known && { configuredAs: known.camera.ref.name }) };
    });
  };
}

function isThat({ onvif, main }: Configured['config'], host: string): boolean {
  return onvif?.host === host || (main !== undefined && streamAddress(main)?.host === host);
}
