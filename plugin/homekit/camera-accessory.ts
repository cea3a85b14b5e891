/** A doorbell or camera as a HomeKit accessory: its services, and the events that move them. */
import type { API, PlatformAccessory, Service } from 'homebridge';
import type { DoorstepEvent } from '../../protocol/event.ts';
import type { HomeKitStatus } from '../../protocol/status.ts';
import type { Camera } from '../camera/contract.ts';
import type { Ffmpeg } from '../camera/ffmpeg.ts';
import type { CameraConfig } from '../config.ts';
import type { StartChild } from '../system/child.ts';
import type { Clock } from '../system/clock.ts';
import { type Log, prefixed } from '../system/log.ts';
import { watchAccessory } from './accessory-status.ts';
import { configureCamera } from './camera-controller.ts';
import { fixPort } from './fixed-port.ts';
import { CATEGORY } from './hap-values.ts';
import { createMotionHold } from './motion-hold.ts';

export interface CameraAccessoryOptions {
  api: API;
  /** As in package.json. */
  pluginName: string;
  /** As in `config.json`. */
  platformName: string;
  camera: Camera;
  config: Pick<CameraConfig, 'name' | 'kind' | 'standalone' | 'hap'>;
  /** The accessory that Homebridge remembered (`configureAccessory`), for a bridged camera. */
  cached?: PlatformAccessory;
  events: { subscribe(listener: (event: DoorstepEvent) => void): () => void };
  /** Undefined when none was found: everything but sound and conversion works without. */
  ffmpeg: Ffmpeg | undefined;
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
}

/** The id is generated once per camera, so a rename keeps pairing, rooms and automations. */
export function accessoryUuid(api: API, cameraId: string): string {
  return api.hap.uuid.generate(`homebridge-doorstep:${cameraId}`);
}

/** Makes the accessory and publishes it: on its own (`standalone`), or as part of the bridge. */
export function createCameraAccessory(given: CameraAccessoryOptions): CameraAccessory {
  const options = { ...given, log: prefixed(given.log, given.config.name) };
  const { api, camera, config, cached, clock, log } = options;
  const category = config.kind === 'doorbell' ? CATEGORY.doorbell : CATEGORY.camera;
  const accessory =
    (config.standalone ? undefined : cached) ??
    new api.platformAccessory(config.name, accessoryUuid(api, camera.ref.id), category);
  accessory.category = category;
  accessory.updateDisplayName(config.name);
  describe(options, accessory);

  const motion = motionSensor(options, accessory);
  const { controller, live, ring } = configureCamera(options, accessory, motion);
  accessory.configureController(controller);
  const { MotionDetected, StatusActive } = api.hap.Characteristic;
  const hold = createMotionHold(clock, (moving) => motion.updateCharacteristic(MotionDetected, moving));
  let privacy = false;
  const showActive = () => motion.updateCharacteristic(StatusActive, camera.state.online && !privacy);
  showActive();

  const forgetState = camera.onState(showActive);
  const unsubscribe = options.events.subscribe((event) => {
    if (event.camera?.id !== camera.ref.id || event.replay) return;
    if (event.kind === 'doorbell') ring();
    hold.handle(event);
    if (event.phase === 'privacy-on' || event.phase === 'privacy-off') privacy = event.phase === 'privacy-on';
    showActive();
  });
  accessory.on('identify', () => log.info('HomeKit asks it to identify itself.'));

  publish(options, accessory);
  const watch = watchAccessory(accessory, config.name, config.standalone);
  return {
    accessory,
    status: watch.status,
    onStatus: watch.onStatus,
    async [Symbol.asyncDispose]() {
      forgetState();
      unsubscribe();
      hold.stop();
      watch.stop();
      await live[Symbol.asyncDispose]();
    },
  };
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

/** Services of a remembered accessory stay as they are: taking one away would lose what the owner set up with it. */
function motionSensor({ api, config }: CameraAccessoryOptions, accessory: PlatformAccessory): Service {
  const { MotionSensor } = api.hap.Service;
  return accessory.getService(MotionSensor) ?? accessory.addService(new MotionSensor(config.name));
}

function publish(options: CameraAccessoryOptions, accessory: PlatformAccessory): void {
  const { api, pluginName, platformName, config, cached } = options;
  if (config.standalone) {
    fixPort(accessory._associatedHAPAccessory, config.hap.port);
    api.publishExternalAccessories(pluginName, [accessory]);
  } else if (accessory === cached) api.updatePlatformAccessories([accessory]);
  else api.registerPlatformAccessories(pluginName, platformName, [accessory]);
}
