/** How a published accessory can be reached and paired, read from HAP. */
import type { PlatformAccessory } from 'homebridge';
import type { HomeKitStatus } from '../../protocol/status.ts';

type HapAccessory = PlatformAccessory['_associatedHAPAccessory'];

export interface AccessoryWatch {
  status(): HomeKitStatus;
  /** Calls back on each change; the returned function ends it. */
  onStatus(listener: (status: HomeKitStatus) => void): () => void;
  stop(): void;
}

/** Watches the accessory itself, or the bridge that it is part of. Call it after publishing or registering. */
export function watchAccessory(
  accessory: PlatformAccessory,
  name: string,
  standalone: boolean,
): AccessoryWatch {
  const hap = accessory._associatedHAPAccessory;
  const host: HapAccessory = (standalone ? undefined : hap.bridge) ?? hap;
  const listeners = new Set<(status: HomeKitStatus) => void>();
  // A bridge listens long before its cameras are found.
  let port: number | undefined = listeningPort(host);

  const status = (): HomeKitStatus => {
    // Set by HAP's publish(); there is no public way to the device id and setup code of an external accessory.
    const info = host._accessoryInfo;
    return {
      name,
      standalone,
      paired: info?.paired() ?? false,
      ...(port !== undefined && { port }),
      ...(info && { username: info.username, setupCode: info.pincode, setupUri: host.setupURI() }),
    };
  };
  const changed = () => {
    for (const listener of listeners) listener(status());
  };
  const listening = (bound: number) => {
    port = bound;
    changed();
  };
  allowListeners(host, 1);
  host.on('listening', listening);
  host.on('paired', changed);
  host.on('unpaired', changed);
  return {
    status,
    onStatus(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      listeners.clear();
      host.off('listening', listening);
      host.off('paired', changed);
      host.off('unpaired', changed);
      allowListeners(host, -1);
    },
  };
}

/** A bridge has one watcher for each of its cameras, which Node.js takes for a leak from the eleventh on. 0 means: any number. */
function allowListeners(host: HapAccessory, by: 1 | -1): void {
  const most = host.getMaxListeners();
  if (most > 0) host.setMaxListeners(most + by);
}

/**
 * The port of a server that listens already, whose event came before anyone could hear it. HAP keeps it in a private place,
 * so it is read with care; without it, `doorstep status` lacks the port and nothing else.
 */
function listeningPort(host: HapAccessory): number | undefined {
  const server = host._server as { httpServer?: { address?(): { port: number } | null } } | undefined;
  return server?.httpServer?.address?.()?.port;
}
