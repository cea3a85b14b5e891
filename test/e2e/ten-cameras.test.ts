/** Ten cameras of different kinds in one house: each is known for what it is, and gives pictures, live view and recordings in HomeKit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CameraInfo } from '../../protocol/api.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../simulator/homekit/controller.ts';
import { HomeHub } from '../../simulator/homekit/hub.ts';
import type { HubRecording } from '../../simulator/homekit/hub-recording.ts';
import { TEN_CAMERAS } from '../../simulator/kinds.ts';
import { decodeVideo } from '../support/homekit-media.ts';
import { probePicture } from '../support/homekit-picture.ts';
import { type House, startHouse } from '../support/house.ts';
import { decodeErrors, meanLuma, measureFragments, probe } from '../support/recorded-media.ts';

type Kind = (typeof TEN_CAMERAS)[number];

/** Cameras that have no sub-stream: the main stream serves for detection, too. */
const ONE_STREAM: readonly Kind[] = ['gop-1s', 'silent', 'udp', 'digest'];
/** What the hub finds out by looking. */
const H264 = { codec: 'h264', width: 384, height: 216 };
const FACTS: Readonly<Record<Kind, object>> = {
  hevc: { video: { codec: 'hevc', width: 320, height: 180 } },
  'gop-1s': { video: { ...H264, gopMs: 1000 } },
  'gop-4s': { video: { ...H264, gopMs: 4000 } },
  'gop-10s': { video: H264 },
  silent: { video: H264 },
  'four-by-three': { video: { codec: 'h264', width: 320, height: 240 } },
  udp: { video: H264 },
  digest: { video: H264 },
  backchannel: { video: H264, talk: 'backchannel' },
  masked: { video: H264 },
};
const LIVE = { width: 640, height: 360, fps: 15, kbps: 300 };
const RECORDED = { width: 1280, height: 720, fps: 15, kbps: 800 };
/** Home hubs take no longer fragment, in seconds. */
const FRAGMENT = 4;
/** The quarter that the masked camera hides, in the words of ffmpeg's crop filter. */
const HIDDEN = 'iw/2-8:ih/2-8:4:ih/2+4';
/** Black is 16; compression adds a little. */
const DARK = 24;

let house: House;
/** All cameras are part of one bridge, so that one pairing does. */
let home: HomeKitController;
const hubs = new Map<Kind, HomeHub>();

beforeAll(async () => {
  house = await startHouse({
    readyMs: 180_000,
    doorbells: TEN_CAMERAS.map((kind) => ({
      ...{ name: nameOf(kind), kind, config: { standalone: false } },
      ...(ONE_STREAM.includes(kind) && { simulator: { sub: 'none' } }),
    })),
  });
  const { homekit } = await house.homebridge.until(
    (status) => status.homekit.every(({ port }) => port !== undefined),
    'the bridge listened',
  );
  expect(homekit).toHaveLength(TEN_CAMERAS.length);
  for (const accessory of homekit) expect(accessory).toMatchObject({ standalone: false, paired: false });
  home = await HomeKitController.pair(house.target(nameOf('hevc')));
  for (const kind of TEN_CAMERAS) hubs.set(kind, new HomeHub(home, accessoryOf(kind)));
}, 240_000);

afterAll(async () => {
  await home?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
});

describe('ten cameras in one house', () => {
  it.concurrent.each(TEN_CAMERAS)('%s: is online, and known for what it is', async (kind) => {
    // A measured distance of keyframes needs two of them.
    await expect
      .poll(() => infoOf(kind), { timeout: 30_000 })
      .toMatchObject({ online: true, ...FACTS[kind] });
    expect((await infoOf(kind))?.audio === undefined).toBe(kind === 'silent');
  });

  it.concurrent.each(TEN_CAMERAS)('%s: gives a picture', async (kind) => {
    const { jpeg } = await home.snapshot(640, 360, accessoryOf(kind));
    const picture = await probePicture(jpeg);
    expect(picture.codec).toBe('mjpeg');
    expect(picture.width / picture.height).toBeCloseTo(kind === 'four-by-three' ? 4 / 3 : 16 / 9, 1);
    if (kind === 'masked') expect(await meanLuma(jpeg, HIDDEN)).toBeLessThan(DARK);
  });

  it('has a doorbell each, and the one that is pressed rings', async () => {
    const doorbells = home.find(SERVICE.doorbell);
    expect(doorbells).toHaveLength(TEN_CAMERAS.length);
    for (const doorbell of doorbells) expect(doorbell).toMatchObject({ primary: true });
    // The bridge itself is 1.
    expect(doorbells.map(({ aid }) => aid)).not.toContain(1);
    const ringOf = (kind: Kind) =>
      home.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent, accessoryOf(kind)).key;
    await home.subscribe(...TEN_CAMERAS.map(ringOf));
    const from = home.events.length;
    await house.simulators[TEN_CAMERAS.indexOf('gop-4s')]?.ring();
    await home.event(({ value }) => value === 0, { from });
    expect(home.events.slice(from)).toMatchObject([{ key: ringOf('gop-4s'), value: 0 }]);
  });

  it.concurrent.each(TEN_CAMERAS)('%s: shows a live view that ffmpeg decodes', async (kind) => {
    const view = await home.startLive(LIVE, accessoryOf(kind));
    try {
      expect((await decodeVideo(view.video, 5, 60_000)).frames).toBeGreaterThanOrEqual(5);
    } finally {
      await view[Symbol.asyncDispose]();
    }
  });

  describe('with secure video', () => {
    const recordings = new Map<Kind, HubRecording>();

    // All at once, as when somebody walks around the house.
    it('records them all at the same time', async () => {
      for (const hub of hubs.values()) await hub.arm({ ...RECORDED, audio: true });
      await house.camerasOnce(
        (cameras) => cameras.every(({ secureVideo }) => (secureVideo?.prebufferMs ?? 0) >= 4000),
        'every camera had its prebuffer',
        150_000,
      );
      await Promise.all(TEN_CAMERAS.map(async (kind) => void recordings.set(kind, await recordMotion(kind))));
      expect(recordings.size).toBe(TEN_CAMERAS.length);
    }, 300_000);

    afterAll(async () => {
      for (const recording of recordings.values()) await recording[Symbol.asyncDispose]();
    });

    it.concurrent.each(TEN_CAMERAS)('%s: gives a recording that ffmpeg decodes', async (kind) => {
      const recording = recordings.get(kind);
      if (!recording?.init) throw new Error('There is no recording.');
      expect(await decodeErrors(recording.mp4)).toBe('');
      const fragments = recording.fragments.map(({ data }) => data);
      for (const fragment of await measureFragments(recording.init.data, fragments)) {
        expect(fragment.startsOnKeyframe).toBe(true);
        expect(fragment.seconds).toBeLessThanOrEqual(FRAGMENT + 0.1);
      }
      const { streams } = await probe(recording.mp4);
      const codecs = streams.map(({ codec_name }) => codec_name);
      expect(codecs).toEqual(kind === 'silent' ? ['h264'] : ['h264', 'aac']);
      if (kind === 'masked') expect(await meanLuma(recording.mp4, HIDDEN)).toBeLessThan(DARK);
    });
  });
});

function nameOf(kind: Kind): string {
  return `Camera ${kind}`;
}

async function infoOf(kind: Kind): Promise<CameraInfo | undefined> {
  const cameras = await house.cameras();
  return cameras.find(({ name }) => name === nameOf(kind));
}

function accessoryOf(kind: Kind): number {
  const name = home
    .find(SERVICE.information)
    .find(({ characteristics }) =>
      characteristics.some(({ type, value }) => type === CHARACTERISTIC.name && value === nameOf(kind)),
    );
  if (!name) throw new Error(`HomeKit does not know ${nameOf(kind)}.`);
  return name.aid;
}

/** As a hub does: motion, then a recording; two fragments, which is 4 s before it at least. */
async function recordMotion(kind: Kind): Promise<HubRecording> {
  const { key } = home.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected, accessoryOf(kind));
  await house.trigger('motion', nameOf(kind));
  await expect.poll(async () => Boolean(await home.read(key)), { timeout: 60_000 }).toBe(true);
  const recording = await hubs.get(kind)?.record();
  if (!recording) throw new Error(`There is no hub for ${kind}.`);
  await recording.received(2, 90_000);
  recording.close();
  return recording;
}
