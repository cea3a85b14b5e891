import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';

import { accessoryUuid, type CameraAccessory, createCameraAccessory } from './homekit/camera-accessory.ts';
import type { Household } from './homekit/household-switches.ts';
import {
  createRecordingsSensor,
  type RecordingsSensor,
  recordingsSensorUuid,
} from './homekit/recordings-sensor.ts';
import { openServiceNames } from './homekit/service-names.ts';
import type { CameraUnit } from './hub/camera-unit.ts';
import { type Hub, startHub } from './hub/hub.ts';
import { startRunFile } from './hub/run-file.ts';
import { storageFolder } from './hub/storage-folder.ts';
import { type ConfigReading, readConfig } from './read-config.ts';
import { type StartChild, startChild } from './system/child.ts';
import { systemClock } from './system/clock.ts';
import { Closing } from './system/closing.ts';
import { endOrphans, withPidFile } from './system/orphans.ts';
import { reason } from './system/problem.ts';
import { privateFile } from './system/text-file.ts';

export const PLUGIN_NAME = 'homebridge-doorstep';
export const PLATFORM_NAME = 'Doorstep';

/** `dist/plugin/platform.js` and `plugin/platform.ts` both find the package's files from here. */
const packageRoot = fileURLToPath(
  new URL(import.meta.url.includes('/dist/plugin/') ? '../..' : '..', import.meta.url),
);

/** What HomeKit's switches tell of the household, for one camera. */
function householdOf({ detection, act }: Hub['services'], cameraId: string, log: Logging): Household {
  return {
    get home() {
      return detection.household().home;
    },
    setHome: (home) => void detection.setHome(home),
    onHome: (listener) => detection.onHome(listener),
    collected() {
      act(cameraId, 'packages-collected').catch((error) =>
        log.error(`HomeKit's word on packages was not taken: ${reason(error)}`),
      );
    },
  };
}

/** The hub's life inside Homebridge: what starts when, and what stops in which order. */
export class DoorstepPlatform implements DynamicPlatformPlugin {
  readonly #log: Logging;
  readonly #api: API;
  readonly #reading: ConfigReading;
  readonly #childBridge: boolean;
  /** Bridged accessories that Homebridge kept from before. */
  readonly #cached: PlatformAccessory[] = [];
  #accessories: CameraAccessory[] = [];
  readonly #closing = new Closing();
  #starting: Promise<void> | undefined;
  #stopping = false;

  constructor(log: Logging, config: PlatformConfig, api: API) {
    this.#log = log;
    this.#api = api;
    this.#reading = readConfig(config);
    this.#childBridge = config._bridge !== undefined;
    for (const { code, what, cure } of this.#reading.problems)
      log[code === 'config-unknown-option' ? 'warn' : 'error'](`${what} ${cure}`);
    api.on('didFinishLaunching', () => {
      this.#starting = this.#start().catch((error) =>
        log.error(`Doorstep could not start: ${reason(error)}`),
      );
    });
    api.on('shutdown', () => {
      this.#stop().catch((error) => log.error(`Doorstep did not stop cleanly: ${reason(error)}`));
    });
  }

  configureAccessory(accessory: PlatformAccessory): void {
    this.#cached.push(accessory);
  }

  async #start(): Promise<void> {
    const { config, problems } = this.#reading;
    const homebridgeStorage = this.#api.user.storagePath();
    const { version } = JSON.parse(readFileSync(`${packageRoot}/package.json`, 'utf8')) as {
      version: string;
    };
    if (config.cameras.length === 0)
      this.#log.info('No camera is set up yet; add one in the plugin settings.');
    const { children, serviceNames } = storageFolder(homebridgeStorage);
    const orphans = await endOrphans(children, { clock: systemClock, log: this.#log });
    if (orphans > 0) this.#log.info(`Ended ${orphans} programs that a crash had left behind.`);
    const start = withPidFile(startChild, children, { log: this.#log });
    const hub = this.#closing.use(
      await startHub(
        {
          ...{ config, configProblems: problems, homebridgeStorage, version },
          uiRoot: `${packageRoot}/dist/ui`,
          childBridge: this.#childBridge,
        },
        { clock: systemClock, log: this.#log, startChild: start },
      ),
    );
    if (this.#stopping) return;
    this.#closing.defer(() => this.#closeAccessories());
    const names = openServiceNames(privateFile(serviceNames), this.#log);
    this.#accessories = hub.cameras.map((unit) =>
      this.#accessory(unit, hub, { version, names, startChild: start }),
    );
    const sensor = this.#sensor(hub, { version, names });
    hub.joinHomeKit({
      secureVideo: (id) =>
        this.#accessories
          .find(({ accessory }) => accessory.UUID === accessoryUuid(this.#api, id))
          ?.secureVideo(),
      ports: () =>
        this.#accessories.flatMap(({ status }) => {
          const { name, port } = status();
          return port === undefined ? [] : [{ what: `HomeKit: ${name}`, port }];
        }),
    });
    this.#removeStale(sensor ? [sensor] : []);
    this.#closing.use(
      startRunFile({
        homebridgeStorage,
        hub,
        accessories: this.#accessories,
        version,
        clock: systemClock,
        log: this.#log,
      }),
    );
  }

  #accessory(
    { camera, config, switches, sightings, detection, onvif }: CameraUnit,
    { events, ffmpeg, encoders, services }: Hub,
    own: { version: string; names: ReturnType<typeof openServiceNames>; startChild: StartChild },
  ): CameraAccessory {
    const uuid = accessoryUuid(this.#api, camera.ref.id);
    const cached = this.#cached.find(({ UUID }) => UUID === uuid);
    return createCameraAccessory({
      api: this.#api,
      pluginName: PLUGIN_NAME,
      platformName: PLATFORM_NAME,
      ...{ camera, config, switches, events, ffmpeg, encoders },
      ...(cached && { cached }),
      trigger: (kind) => sightings.report({ kind, source: 'order' }),
      packages: () => detection.parcels.here(),
      household: householdOf(services, camera.ref.id, this.#log),
      names: own.names(camera.ref.id),
      ...(onvif && { chime: onvif.chime }),
      startChild: own.startChild,
      clock: systemClock,
      log: this.#log,
      version: own.version,
    });
  }

  /** Where recordings stay on this machine anyway, there is nothing that it could tell. */
  #sensor(
    { recordings }: Hub,
    { version, names }: { version: string; names: ReturnType<typeof openServiceNames> },
  ): RecordingsSensor | undefined {
    const { target, sensor } = this.#reading.config.recordings;
    if (!target || !sensor) return undefined;
    const uuid = recordingsSensorUuid(this.#api);
    const cached = this.#cached.find(({ UUID }) => UUID === uuid);
    return this.#closing.use(
      createRecordingsSensor({
        ...{ api: this.#api, pluginName: PLUGIN_NAME, platformName: PLATFORM_NAME, version },
        ...(cached && { cached }),
        storage: recordings,
        names: names('recordings'),
        clock: systemClock,
        log: this.#log,
      }),
    );
  }

  /** Bridged accessories whose camera is gone from the configuration, or became standalone, and a sensor that nobody wants. */
  #removeStale(sensors: readonly RecordingsSensor[]): void {
    const bridged = this.#accessories.filter((entry) => !entry.status().standalone);
    const used = new Set([...bridged, ...sensors].map(({ accessory }) => accessory.UUID));
    const stale = this.#cached.filter(({ UUID }) => !used.has(UUID));
    if (stale.length > 0) this.#api.unregisterPlatformAccessories(PLUGIN_NAME, PLATFORM_NAME, stale);
  }

  /** Also during the start: that is waited for, so that nothing comes up after the end. */
  async #stop(): Promise<void> {
    this.#stopping = true;
    await this.#starting;
    await this.#closing[Symbol.asyncDispose]();
  }

  async #closeAccessories(): Promise<void> {
    const ends = await Promise.allSettled(
      this.#accessories.map(async (accessory) => accessory[Symbol.asyncDispose]()),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
  }
}
