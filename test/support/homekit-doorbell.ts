/** One doorbell or camera, published by the real HAP library and paired with a controller, and what a test needs to move it. */

import type { API } from 'homebridge';
import type { Still } from '../../plugin/camera/contract.ts';
import type { Ffmpeg } from '../../plugin/camera/ffmpeg.ts';
import type { DetectionConfig, HomeKitConfig } from '../../plugin/config.ts';
import {
  type CameraAccessory,
  type CameraAccessoryOptions,
  createCameraAccessory,
} from '../../plugin/homekit/camera-accessory.ts';
import { placeholderJpeg } from '../../plugin/homekit/placeholder.ts';
import { type Child, type StartChild, startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { type DoorstepEvent, EVENT_SCHEMA } from '../../protocol/event.ts';
import type { HomeKitStatus } from '../../protocol/status.ts';
import { type HapService, HomeKitController } from '../../simulator/homekit/controller.ts';
import { PlayedCamera } from './homekit-camera.ts';
import { ALL_OF_HOMEKIT, DETECTION, freshHousehold, TALK } from './homekit-options.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** What a test wants otherwise than it is. */
export interface MoreOptions
  extends Partial<
    Pick<
      CameraAccessoryOptions,
      'switches' | 'household' | 'packages' | 'trigger' | 'names' | 'chime' | 'clock'
    >
  > {
  hap?: Partial<HomeKitConfig>;
  detection?: Partial<DetectionConfig>;
}

export class PairedDoorbell implements AsyncDisposable {
  readonly camera: PlayedCamera;
  readonly accessory: CameraAccessory;
  readonly children: Child[] = [];
  controller!: HomeKitController;
  #listener: ((event: DoorstepEvent) => void) | undefined;
  #seq = 0;

  private constructor(api: API, kind: 'doorbell' | 'camera', tools: Ffmpeg | undefined, more: MoreOptions) {
    const id = `01TEST${Math.random().toString(36).slice(2, 10).toUpperCase()}`;
    const still: Still = {
      jpeg: placeholderJpeg().subarray(0),
      width: 640,
      height: 360,
      takenAt: Date.now(),
      source: 'ring',
    };
    this.camera = new PlayedCamera({ id, name: 'Front door', slug: 'front-door' }, async () => still);
    const { hap, detection, ...accessory } = more;
    const counted: StartChild = (...args) => {
      const child = startChild(...args);
      this.children.push(child);
      return child;
    };
    this.accessory = createCameraAccessory({
      api,
      pluginName: 'homebridge-doorstep',
      platformName: 'Doorstep',
      camera: this.camera,
      config: {
        name: 'Front door',
        kind,
        standalone: true,
        hap: { ...ALL_OF_HOMEKIT, ...hap },
        talk: TALK,
        detection: { ...DETECTION, ...detection },
      },
      events: {
        subscribe: (listener) => {
          this.#listener = listener;
          return () => {
            this.#listener = undefined;
          };
        },
      },
      ffmpeg: tools,
      startChild: counted,
      clock: systemClock,
      log: quiet,
      version: '1.2.3',
      ...freshHousehold(),
      ...accessory,
    });
  }

  static async pair(
    api: API,
    tools: Ffmpeg | undefined,
    kind: 'doorbell' | 'camera' = 'doorbell',
    more: MoreOptions = {},
  ) {
    const doorbell = new PairedDoorbell(api, kind, tools, more);
    const { username, port, setupCode } = await reached(doorbell.accessory, ({ port }) => port !== undefined);
    if (!username || !port || !setupCode) throw new Error('The accessory was not published.');
    doorbell.controller = await HomeKitController.pair({ username, port, setupCode });
    return doorbell;
  }

  happen(event: Pick<DoorstepEvent, 'kind' | 'phase'> & Partial<DoorstepEvent>): void {
    const now = Date.now();
    const seq = ++this.#seq;
    this.#listener?.({
      ...{ schema: EVENT_SCHEMA, id: `01E${seq}`, seq, camera: this.camera.ref },
      ...{ at: now, detectedAt: now, sentAt: now, ...event },
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.controller?.[Symbol.asyncDispose]();
    await this.accessory[Symbol.asyncDispose]();
    await this.camera[Symbol.asyncDispose]();
  }
}

async function reached(accessory: CameraAccessory, wanted: (status: HomeKitStatus) => boolean) {
  if (wanted(accessory.status())) return accessory.status();
  return new Promise<HomeKitStatus>((resolve) => {
    const forget = accessory.onStatus((status) => {
      if (!wanted(status)) return;
      forget();
      resolve(status);
    });
  });
}

const CONFIGURED_NAME = 'E3';

/** What people see. */
export const nameOf = ({ characteristics }: HapService) =>
  characteristics.find(({ type }) => type === CONFIGURED_NAME)?.value;

/** What a characteristic of a type is called in requests, of the service of a type that people see by a name. */
export function keyOf({ controller }: PairedDoorbell, service: string, name: string, type: string): string {
  const found = controller.find(service).find((each) => nameOf(each) === name);
  const key = found?.characteristics.find((each) => each.type === type)?.key;
  if (!key) throw new Error(`no ${type} in ${name}`);
  return key;
}
