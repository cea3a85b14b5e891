/** A doorbell or camera as a HomeKit accessory: its services, and the events that move them. */
import type { API, PlatformAccessory } from 'homebridge';
import type { SecureVideoStatus, TriggerKind } from '../../protocol/api.ts';
import type { HomeKitStatus } from '../../protocol/status.ts';
import type { Camera } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { CameraSwitches } from '../camera/switches.ts';
import type { EncoderChoice } from '../camera/video-encoder-choice.ts';
import type { CameraConfig } from '../config.ts';
import type { EventSource } from '../events/contract.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, prefixed } from '../system/log.ts';
import { watchAccessory } from './accessory-status.ts';
import { configureCamera } from './camera-controller.ts';
import { addCameraServices } from './camera-services.ts';
import type { Chime } from './chime.ts';
import { fixPort } from './fixed-port.ts';
import { CATEGORY } from './hap-values.ts';
import type { Household } from './household-switches.ts';
import { driveMotionSensor, motionSensorOf } from './motion-sensor.ts';
import type { PackagesHere } from './package-sensor.ts';
import type { ServiceNames } from './service-names.ts';

export interface CameraAccessoryOptions {
  api: API;
  /** As in package.json. */
  pluginName: string;
  /** As in `config.json`. */
  platformName: string;
  camera: Camera;
  config: Pick<CameraConfig, 'name' | 'kind' | 'standalone' | 'hap' | 'talk' | 'detection'>;
  /** The accessory that Homebridge remembered (`configureAccessory`), for a bridged camera. */
  cached?: PlatformAccessory;
  events: Pick<EventSource, 'subscribe'>;
  packages: PackagesHere;
  /** What the household switched. */
  switches: CameraSwitches;
  /** What the household tells of packages and of being home. */
  household: Household;
  /** Makes the camera ring, or reports motion. Throws a `ProblemError` when it may not now. */
  trigger(kind: TriggerKind): unknown;
  /** What the owner called the services. */
  names: ServiceNames;
  /** Where the camera lets its chime be set. */
  chime?: Chime;
  /** Undefined when none was found: everything but sound and conversion works without. */
  ffmpeg: Ffmpeg | undefined;
  /** Default: software. */
  encoders?: EncoderChoice;
  startChild: StartChild;
  clock: Clock;
  log: Log;
  /** Version of the plugin, as `1.2.3`. */
  version: string;
}

/** Disposing it ends live views and timers; taking the accessory off the network is Homebridge's part. */
export interface CameraAccessory extends AsyncDisposable {
  readonly accessory: PlatformAccessory;
  status(): HomeKitStatus;
  /** Calls back when the accessory listens, is paired or unpaired; the returned function ends it. */
  onStatus(listener: (status: HomeKitStatus) => void): () => void;
  /** How HomeKit Secure Video stands; undefined where it is not offered. */
  secureVideo(): SecureVideoStatus | undefined;
}

/** The id is generated once per camera, so a rename keeps pairing, rooms and automations. */
export function accessoryUuid(api: API, cameraId: string): string {
  return api.hap.uuid.generate(`homebridge-doorstep:${cameraId}`);
}

/** Makes the accessory and publishes it: on its own (`standalone`), or as part of the bridge. */
export function createCameraAccessory(given: CameraAccessoryOptions): CameraAccessory {
  const options = { ...given, log: prefixed(given.log, given.config.name) };
  const { api, config, clock, log } = options;
  const accessory = accessoryOf(options);
  describe(options, accessory);

  const motion = driveMotionSensor(api, motionSensorOf(api, accessory, config.name), clock);
  const { controller, live, mode, secureVideo, snapshots, ringDoorbell } = configureCamera(options, motion);
  accessory.configureController(controller);
  secureVideo?.attach();
  const stopServices = addCameraServices(options, { accessory, motion, mode, snapshots, ringDoorbell });
  accessory.on('identify', () => log.info('HomeKit asks it to identify itself.'));

  publish(options, accessory);
  const watch = watchAccessory(accessory, config.name, config.standalone);
  return {
    accessory,
    status: watch.status,
    onStatus: watch.onStatus,
    secureVideo: () => secureVideo?.status(),
    async [Symbol.asyncDispose]() {
      stopServices();
      watch.stop();
      await Promise.all([secureVideo?.[Symbol.asyncDispose](), live[Symbol.asyncDispose]()]);
    },
  };
}

function accessoryOf({ api, camera, config, cached }: CameraAccessoryOptions): PlatformAccessory {
  const category = config.kind === 'doorbell' ? CATEGORY.doorbell : CATEGORY.camera;
  const accessory =
    (config.standalone ? undefined : cached) ??
    new api.platformAccessory(config.name, accessoryUuid(api, camera.ref.id), category);
  accessory.category = category;
  accessory.updateDisplayName(config.name);
  return accessory;
}

function describe(
  { api, camera, config, version }: CameraAccessoryOptions,
  accessory: PlatformAccessory,
): void {
  const { Manufacturer, Model, SerialNumber, FirmwareRevision, Name } = api.hap.Characteristic;
  accessory
    .getService(api.hap.Service.AccessoryInformation)
    ?.setCharacteristic(Name, config.name)
    .setCharacteristic(Manufacturer, 'Doorstep')
    .setCharacteristic(Model, config.kind === 'doorbell' ? 'RTSP doorbell' : 'RTSP camera')
    .setCharacteristic(SerialNumber, camera.ref.id)
    .setCharacteristic(FirmwareRevision, version);
}

function publish(options: CameraAccessoryOptions, accessory: PlatformAccessory): void {
  const { api, pluginName, platformName, config, cached } = options;
  if (config.standalone) {
    fixPort(accessory._associatedHAPAccessory, config.hap.port);
    api.publishExternalAccessories(pluginName, [accessory]);
  } else if (accessory === cached) api.updatePlatformAccessories([accessory]);
  else api.registerPlatformAccessories(pluginName, platformName, [accessory]);
}
