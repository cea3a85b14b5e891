import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';

import { accessoryUuid, type CameraAccessory, createCameraAccessory } from './homekit/camera-accessory.ts';
import { type Hub, startHub } from './hub/hub.ts';
import { type RunFile, startRunFile } from './hub/run-file.ts';
import { type ConfigReading, readConfig } from './read-config.ts';
import { startChild } from './system/child.ts';
import { systemClock } from './system/clock.ts';
import { reason } from './system/problem.ts';

export const PLUGIN_NAME = 'homebridge-doorstep';
export const PLATFORM_NAME = 'Doorstep';

/** `dist/plugin/platform.js` and `plugin/platform.ts` both find the package's files from here. */
const packageRoot = fileURLToPath(
  new URL(import.meta.url.includes('/dist/plugin/') ? '../..' : '..', import.meta.url),
);

/** The hub's life inside Homebridge: what starts when, and what stops in which order. */
export class DoorstepPlatform implements DynamicPlatformPlugin {
  readonly #log: Logging;
  readonly #api: API;
  readonly #reading: ConfigReading;
  /** Bridged accessories that Homebridge kept from before. */
  readonly #cached: PlatformAccessory[] = [];
  #accessories: CameraAccessory[] = [];
  #hub: Hub | undefined;
  #runFile: RunFile | undefined;

  constructor(log: Logging, config: PlatformConfig, api: API) {
    this.#log = log;
    this.#api = api;
    this.#reading = readConfig(config);
    for (const { code, what, cure } of this.#reading.problems)
      log[code === 'config-unknown-option' ? 'warn' : 'error'](`${what} ${cure}`);
    api.on('didFinishLaunching', () => {
      this.#start().catch((error) => log.error(`Doorstep could not start: ${reason(error)}`));
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
    const hub = await startHub(
      { config, configProblems: problems, homebridgeStorage, uiRoot: `${packageRoot}/dist/ui`, version },
      { clock: systemClock, log: this.#log, startChild },
    );
    this.#hub = hub;
    this.#accessories = hub.cameras.map(({ camera, config }) => {
      const uuid = accessoryUuid(this.#api, camera.ref.id);
      const cached = this.#cached.find(({ UUID }) => UUID === uuid);
      return createCameraAccessory({
        api: this.#api,
        pluginName: PLUGIN_NAME,
        platformName: PLATFORM_NAME,
        camera,
        config,
        ...(cached && { cached }),
        events: hub.events,
        ffmpeg: hub.ffmpeg,
        startChild,
        clock: systemClock,
        log: this.#log,
        version,
      });
    });
    this.#removeStale();
    this.#runFile = startRunFile({
      homebridgeStorage,
      hub,
      accessories: this.#accessories,
      version,
      clock: systemClock,
      log: this.#log,
    });
  }

  /** Bridged accessories whose camera is gone from the configuration, or became standalone. */
  #removeStale(): void {
    const bridged = this.#accessories.filter((entry) => !entry.status().standalone);
    const used = new Set(bridged.map(({ accessory }) => accessory.UUID));
    const stale = this.#cached.filter(({ UUID }) => !used.has(UUID));
    if (stale.length > 0) this.#api.unregisterPlatformAccessories(PLUGIN_NAME, PLATFORM_NAME, stale);
  }

  async #stop(): Promise<void> {
    this.#runFile?.[Symbol.dispose]();
    await Promise.all(this.#accessories.map((accessory) => accessory[Symbol.asyncDispose]()));
    await this.#hub?.[Symbol.asyncDispose]();
  }
}
