import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PairingData } from 'hap-controller';
import type { Categories } from 'homebridge';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PlatformAccessory } from '../../../node_modules/homebridge/dist/platformAccessory.js';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../../simulator/homekit/controller.ts';
import { HomeHub } from '../../../simulator/homekit/hub.ts';
import { PlayedCamera } from '../../../test/support/homekit-camera.ts';
import { PairedDoorbell } from '../../../test/support/homekit-doorbell.ts';
import { type HomeKitHost, startHomeKitHost } from '../../../test/support/homekit-host.ts';
import { ALL_OF_HOMEKIT, DETECTION, freshHousehold, TALK } from '../../../test/support/homekit-options.ts';
import {
  decodeErrors,
  makeStream,
  measureFragments,
  type Stream,
} from '../../../test/support/recorded-media.ts';
import { type Ffmpeg, findFfmpeg } from '../../camera/ffmpeg.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import { type CameraAccessory, createCameraAccessory } from '../camera-accessory.ts';
import { samplesIn } from '../mp4-samples.ts';

const PICTURE = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15'];
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=16000'];
const H264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-bf', '0'];
/** A keyframe a second. */
const GROUPS = ['-g', '15', '-keyint_min', '15', '-sc_threshold', '0'];

/**
 * Each byte counts: when one changes, HAP forgets what home hubs have selected, and cameras record nothing until their owner opens
 * their settings in the Home app. Never adapt it to a change.
 */
const OFFERED = {
  general: 'AQSgDwAAAggDAAAAAAAAAAMLAQEAAgYBBKAPAAA=',
  video:
    'AXcBAQACGgEBAAAAAQEBAAABAQICAQAAAAIBAQAAAgECAwsBAoAHAgI4BAMBHgAAAwsBAoAHAgI4BAMBGAAAAwsBAoAHAgI4BAMBDwAAAwsBAgAFAgLQAgMBHgAAAwsBAgAFAgLQAgMBGAAAAwsBAgAFAgLQAgMBDw==',
  audio: 'AQ4BAQACCQEBAQIBAAMBAw==',
};

/** HAP's number of a bridge. */
const BRIDGE: Categories = 2;

/** For so long the camera has been on. */
const HEAD_START_MS = 8000;

let host: HomeKitHost;
let ffmpeg: Ffmpeg;
let stream: Stream;

beforeAll(async () => {
  host = await startHomeKitHost();
  ffmpeg = await findFfmpeg({ configured: 'ffmpeg' }, { startChild, clock: systemClock });
  stream = await makeStream({
    input: [...PICTURE, ...SOUND],
    seconds: 30,
    video: [...H264, ...GROUPS],
    audio: ['-c:a', 'aac', '-b:a', '32k'],
  });
});

afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

describe('a home hub and a doorbell', () => {
  let doorbell: PairedDoorbell;
  let hub: HomeHub;
  let playedAt: number;

  beforeEach(async () => {
    doorbell = await PairedDoorbell.pair(host.api, ffmpeg);
    hub = new HomeHub(doorbell.controller);
    playedAt = performance.now();
    doorbell.camera.play(stream, HEAD_START_MS);
  });

  afterEach(async () => {
    await doorbell[Symbol.asyncDispose]();
    await Promise.all(doorbell.children.map(({ exited }) => exited));
  });

  const status = () => doorbell.accessory.secureVideo();
  const ready = () => expect.poll(() => status()?.prebufferMs, { timeout: 20_000 }).toBeGreaterThan(3900);

  it('is offered the same, for ever', async () => {
    const { controller } = doorbell;
    const read = (type: string) =>
      controller.read(controller.characteristic(SERVICE.recordingManagement, type).key);
    expect(await read(CHARACTERISTIC.supportedRecording)).toBe(OFFERED.general);
    expect(await read(CHARACTERISTIC.supportedVideoRecording)).toBe(OFFERED.video);
    expect(await read(CHARACTERISTIC.supportedAudioRecording)).toBe(OFFERED.audio);
  });

  it('arms, and gets what was before the motion and what follows, with sound until the Home app wants none', async () => {
    await hub.arm();
    await ready();
    expect(status()).toMatchObject({ armed: true, configuration: { audio: true, fragmentMs: 4000 } });
    await using recording = await hub.record();
    await recording.received(1);
    expect(status()).toMatchObject({ recording: true, line: 'Recording now.' });
    expect(status()?.lastFirstFragmentMs).toBeLessThan(500);
    await hub.recordAudio(false);
    await recording.received(2);
    const fragments = recording.fragments.map(({ data }) => data);
    const measured = await measureFragments(recording.init?.data ?? Buffer.alloc(0), fragments);
    expect(measured[0]).toMatchObject({ pictures: 60, startsOnKeyframe: true });
    expect(measured[1]).toMatchObject({ pictures: 60, startsOnKeyframe: true, soundSeconds: 0 });
    expect(measured[0]?.soundSeconds).toBeGreaterThan(3.8);
    expect(await decodeErrors(recording.mp4)).toBe('');
    recording.close();
    await expect.poll(() => status()?.lastClose?.reason).toBe('ended by the home hub');
    expect(status()?.line).toMatch(/^Armed by the Home app; \d+ s of prebuffer ready; last recording today/);
  });

  it('sees what was before the motion, even when it asks late', async () => {
    await hub.arm({ audio: false });
    await ready();
    const kept = () => status()?.prebufferMs ?? 0;
    const before = kept();
    doorbell.happen({ kind: 'motion', phase: 'start' });
    const motionAt = (HEAD_START_MS + performance.now() - playedAt) / 1000;
    await expect.poll(kept, { timeout: 10_000 }).toBeGreaterThan(before + 1900);
    await using recording = await hub.record();
    await recording.received(1);
    const [picture] = samplesIn(recording.fragments[0]?.data ?? Buffer.alloc(0));
    const begin = stream.fragments.find(({ data }) => picture && data.includes(picture.data));
    expect(begin?.time).toBeLessThan(motionAt - 3.9);
    expect(begin?.time).toBeGreaterThan(motionAt - 6);
  });

  it('gets no sound in the next recording when the Home app wants none', async () => {
    await hub.arm({ audio: true });
    await ready();
    await hub.recordAudio(false);
    await ready();
    await using silent = await hub.record();
    await silent.received(1);
    expect(silent.init?.data.includes('soun')).toBe(false);
  });

  it('is told that it was the last fragment when the owner switches recording off', async () => {
    await hub.arm();
    await ready();
    await using recording = await hub.record();
    await recording.received(1);
    doorbell.happen({ kind: 'motion', phase: 'start' });
    await hub.disarm();
    await recording.ended();
    expect(recording.endOfStream).toBe(true);
    expect(await decodeErrors(recording.mp4)).toBe('');
    const { key } = doorbell.controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected);
    const motion = async () => Number(await doorbell.controller.read(key));
    expect(await motion()).toBe(0);
    expect(status()).toMatchObject({ armed: false, prebufferMs: 0 });
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    // The camera still sees the same motion when somebody rings; else nothing would record that.
    await hub.arm();
    doorbell.happen({ kind: 'doorbell', phase: 'ring' });
    await expect.poll(motion).toBe(1);
  });

  it('is told so when the camera is lost, and gets the next recording when it is back', async () => {
    await hub.arm({ audio: false });
    await ready();
    const recording = await hub.record();
    await recording.received(1);
    doorbell.camera.lose();
    await recording.ended();
    await recording[Symbol.asyncDispose]();
    expect(recording.endOfStream).toBe(true);
    expect(await decodeErrors(recording.mp4)).toBe('');
    expect(status()?.lastClose?.reason).toBe('ended: the camera was lost');
    doorbell.camera.play(stream, HEAD_START_MS);
    await using next = await hub.record();
    await next.received(1);
  });

  it('gets nothing while the Home app has switched the camera off, or privacy mode is on', async () => {
    await hub.arm();
    await ready();
    await using recording = await hub.record();
    await recording.received(1);
    await hub.allowCamera(false);
    await recording.ended();
    expect(recording.closedByCamera).toBe('not-allowed');
    expect(status()).toMatchObject({ prebufferMs: 0, line: expect.stringMatching(/^Switched off/) });
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    await expect(doorbell.controller.snapshot(640, 360)).rejects.toThrow();
    await hub.allowCamera(true);
    await ready();
    await doorbell.camera.setPrivacy(true);
    expect(status()).toMatchObject({ prebufferMs: 0, line: expect.stringContaining('privacy mode') });
    const { key } = doorbell.controller.characteristic(SERVICE.operatingMode, '227');
    expect(Number(await doorbell.controller.read(key))).toBe(1);
    await using refused = await hub.record();
    await refused.ended();
    expect(refused).toMatchObject({ closedByCamera: 'not-allowed', parts: [] });
  });
});

describe('what the home hub selected', () => {
  /** The accessory as it is after a start of Homebridge; `cached` is what a bridge remembers of it. */
  function start(
    id: string,
    { standalone = true, cached }: { standalone?: boolean; cached?: PlatformAccessory } = {},
  ) {
    const camera = new PlayedCamera({ id, name: 'Porch', slug: 'porch' }, () => Promise.reject(new Error()));
    camera.play(stream, 14_000);
    const quiet = { debug() {}, info() {}, warn() {}, error() {} };
    const made = createCameraAccessory({
      ...{ api: host.api, pluginName: 'homebridge-doorstep', platformName: 'Doorstep', camera, ffmpeg },
      config: {
        name: 'Porch',
        kind: 'doorbell',
        standalone,
        hap: ALL_OF_HOMEKIT,
        talk: TALK,
        detection: DETECTION,
      },
      ...(cached && { cached }),
      events: { subscribe: () => () => {} },
      ...freshHousehold(),
      ...{ startChild, clock: systemClock, log: quiet, version: '1.2.3' },
    });
    return {
      ...{ camera, made },
      async [Symbol.asyncDispose]() {
        await made[Symbol.asyncDispose]();
        await camera[Symbol.asyncDispose]();
      },
    };
  }

  const armed = (made: CameraAccessory) =>
    expect
      .poll(() => made.secureVideo(), { timeout: 20_000 })
      .toMatchObject({
        armed: true,
        configuration: { width: 1280, height: 720, fps: 15, audio: false },
        prebufferMs: 12_000,
      });
  const wish = { audio: false, width: 1280, height: 720, fps: 15 };

  it('outlives a restart of a doorbell that stands alone', async () => {
    const id = '01RESTART';
    let pairing: PairingData;
    {
      await using first = start(id);
      await expect.poll(() => first.made.status().port).toBeDefined();
      const { username = '', port = 0, setupCode = '' } = first.made.status();
      await using controller = await HomeKitController.pair({ username, port, setupCode });
      pairing = controller.pairing;
      const hub = new HomeHub(controller);
      await hub.arm(wish);
      await armed(first.made);
      await saved(username);
      await first.made.accessory._associatedHAPAccessory.unpublish();
    }
    await using second = start(id);
    await armed(second.made);
    await expect.poll(() => second.made.status().port).toBeDefined();
    const { username = '', port = 0, setupCode = '' } = second.made.status();
    await using controller = await HomeKitController.connect({ username, port, setupCode }, pairing);
    await using recording = await new HomeHub(controller).record();
    await recording.received(1);
  });

  it('outlives a restart of a bridge', async () => {
    const id = '01BRIDGED';
    let pairing: PairingData;
    let remembered: ReturnType<typeof PlatformAccessory.serialize>;
    {
      await using first = start(id, { standalone: false });
      await using bridge = await publishBridge(first.made);
      await using controller = await HomeKitController.pair(bridge.target);
      pairing = controller.pairing;
      await new HomeHub(controller, bridge.aid).arm(wish);
      await armed(first.made);
      await saved(bridge.target.username);
      remembered = PlatformAccessory.serialize(first.made.accessory);
    }
    const cached = PlatformAccessory.deserialize(JSON.parse(JSON.stringify(remembered)));
    await using second = start(id, { standalone: false, cached });
    await using bridge = await publishBridge(second.made);
    await armed(second.made);
    await using controller = await HomeKitController.connect(bridge.target, pairing);
    await using recording = await new HomeHub(controller, bridge.aid).record();
    await recording.received(1);
  });

  async function publishBridge({ accessory }: CameraAccessory) {
    const { Bridge, uuid } = host.api.hap;
    const bridge = new Bridge('Bridge', uuid.generate('a bridge of this test'));
    const hap = accessory._associatedHAPAccessory;
    bridge.addBridgedAccessory(hap);
    const listening = once(bridge, 'listening');
    const target = { username: '0E:00:00:00:00:01', setupCode: '031-45-154' };
    await bridge.publish({
      ...{ username: target.username, pincode: target.setupCode, category: BRIDGE, port: 0, bind: 'lo' },
    });
    const [port] = await listening;
    return {
      ...{ target: { ...target, port: Number(port) }, aid: Number(hap.aid) },
      [Symbol.asyncDispose]: () => bridge.unpublish(),
    };
  }

  /** HAP writes what it knows a tenth of a second later. */
  async function saved(username: string): Promise<void> {
    const file = join(host.folder, `ControllerStorage.${username.replaceAll(':', '')}.json`);
    await expect.poll(() => readFile(file, 'utf8').catch(() => '')).toContain('"recordingActive":true');
  }
});
