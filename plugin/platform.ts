import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { API, DynamicPlatformPlugin, Logging, PlatformAccessory, PlatformConfig } from 'homebridge';

import { accessoryUuid, type CameraAccessory, createCameraAccessory } from './homekit/camera-accessory.ts';
import { startHub } from './hub/hub.ts';
import { startRunFile } from './hub/run-file.ts';
import { type ConfigReading, readConfig } from './read-config.ts';
import { startChild } from './system/child.ts';
import { systemClock } from './system/clock.ts';
import { Closing } from './system/closing.ts';
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
  readonly #closing = new Closing();
  #starting: Promise<void> | undefined;
  #stopping = false;

  constructor(log: Logging, config: PlatformConfig, api: API) {
    this.#log = log;
    this.#api = api;
    this.#reading = readConfig(config);
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
    const hub = this.#closing.use(
      await startHub(
        { config, configProblems: problems, homebridgeStorage, uiRoot: `${packageRoot}/dist/ui`, version },
        { clock: systemClock, log: this.#log, startChild },
      ),
    );
    if (this.#stopping) return;
    this.#closing.defer(() => this.#closeAccessories());
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

  /** Bridged accessories whose camera is gone from the configuration, or became standalone. */
  #removeStale(): void {
    const bridged = this.#accessories.filter((entry) => !entry.status().standalone);
    const used = new Set(bridged.map(({ accessory }) => accessory.UUID));
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
