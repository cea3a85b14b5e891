/** Publishes accessories as Homebridge does, with its real API object and the real HAP library, in this process. */
import type { EventEmitter } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { API, PlatformAccessory } from 'homebridge';
import { HomebridgeAPI } from '../../node_modules/homebridge/dist/api.js';

const SETUP_CODE = '031-45-154';

export interface HomeKitHost extends AsyncDisposable {
  readonly api: API;
  /** Where HAP keeps what it knows. */
  readonly folder: string;
}

/** One per process: HAP keeps its storage folder in a global. */
export async function startHomeKitHost(): Promise<HomeKitHost> {
  const folder = await mkdtemp(join(tmpdir(), 'doorstep-homekit-'));
  const api = new HomebridgeAPI();
  api.hap.HAPStorage.setCustomStoragePath(folder);
  const published: PlatformAccessory[] = [];
  const publications: EventEmitter = api;
  publications.on('publishExternalAccessories', (accessories: PlatformAccessory[]) => {
    for (const accessory of accessories) {
      published.push(accessory);
      const hap = accessory._associatedHAPAccessory;
      void hap.publish({
        username: mac(accessory.UUID),
        pincode: SETUP_CODE,
        category: accessory.category,
        port: 0,
        bind: 'lo',
        addIdentifyingMaterial: true,
      });
    }
  });
  return {
    api: api as unknown as API,
    folder,
    async [Symbol.asyncDispose]() {
      for (const accessory of published) await accessory._associatedHAPAccessory.unpublish();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function mac(uuid: string): string {
  return (uuid.replace(/-/g, '').slice(0, 12).toUpperCase().match(/../g) ?? []).join(':');
}
