import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlatformAccessory } from '../../node_modules/homebridge/dist/platformAccessory.js';
import { type DoorstepEvent, EVENT_SCHEMA } from '../../protocol/event.ts';
import { CHARACTERISTIC, SERVICE } from '../../simulator/homekit/controller.ts';
import { PlayedCamera } from '../../test/support/homekit-camera.ts';
import { PairedDoorbell } from '../../test/support/homekit-doorbell.ts';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { decodeOpus, decodeVideo } from '../../test/support/homekit-media.ts';
import { ALL_OF_HOMEKIT, DETECTION, freshHousehold, TALK } from '../../test/support/homekit-options.ts';
import { makeStream, type Stream } from '../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../camera/ffmpeg.ts';
import { startChild } from '../system/child.ts';
import { systemClock } from '../system/clock.ts';
import { type CameraAccessoryOptions, createCameraAccessory } from './camera-accessory.ts';
import { placeholderJpeg } from './placeholder.ts';

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
const AAC = ['-c:a', 'aac', '-b:a', '32k'];
const H264 = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-tune',
  'zerolatency',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '30',
];
const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15'];

let host: HomeKitHost;
let ffmpeg: Ffmpeg;
let stream: Stream;

beforeAll(async () => {
  host = await startHomeKitHost();
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeStream({
    input: [...PICTURE, ...SOUND],
    seconds: 24,
    video: H264,
    audio: AAC,
  });
});

afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

describe('a doorbell in HomeKit', () => {
  let doorbell: PairedDoorbell;

  beforeEach(async () => {
    doorbell = await PairedDoorbell.pair(host.api, ffmpeg);
  });

  afterEach(async () => {
    await doorbell[Symbol.asyncDispose]();
    // Nothing may outlive the accessory.
    const exits = await Promise.all(doorbell.children.map((child) => child.exited));
    expect(exits).toHaveLength(doorbell.children.length);
  });

  it('tells how it can be reached, and that it is paired', () => {
    expect(doorbell.accessory.status()).toMatchObject({
      name: 'Front door',
      standalone: true,
      paired: true,
      setupCode: '031-45-154',
      username: expect.stringMatching(/^([0-9A-F]{2}:){5}[0-9A-F]{2}$/),
      port: expect.any(Number),
      setupUri: expect.stringMatching(/^X-HM:\/\//),
    });
  });

  it('has its services, with the doorbell first', () => {
    const { controller } = doorbell;
    expect(controller.find(SERVICE.doorbell)).toMatchObject([{ primary: true }]);
    // One for all motion, one for people.
    expect(controller.find(SERVICE.motionSensor)).toHaveLength(2);
    expect(controller.find(SERVICE.streamManagement)).toHaveLength(10);
    expect(controller.characteristic(SERVICE.button, CHARACTERISTIC.switchEvent)).toMatchObject({
      validValues: [0],
      value: null,
    });
    const information = Object.fromEntries(
      controller.find(SERVICE.information)[0]?.characteristics.map(({ type, value }) => [type, value]) ?? [],
    );
    expect(information).toMatchObject({
      [CHARACTERISTIC.manufacturer]: 'Doorstep',
      [CHARACTERISTIC.model]: 'RTSP doorbell',
      [CHARACTERISTIC.serialNumber]: doorbell.camera.ref.id,
      [CHARACTERISTIC.firmwareRevision]: '1.2.3',
      [CHARACTERISTIC.name]: expect.stringContaining('Front door'),
    });
  });

  it('rings: the doorbell, the button, and motion', async () => {
    const { controller } = doorbell;
    const ring = controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    const button = controller.characteristic(SERVICE.button, CHARACTERISTIC.switchEvent).key;
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    await controller.subscribe(ring, button, motion);
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await controller.event(({ key, value }) => key === ring && value === 0);
    await controller.event(({ key, value }) => key === button && value === 0);
    await controller.event(({ key, value }) => key === motion && isTrue(value));
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await expect.poll(() => controller.events.filter(({ key }) => key === ring)).toHaveLength(2);
  });

  it('shows motion until it ends', async () => {
    const { controller } = doorbell;
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    await controller.subscribe(motion);
    doorbell.happen({ kind: 'motion', phase: 'start' });
    await controller.event(({ value }) => isTrue(value));
    doorbell.happen({ kind: 'motion', phase: 'end' });
    await controller.event(({ value }) => !isTrue(value));
  });

  it('says when the camera is gone', async () => {
    const { controller } = doorbell;
    const active = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.statusActive).key;
    expect(isTrue(await controller.read(active))).toBe(false);
    doorbell.camera.play(stream);
    await expect.poll(async () => isTrue(await controller.read(active))).toBe(true);
    doorbell.camera.lose();
    await expect.poll(async () => isTrue(await controller.read(active))).toBe(false);
  });

  it('gives a picture, even when the camera hangs', async () => {
    const jpeg = Buffer.concat([placeholderJpeg(), Buffer.from('mine')]);
    doorbell.camera.still = async () => ({
      jpeg,
      width: 640,
      height: 360,
      takenAt: Date.now(),
      source: 'ring',
    });
    expect((await doorbell.controller.snapshot(640, 360)).jpeg).toEqual(jpeg);
    doorbell.camera.still = () => new Promise(() => {});
    expect((await doorbell.controller.snapshot(640, 360)).jpeg).toEqual(jpeg);
  });

  it('shows live what the camera sends, and ends without leftovers', async () => {
    doorbell.camera.play(stream);
    const view = await doorbell.controller.startLive();
    const video = await decodeVideo(view.video, 20);
    expect(video).toMatchObject({ width: 640, height: 360 });
    expect((await decodeOpus(view.audio, 20)).seconds).toBeGreaterThan(0.3);
    expect(view.video.reports).toBeGreaterThan(0);
    expect(view.audio.reports).toBeGreaterThan(0);
    expect(Math.max(...view.video.packets.map((packet) => packet.length))).toBeLessThanOrEqual(1200);
    // Only the sound needs a program: the picture is copied.
    expect(doorbell.children).toHaveLength(1);
    await view.stop();
    await Promise.all(doorbell.children.map((child) => child.exited));
  });

  it('makes the picture small for a watch', async () => {
    doorbell.camera.play(stream);
    const view = await doorbell.controller.startLive({ width: 320, height: 240, fps: 15, kbps: 200 });
    expect(await decodeVideo(view.video, 15)).toMatchObject({ width: 320, height: 180 });
    await view.stop();
    await Promise.all(doorbell.children.map((child) => child.exited));
  });

  it('converts another codec', async () => {
    doorbell.camera.play(
      await makeStream({ input: PICTURE, seconds: 20, video: ['-c:v', 'mpeg4', '-g', '15'] }),
    );
    const view = await doorbell.controller.startLive();
    expect(await decodeVideo(view.video, 15)).toMatchObject({ width: 640, height: 360 });
  });

  it('goes on in the same view when the camera reconnects', async () => {
    doorbell.camera.play(stream);
    const view = await doorbell.controller.startLive();
    await view.video.received(20);
    doorbell.camera.lose();
    const before = view.video.packets.length;
    doorbell.camera.play(stream);
    await view.video.received(before + 50);
    const sequences = view.video.packets.map((packet) => packet.readUInt16BE(2));
    expect(sequences).toEqual(sequences.map((_, i) => ((sequences[0] ?? 0) + i) & 0xffff));
    expect(new Set(view.video.packets.map((packet) => packet.readUInt32BE(8))).size).toBe(1);
    await decodeVideo(view.video, 30);
  });

  it('serves several viewers at once', async () => {
    doorbell.camera.play(stream);
    const views = await Promise.all(
      [0, 1, 2].map((index) => doorbell.controller.startLive({ stream: index })),
    );
    await Promise.all(views.map((view) => view.video.received(100)));
    await Promise.all(views.map((view) => view.stop()));
    await Promise.all(doorbell.children.map((child) => child.exited));
  });
});

describe('with less', () => {
  it('shows live without any ffmpeg, and then without sound', async () => {
    await using doorbell = await PairedDoorbell.pair(host.api, { ...ffmpeg, encoders: new Set() });
    doorbell.camera.play(stream);
    expect(doorbell.controller.find(SERVICE.microphone)).toHaveLength(0);
    const view = await doorbell.controller.startLive();
    await decodeVideo(view.video, 15);
    expect(view.audio.packets).toHaveLength(0);
    expect(doorbell.children).toHaveLength(0);
  });

  it('is a plain camera without doorbell and button', async () => {
    await using doorbell = await PairedDoorbell.pair(host.api, ffmpeg, 'camera');
    expect(doorbell.controller.find(SERVICE.doorbell)).toHaveLength(0);
    // The button that is left tells of packages.
    expect(doorbell.controller.find(SERVICE.button)).toHaveLength(1);
    expect(doorbell.controller.find(SERVICE.motionSensor)).toHaveLength(2);
  });
});

describe('a bridged doorbell', () => {
  it('keeps the services that Homebridge remembers', async () => {
    const { ids, serialized } = await registerAndForget();
    const cached = PlatformAccessory.deserialize(serialized);
    await using camera = new PlayedCamera(REF, () => Promise.reject(new Error('off')));
    await using again = createCameraAccessory({ ...bridgedOptions(camera), cached });
    expect(again.accessory).toBe(cached);
    expect(serviceIds(cached)).toEqual(ids);
    expect(cached.getService(host.api.hap.Service.Doorbell)?.isPrimaryService).toBe(true);
  });

  it('loses those that the owner has switched off since, and no others', async () => {
    const { ids, serialized } = await registerAndForget();
    const cached = PlatformAccessory.deserialize(serialized);
    await using camera = new PlayedCamera(REF, () => Promise.reject(new Error('off')));
    const options = bridgedOptions(camera);
    const hap = { ...ALL_OF_HOMEKIT, packageSensor: false, triggerSwitches: false };
    await using again = createCameraAccessory({ ...options, config: { ...options.config, hap }, cached });
    expect(again.accessory).toBe(cached);
    const { OccupancySensor, ServiceLabel, StatelessProgrammableSwitch, Switch } = host.api.hap.Service;
    const gone = [
      `${OccupancySensor.UUID}packages`,
      `${StatelessProgrammableSwitch.UUID}packages`,
      ServiceLabel.UUID,
      `${Switch.UUID}trigger-ring`,
      `${Switch.UUID}trigger-motion`,
    ];
    expect(ids).toEqual(expect.arrayContaining(gone));
    expect(serviceIds(cached)).toEqual(ids.filter((id) => !gone.includes(id)));
  });

  it('loses what only a doorbell has when it becomes a camera', async () => {
    const { ids, serialized } = await registerAndForget();
    const cached = PlatformAccessory.deserialize(serialized);
    await using camera = new PlayedCamera(REF, () => Promise.reject(new Error('off')));
    const options = bridgedOptions(camera);
    await using again = createCameraAccessory({
      ...{ ...options, config: { ...options.config, kind: 'camera' }, cached },
    });
    expect(again.accessory).toBe(cached);
    const { Doorbell, ServiceLabel, StatelessProgrammableSwitch, Switch } = host.api.hap.Service;
    const gone = [
      ...[Doorbell.UUID, StatelessProgrammableSwitch.UUID, ServiceLabel.UUID, `${Switch.UUID}trigger-ring`],
    ];
    expect(ids).toEqual(expect.arrayContaining(gone));
    expect(serviceIds(cached)).toEqual(ids.filter((id) => !gone.includes(id)));
  });

  it('shows no motion of before the restart, so that the next one is news', async () => {
    const { serialized } = await registerAndForget({ kind: 'motion', phase: 'start' });
    const cached = PlatformAccessory.deserialize(serialized);
    const { MotionSensor } = host.api.hap.Service;
    const { MotionDetected } = host.api.hap.Characteristic;
    const motion = cached.getService(MotionSensor)?.getCharacteristic(MotionDetected);
    expect(motion?.value).toBe(true);
    await using camera = new PlayedCamera(REF, () => Promise.reject(new Error('off')));
    let happen: Happen = () => {};
    await using again = createCameraAccessory({
      ...bridgedOptions(camera, (listener) => {
        happen = listener;
      }),
      cached,
    });
    expect(again.accessory).toBe(cached);
    expect(motion?.value).toBe(false);
    const changes: unknown[] = [];
    motion?.on('change', ({ newValue }) => changes.push(newValue));
    happen(eventOf({ kind: 'motion', phase: 'start' }));
    expect(changes).toEqual([true]);
  });
});

const REF = { id: '01BRIDGED', name: 'Front door', slug: 'front-door' };

type Happen = (event: DoorstepEvent) => void;
type What = Pick<DoorstepEvent, 'kind' | 'phase'>;

const eventOf = (what: What): DoorstepEvent => ({
  ...{ schema: EVENT_SCHEMA, id: '01EVENT', seq: 1, camera: REF, at: 1, detectedAt: 1, sentAt: 1 },
  ...what,
});

/** @param onSubscribe gets what makes an event happen */
function bridgedOptions(
  camera: PlayedCamera,
  onSubscribe: (happen: Happen) => void = () => {},
): CameraAccessoryOptions {
  return {
    ...{
      api: host.api,
      pluginName: 'homebridge-doorstep',
      platformName: 'Doorstep',
      camera,
      ffmpeg,
      startChild,
    },
    config: {
      name: 'Front door',
      kind: 'doorbell',
      standalone: false,
      hap: ALL_OF_HOMEKIT,
      talk: TALK,
      detection: DETECTION,
    },
    events: {
      subscribe(listener) {
        onSubscribe(listener);
        return () => {};
      },
    },
    ...freshHousehold(),
    ...{ clock: systemClock, log: quiet, version: '1.2.3' },
  };
}

/** What Homebridge writes to disk of a bridged doorbell, in front of which this happened last. */
async function registerAndForget(last?: What) {
  await using camera = new PlayedCamera(REF, () => Promise.reject(new Error('off')));
  let happen: Happen = () => {};
  const options = bridgedOptions(camera, (each) => {
    happen = each;
  });
  await using first = createCameraAccessory(options);
  if (last) happen(eventOf(last));
  return {
    ids: serviceIds(first.accessory),
    serialized: JSON.parse(JSON.stringify(PlatformAccessory.serialize(first.accessory))),
  };
}

function serviceIds(accessory: PlatformAccessory): string[] {
  return accessory.services.map((service) => service.getServiceId()).sort();
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1;
}
