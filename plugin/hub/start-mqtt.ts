/** MQTT for this hub: what it is told, what triggers mean, what may be ordered. */
import { cameraInfo } from '../api/camera-info.ts';
import type { HubServices } from '../api/contract.ts';
import type { Config } from '../config.ts';
import { type Mqtt, openMqtt } from '../mqtt/mqtt.ts';
import type { Recordings } from '../recordings/contract.ts';
import type { Clock } from '../system/clock.ts';
import type { Log } from '../system/log.ts';
import { privateFile } from '../system/text-file.ts';
import type { CameraUnit } from './camera-unit.ts';
import type { StorageFolder } from './storage-folder.ts';

export interface StartMqttOptions {
  config: Pick<Config, 'mqtt' | 'name'>;
  units: readonly CameraUnit[];
  services: HubServices;
  recordings: Recordings;
  folder: Pick<StorageFolder, 'mqtt'>;
}

/** Undefined where there is no broker. Never throws. */
export function startMqtt(options: StartMqttOptions, deps: { clock: Clock; log: Log }): Mqtt | undefined {
  const { config, units, services, recordings, folder } = options;
  if (!config.mqtt) return undefined;
  const unitOf = (cameraId: string) => units.find(({ camera }) => camera.ref.id === cameraId);
  /** Calls each; the returned function calls what they returned. */
  const each = (listen: (unit: CameraUnit) => () => void) => {
    const stops = units.map(listen);
    return () => {
      for (const stop of stops) stop();
    };
  };
  const hub = {
    ...{ id: services.events.hubId, name: config.name, version: services.version, storage: recordings },
    cameras: () =>
      units.map(({ camera, switches }) => {
        const info = cameraInfo(services, camera);
        return { ...info, privacy: info.privacy || switches.privacy };
      }),
    subscribe: services.events.subscribe.bind(services.events),
    onSwitched: (listener: (cameraId: string) => void) =>
      each(({ camera, switches }) => switches.onChange(() => listener(camera.ref.id))),
    onForget: (listener: (cameraId: string) => void) =>
      each(({ camera }) => camera.onForget(() => listener(camera.ref.id))),
    snapshot: async (cameraId: string) => {
      const unit = unitOf(cameraId);
      if (!unit) throw new Error('There is no such camera.');
      return unit.camera.snapshot({ width: PICTURE_WIDTH });
    },
    bestStill: (cameraId: string) => unitOf(cameraId)?.watch.bestStill(),
    act: services.act,
  };
  const triggers = units.flatMap(({ config: own, sightings }) =>
    own.mqtt.map((trigger) => ({
      ...trigger,
      report: () => void sightings.report({ kind: trigger.kind, source: 'mqtt' }),
    })),
  );
  return openMqtt(config.mqtt, { hub, triggers }, { file: privateFile(folder.mqtt), ...deps });
}

/** Enough for a phone, in pixels; a picture may be larger. */
const PICTURE_WIDTH = 1280;
