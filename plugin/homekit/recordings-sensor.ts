/** A contact sensor of its own, which opens while recordings cannot reach their target or some had to be given up. */
import type { API, PlatformAccessory } from 'homebridge';
import type { StorageInfo } from '../../protocol/api.ts';
import { type FollowStorageDeps, followStorage, type StorageSource } from '../recordings/follow-storage.ts';
import { CATEGORY, CONTACT, FAULT } from './hap-values.ts';
import { serviceOf } from './service.ts';
import type { ServiceNames } from './service-names.ts';

export interface RecordingsSensorOptions extends FollowStorageDeps {
  api: API;
  /** As in package.json. */
  pluginName: string;
  /** As in `config.json`. */
  platformName: string;
  /** The accessory that Homebridge remembered (`configureAccessory`). */
  cached?: PlatformAccessory;
  storage: StorageSource;
  /** What the owner called the sensor. */
  names: ServiceNames;
  /** Version of the plugin, as `1.2.3`. */
  version: string;
}

export interface RecordingsSensor extends Disposable {
  readonly accessory: PlatformAccessory;
}

/** Footage that was given up keeps the sensor open for this long, in ms, so that an automation or a look at the Home app finds it. */
const TOLD_FOR_MS = 60 * 60_000;

/** A target that is away for less, in ms, has only restarted. */
const GRACE_MS = 30_000;

/** Always the same, so that rooms and automations stay. */
export function recordingsSensorUuid(api: API): string {
  return api.hap.uuid.generate('homebridge-doorstep:recordings');
}

/** Whether the owner should know: recordings do not reach the target, or some were given up within the last hour. */
export function needsNotice({ target, dropped }: StorageInfo, now: number): boolean {
  if (target.state === 'waiting' || target.state === 'refused') return true;
  if (target.state === 'missing' && now - target.since >= GRACE_MS) return true;
  return dropped.last !== undefined && now - dropped.last.to < TOLD_FOR_MS;
}

/** Makes the accessory as part of the bridge, and moves it until it is disposed. */
export function createRecordingsSensor(options: RecordingsSensorOptions): RecordingsSensor {
  const { api, cached, storage, names, clock, log } = options;
  const { ContactSensorState, StatusActive, StatusFault } = api.hap.Characteristic;
  const accessory = cached ?? new api.platformAccessory(NAME, recordingsSensorUuid(api), CATEGORY.sensor);
  accessory.category = CATEGORY.sensor;
  describe(options, accessory);
  const sensor = serviceOf(
    { api, accessory, cameraName: 'Doorstep', names },
    { type: api.hap.Service.ContactSensor, subtype: 'recordings', label: 'Recordings', wanted: true },
  );
  const show = (open: boolean, known: boolean) =>
    sensor
      ?.updateCharacteristic(ContactSensorState, open ? CONTACT.open : CONTACT.closed)
      .updateCharacteristic(StatusFault, open ? FAULT.general : FAULT.none)
      .updateCharacteristic(StatusActive, known);
  show(false, false);
  publish(options, accessory);
  const stop = followStorage(storage, { clock, log }, (info) =>
    show(needsNotice(info, clock.now()), info.target.state !== 'starting'),
  );
  return { accessory, [Symbol.dispose]: stop };
}

const NAME = 'Doorstep Recordings';

function describe({ api, version }: RecordingsSensorOptions, accessory: PlatformAccessory): void {
  const { Manufacturer, Model, SerialNumber, FirmwareRevision } = api.hap.Characteristic;
  accessory
    .getService(api.hap.Service.AccessoryInformation)
    ?.setCharacteristic(Manufacturer, 'Doorstep')
    .setCharacteristic(Model, 'Recordings')
    .setCharacteristic(SerialNumber, 'recordings')
    .setCharacteristic(FirmwareRevision, version);
}

function publish(
  { api, pluginName, platformName, cached }: RecordingsSensorOptions,
  accessory: PlatformAccessory,
): void {
  if (cached) api.updatePlatformAccessories([accessory]);
  else api.registerPlatformAccessories(pluginName, platformName, [accessory]);
}
