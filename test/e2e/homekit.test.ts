/** A real HomeKit controller against real Homebridge with the built plugin and a simulated doorbell. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HomeKitStatus } from '../../protocol/status.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../simulator/homekit/controller.ts';
import { decodeOpus, decodeVideo } from '../support/homekit-media.ts';
import { probePicture } from '../support/homekit-picture.ts';
import { type House, startHouse } from '../support/house.ts';

const SIZE = { width: 1280, height: 720 };

let house: House;
let controller: HomeKitController;

beforeAll(async () => {
  house = await startHouse({ doorbells: [{ simulator: { size: '1280x720', fps: 15, gopSeconds: 2 } }] });
  controller = await HomeKitController.pair(targetOf(house.status().homekit[0]));
});

afterAll(async () => {
  await controller?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
});

describe('a standalone doorbell under Homebridge', () => {
  it('is shown as paired', async () => {
    const status = await house.homebridge.until(
      ({ homekit }) => homekit[0]?.paired === true,
      'the status said paired',
    );
    expect(status.homekit).toMatchObject([{ name: 'Front door', standalone: true, paired: true }]);
  });

  it('has the services of a video doorbell', () => {
    expect(controller.find(SERVICE.doorbell)).toMatchObject([{ primary: true }]);
    // One for all motion, one for people.
    expect(controller.find(SERVICE.motionSensor)).toHaveLength(2);
    // The first tells of presses, the other of packages.
    expect(controller.find(SERVICE.button)).toHaveLength(2);
    expect(controller.find(SERVICE.streamManagement)).toHaveLength(10);
    for (const type of [
      CHARACTERISTIC.name,
      CHARACTERISTIC.manufacturer,
      CHARACTERISTIC.model,
      CHARACTERISTIC.serialNumber,
      CHARACTERISTIC.firmwareRevision,
    ]) {
      const { value } = controller.characteristic(SERVICE.information, type);
      expect(value, type).toMatch(/\S/);
    }
  });

  it('hears the bell, and motion that begins and ends', async () => {
    const ring = controller.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    const button = controller.characteristic(SERVICE.button, CHARACTERISTIC.switchEvent).key;
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    await controller.subscribe(ring, button, motion);
    const from = controller.events.length;
    await house.simulators[0]?.ring();
    await controller.event(({ key, value }) => key === ring && value === 0, { from });
    await controller.event(({ key, value }) => key === button && value === 0, { from });
    const begun = await controller.event(({ key, value }) => key === motion && isTrue(value), { from });
    const ended = await controller.event(
      ({ key, value, at }) => key === motion && !isTrue(value) && at > begun.at,
      {
        from,
        withinMs: 60_000,
      },
    );
    // Shorter motion makes no clip in Home.
    expect(ended.at - begun.at).toBeGreaterThan(9000);
  });

  it('gives a picture of the right shape', async () => {
    const { jpeg } = await controller.snapshot(SIZE.width, SIZE.height);
    const picture = await probePicture(jpeg);
    expect(picture.codec).toBe('mjpeg');
    expect(picture.width / picture.height).toBeCloseTo(SIZE.width / SIZE.height, 1);
  });

  it('shows live video and sound that ffmpeg decrypts and decodes, and leaves nothing behind', async () => {
    const view = await controller.startLive();
    expect(await decodeVideo(view.video, 30)).toMatchObject(SIZE);
    expect((await decodeOpus(view.audio, 25)).seconds).toBeGreaterThan(0.4);
    expect(await soundEncoders()).toHaveLength(1);
    await view.stop();
    await expect.poll(soundEncoders, { timeout: 20_000 }).toEqual([]);
  });

  it('goes on in the same view when the camera drops the connection', async () => {
    const view = await controller.startLive();
    await view.video.received(50);
    await house.simulators[0]?.fault('drop');
    const before = view.video.packets.length;
    await view.video.received(before + 100, 60_000);
    await decodeVideo(view.video, 60);
    await view.stop();
  });

  it('ends the view by itself when no more pictures come', async () => {
    const status = controller.characteristic(SERVICE.streamManagement, CHARACTERISTIC.streamingStatus).key;
    const view = await controller.startLive();
    await view.video.received(50);
    expect(await controller.read(status)).toBe(STREAMING.inUse);
    await house.simulators[0]?.fault('stall');
    await expect.poll(() => controller.read(status), { timeout: 60_000 }).toBe(STREAMING.available);
    await expect.poll(soundEncoders, { timeout: 20_000 }).toEqual([]);
    await view[Symbol.asyncDispose]();
    await house.simulators[0]?.fault('none');
    await house.homebridge.until(
      ({ cameras }) => cameras.every(({ online }) => online),
      'the camera was back',
    );
  });
});

/** Values of HAP's streaming status: a TLV with one byte. */
const STREAMING = {
  available: Buffer.of(1, 1, 0).toString('base64'),
  inUse: Buffer.of(1, 1, 1).toString('base64'),
};

function targetOf(accessory: HomeKitStatus | undefined) {
  const { username, port, setupCode } = accessory ?? {};
  if (!username || !port || !setupCode) throw new Error('Nothing to pair with.');
  return { username, port, setupCode };
}

/** The programs that make the sound of live views, as the process list shows them. */
async function soundEncoders(): Promise<string[]> {
  const pid = String(house.homebridge.pid);
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '--ppid', pid]);
  return stdout.split('\n').filter((line) => line.includes('libopus'));
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1;
}
