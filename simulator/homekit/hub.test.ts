/** The hub against HAP-NodeJS itself, with a camera that gives bytes. */
import type { CameraRecordingConfiguration, CameraRecordingDelegate, RecordingPacket } from 'homebridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { CHARACTERISTIC, HomeKitController, type HomeKitTarget, SERVICE } from './controller.ts';
import { HomeHub } from './hub.ts';
import { RecordingRefused } from './hub-recording.ts';

const INIT = Buffer.alloc(100, 1);
/** Longer than a chunk of HAP-NodeJS. */
const FRAGMENT = Buffer.alloc(600_000, 2);
const RESOLUTIONS: [number, number, number][] = [
  [1280, 720, 15],
  [1280, 720, 24],
  [1920, 1080, 24],
];

class PlayedCamera implements CameraRecordingDelegate {
  configuration: CameraRecordingConfiguration | undefined;
  active = false;
  closes: (number | undefined)[] = [];
  acknowledged = 0;
  /** What a request is answered with. */
  play: (signal: AbortSignal | undefined) => AsyncGenerator<RecordingPacket> = async function* () {};

  handleRecordingStreamRequest(_id: number, signal?: AbortSignal) {
    return this.play(signal);
  }
  updateRecordingActive(active: boolean) {
    this.active = active;
  }
  updateRecordingConfiguration(configuration: CameraRecordingConfiguration | undefined) {
    this.configuration = configuration;
  }
  closeRecordingStream(_id: number, reason: number | undefined) {
    this.closes.push(reason);
  }
  acknowledgeStream() {
    this.acknowledged += 1;
  }
}

async function* whole() {
  yield { data: INIT, isLast: false };
  yield { data: FRAGMENT, isLast: false };
  yield { data: FRAGMENT, isLast: true };
}

/** Goes on until the hub has enough. */
async function* endless(signal: AbortSignal | undefined) {
  yield { data: INIT, isLast: false };
  yield { data: FRAGMENT, isLast: false };
  await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

describe('a home hub', () => {
  const camera = new PlayedCamera();
  let host: HomeKitHost;
  let target: HomeKitTarget;
  let controller: HomeKitController;
  let hub: HomeHub;

  beforeAll(async () => {
    host = await startHomeKitHost();
    target = await publish(host, camera);
    controller = await HomeKitController.pair(target);
    hub = new HomeHub(controller);
  });
  afterAll(async () => {
    await controller?.[Symbol.asyncDispose]();
    await host?.[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    camera.closes = [];
    camera.play = whole;
  });

  it('is refused while recording is off', async () => {
    expect(await hub.isArmed()).toBe(false);
    await expect(hub.selection()).rejects.toThrow();
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
  });

  it('reads what the camera offers', async () => {
    expect(await hub.offer()).toMatchObject({
      prebufferMs: 4000,
      fragmentMs: 4000,
      resolutions: RESOLUTIONS.map(([width, height, fps]) => ({ width, height, fps })),
      audio: [{ codec: 0, sampleRates: [1, 3] }],
    });
  });

  it('refuses to select what is not offered', async () => {
    await expect(hub.arm({ width: 640, height: 480 })).rejects.toThrow('does not offer 640x480');
  });

  it('selects, and switches recording on', async () => {
    await hub.arm({ width: 1280, height: 720, fps: 15, kbps: 800, audio: false });
    expect(camera.active).toBe(true);
    expect(await hub.isArmed()).toBe(true);
    expect(camera.configuration).toMatchObject({
      prebufferLength: 4000,
      eventTriggerTypes: [1],
      mediaContainerConfiguration: { fragmentLength: 4000 },
      videoCodec: {
        resolution: [1280, 720, 15],
        parameters: { bitRate: 800, iFrameInterval: 4000, profile: 2, level: 2 },
      },
      audioCodec: { type: 0, samplerate: 1, audioChannels: 1 },
    });
    const audio = controller.characteristic(SERVICE.recordingManagement, CHARACTERISTIC.recordingAudioActive);
    expect(await controller.read(audio.key)).toBe(0);
    await hub.recordAudio(true);
    expect(await controller.read(audio.key)).toBe(1);
  });

  it('receives a whole recording and acknowledges its end', async () => {
    await using recording = await hub.record();
    const types: string[] = [];
    for await (const { type } of recording) types.push(type);
    expect(types).toEqual(['init', 'fragment', 'fragment']);
    expect(recording.mp4.equals(Buffer.concat([INIT, FRAGMENT, FRAGMENT]))).toBe(true);
    expect(recording.fragments[0]?.chunks).toBe(3);
    expect(recording).toMatchObject({ endOfStream: true, closedByCamera: undefined, over: true });
    await expect.poll(() => camera.acknowledged).toBe(1);
  });

  it('ends a recording when it has enough, and may then have the next', async () => {
    camera.play = endless;
    const enough = new AbortController();
    await using first = await hub.record({ signal: enough.signal });
    await first.received(1);
    enough.abort();
    await first.ended();
    await expect.poll(() => camera.closes).toEqual([0]);
    await using second = await hub.record();
    await second.received(1);
    second.close('bad-data');
    await expect.poll(() => camera.closes).toEqual([0, 7]);
  });

  it('is told that another hub records', async () => {
    camera.play = endless;
    await using first = await hub.record();
    await using other = await HomeKitController.connect(target, controller.pairing);
    const refusal = await new HomeHub(other).record().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(RecordingRefused);
    expect(refusal).toMatchObject({ reason: 'busy' });
    await first.received(1);
  });

  it('learns why the camera ended it', async () => {
    camera.play = async function* () {
      yield { data: INIT, isLast: false };
      throw new host.api.hap.HDSProtocolError(6);
    };
    await using recording = await hub.record();
    await recording.ended();
    expect(recording).toMatchObject({ closedByCamera: 'timeout', endOfStream: false });
  });

  it('sees it end when the camera is switched off in the Home app', async () => {
    camera.play = endless;
    await using recording = await hub.record();
    await recording.received(1);
    await hub.allowCamera(false);
    await recording.ended();
    expect(recording.closedByCamera).toBe('not-allowed');
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    await hub.allowCamera(true);
  });

  it('can fetch recordings while the phone listens to events', async () => {
    const motion = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected);
    await controller.subscribe(motion.key);
    await using recording = await hub.record();
    await recording.ended();
    expect(recording.fragments).toHaveLength(2);
  });

  it('is refused again once it has disarmed', async () => {
    await hub.disarm();
    expect(camera.active).toBe(false);
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
  });
});

async function publish({ api }: HomeKitHost, delegate: CameraRecordingDelegate): Promise<HomeKitTarget> {
  const { hap } = api;
  const accessory = new api.platformAccessory('Camera', hap.uuid.generate('recorded camera'));
  const controller = new hap.CameraController({
    cameraStreamCount: 1,
    delegate: {
      handleSnapshotRequest: (_request, callback) => callback(undefined, Buffer.alloc(0)),
      prepareStream: (_request, callback) => callback(new Error('There is no live view.')),
      handleStreamRequest: (_request, callback) => callback(),
    },
    streamingOptions: {
      supportedCryptoSuites: [0],
      video: { codec: { profiles: [1], levels: [1] }, resolutions: [[1280, 720, 30]] },
    },
    sensors: { motion: true },
    recording: {
      options: {
        prebufferLength: 4000,
        mediaContainerConfiguration: { type: 0, fragmentLength: 4000 },
        video: { type: 0, parameters: { profiles: [1, 2], levels: [0, 2] }, resolutions: RESOLUTIONS },
        audio: { codecs: { type: 0, samplerate: [1, 3] } },
      },
      delegate,
    },
  });
  accessory.configureController(controller);
  const username = 'AA:BB:CC:00:11:22';
  const published = accessory._associatedHAPAccessory;
  const port = await new Promise<number>((resolve) => {
    published.on('listening' as never, resolve as never);
    void published.publish({ username, pincode: '031-45-154', category: 17, port: 0, bind: 'lo' });
  });
  return { username, port, setupCode: '031-45-154' };
}
