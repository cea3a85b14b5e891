/** A home hub of our own against real Homebridge with the built plugin and a simulated doorbell: what it asks, and what it gets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPictureClock } from '../../bench/picture-clock.ts';
import type { SecureVideoStatus } from '../../protocol/api.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../simulator/homekit/controller.ts';
import { HomeHub } from '../../simulator/homekit/hub.ts';
import type { HubRecording } from '../../simulator/homekit/hub-recording.ts';
import { type House, startHouse } from '../support/house.ts';
import { decodeErrors, firstPicture, measureFragments, probe } from '../support/recorded-media.ts';

/** Home hubs select one of these. */
const WISH = { width: 1280, height: 720, fps: 15, kbps: 2000 };
/** The longest fragment and the shortest prebuffer that a home hub takes, in seconds. */
const FRAGMENT = 4;
const PREBUFFER = 4;

let house: House;
let controller: HomeKitController;
let hub: HomeHub;

beforeAll(async () => {
  house = await startHouse({ doorbells: [{ simulator: { size: '1280x720', fps: 15, gopSeconds: 2 } }] });
  controller = await HomeKitController.pair(house.target());
  hub = new HomeHub(controller);
});

afterAll(async () => {
  await controller?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
});

describe('secure video before the Home app allows it', () => {
  it('offers what a home hub needs', async () => {
    const offer = await hub.offer();
    expect(offer).toMatchObject({ fragmentMs: FRAGMENT * 1000, triggers: expect.any(Number) });
    expect(offer.prebufferMs).toBeGreaterThanOrEqual(PREBUFFER * 1000);
    expect(offer.triggers & 1).toBe(1);
    for (const [width, height] of [
      [1920, 1080],
      [1280, 720],
    ]) {
      const rates = offer.resolutions.filter((one) => one.width === width && one.height === height);
      const fps = rates.map((rate) => rate.fps);
      expect(fps, `${width}x${height}`).toContain(15);
      expect(fps.includes(24) || fps.includes(30), `${width}x${height}`).toBe(true);
    }
    // A choice of codecs or rates makes hubs differ.
    expect(offer.audio).toEqual([{ codec: 0, sampleRates: [expect.any(Number)] }]);
  });

  it('refuses recordings, and says that it is off', async () => {
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    expect(await secureVideo()).toMatchObject({ armed: false, recording: false });
    expect((await secureVideo())?.line).toMatch(/\S/);
  });
});

describe('secure video that the Home app has allowed', () => {
  beforeAll(async () => {
    await hub.arm({ ...WISH, audio: true });
    await buffered();
  });

  it('says what was selected', async () => {
    expect(await secureVideo()).toMatchObject({
      armed: true,
      configuration: { ...WISH, fragmentMs: FRAGMENT * 1000, audio: true },
    });
  });

  it('gives the time before the motion, then one fragment after the other, until the hub has enough', async () => {
    const { recording, triggeredAt } = await recordMotion(5);
    const { init, fragments } = recording;
    expect(boxes(init?.data)).toEqual(['ftyp', 'moov']);
    for (const { data } of fragments) expect(boxes(data)).toEqual(['moof', 'mdat']);
    // The bench measures how fast it is; here it counts that hubs wait about 5 s.
    expect(fragments[0]?.atMs).toBeLessThan(3000);
    expect(await decodeErrors(recording.mp4)).toBe('');

    const measured = await measureFragments(
      init?.data ?? Buffer.alloc(0),
      fragments.map(({ data }) => data),
    );
    for (const one of measured) {
      expect(one.startsOnKeyframe).toBe(true);
      expect(one.seconds).toBeLessThanOrEqual(FRAGMENT + 0.1);
      expect(one.soundSeconds).toBeCloseTo(one.seconds, 0);
    }
    // The clock in the picture says when it was taken: within the second that it shows.
    const shown = await readPictureClock(await firstPicture(recording.mp4), 'Front door', triggeredAt);
    expect(triggeredAt - shown).toBeGreaterThanOrEqual(PREBUFFER * 1000);

    const { streams, packets } = await probe(recording.mp4);
    expect(streams).toMatchObject([
      { codec_name: 'h264', width: 1280, height: 720 },
      { codec_name: 'aac', sample_rate: '32000' },
    ]);
    expect(gaps(packets)).toEqual([]);
  });

  it('says afterwards how it went', async () => {
    const status = await statusOnce(({ recording, lastClose }) => !recording && lastClose !== undefined);
    expect(status.lastRequestAt).toBeLessThanOrEqual(Date.now());
    expect(status.lastFirstFragmentMs).toBeGreaterThanOrEqual(0);
    expect(status.lastClose?.reason).toMatch(/\S/);
  });

  it('is asked by a press, too, because a press is motion', async () => {
    const { recording } = await recordMotion(1, 'ring');
    expect(recording.fragments.length).toBeGreaterThan(0);
  });

  it('refuses a second hub, goes on with the first, and takes the next afterwards', async () => {
    await using first = await hub.record();
    await first.received(1);
    await using other = await HomeKitController.connect(house.target(), controller.pairing);
    const second = new HomeHub(other);
    await expect(second.record()).rejects.toMatchObject({ reason: 'busy' });
    await first.received(3);
    first.close();
    await statusOnce(({ recording }) => !recording);
    await using next = await second.record();
    await next.received(1);
  });

  it('takes a new request at once when the hub is gone without a word', async () => {
    const lost = await hub.record();
    await lost.received(1);
    await lost[Symbol.asyncDispose]();
    await statusOnce(({ recording }) => !recording);
    await using next = await hub.record();
    await next.received(1);
  });

  it('leaves the sound out when the Home app says so', async () => {
    await hub.recordAudio(false);
    await buffered();
    const { recording } = await recordMotion(2);
    const { streams } = await probe(recording.mp4);
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video']);
    await hub.recordAudio(true);
    await buffered();
  });

  it('ends in good order when the camera drops the connection, and there is a next one', async () => {
    await using recording = await hub.record();
    await recording.received(1);
    await house.simulators[0]?.fault('drop');
    await recording.ended(60_000);
    expect(recording).toMatchObject({ endOfStream: true, closedByCamera: undefined });
    // The last picture may be cut where the camera stopped; what went out before is whole.
    const whole = [recording.init, recording.fragments[0]].map((part) => part?.data ?? Buffer.alloc(0));
    expect(await decodeErrors(Buffer.concat(whole))).toBe('');
    await buffered();
    await using next = await hub.record();
    await next.received(1);
  });

  it('ends when the camera is switched off in the Home app, and comes back', async () => {
    await using recording = await hub.record();
    await recording.received(1);
    await hub.allowCamera(false);
    await recording.ended();
    expect(recording.closedByCamera).toBe('not-allowed');
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    await hub.allowCamera(true);
    await buffered();
  });

  it('knows after a restart of Homebridge what was selected, and records', async () => {
    const { pairing } = controller;
    const selection = await hub.selection();
    const { prebufferMs } = await hub.offer();
    await controller[Symbol.asyncDispose]();
    await house.restart();
    controller = await HomeKitController.connect(house.target(), pairing);
    hub = new HomeHub(controller);
    expect(await hub.isArmed()).toBe(true);
    expect(await hub.selection()).toBe(selection);
    expect((await hub.offer()).prebufferMs).toBe(prebufferMs);
    await buffered();
    const { recording } = await recordMotion(2);
    expect(await decodeErrors(recording.mp4)).toBe('');
  });

  it('records no more once the Home app has switched recording off', async () => {
    await hub.disarm();
    await expect(hub.record()).rejects.toMatchObject({ reason: 'not-allowed' });
    await statusOnce(({ armed }) => !armed);
  });
});

async function secureVideo(): Promise<SecureVideoStatus | undefined> {
  const [camera] = await house.cameras();
  return camera?.secureVideo;
}

async function statusOnce(wanted: (status: SecureVideoStatus) => boolean): Promise<SecureVideoStatus> {
  const fits = (status: SecureVideoStatus | undefined) => status !== undefined && wanted(status);
  const [camera] = await house.camerasOnce(
    ([first]) => fits(first?.secureVideo),
    'secure video was as wanted',
  );
  if (!camera?.secureVideo) throw new Error('The camera has no secure video.');
  return camera.secureVideo;
}

/** Waits until the whole prebuffer could be given. */
function buffered(): Promise<SecureVideoStatus> {
  return statusOnce(({ prebufferMs }) => prebufferMs >= PREBUFFER * 1000);
}

/** As a hub does: motion, then a recording, until there are so many fragments. */
async function recordMotion(
  fragments: number,
  kind: 'motion' | 'ring' = 'motion',
): Promise<{ recording: HubRecording; triggeredAt: number }> {
  const { key } = controller.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected);
  await controller.subscribe(key);
  await motionOver(key);
  const from = controller.events.length;
  const triggeredAt = Date.now();
  await house.trigger(kind);
  await controller.event((event) => event.key === key && isTrue(event.value), { from });
  const recording = await hub.record();
  try {
    await recording.received(fragments, 60_000);
  } finally {
    await recording[Symbol.asyncDispose]();
  }
  return { recording, triggeredAt };
}

/** A trigger while there still is motion would be no news. */
async function motionOver(key: string): Promise<void> {
  await expect.poll(async () => isTrue(await controller.read(key)), { timeout: 60_000 }).toBe(false);
}

/** Types of the boxes that `data` consists of. */
function boxes(data: Buffer = Buffer.alloc(0)): string[] {
  const types: string[] = [];
  for (let at = 0; at + 8 <= data.length; at += data.readUInt32BE(at))
    types.push(data.toString('latin1', at + 4, at + 8));
  return types;
}

/** Places where decode times of pictures jump by more than half a second, or go back. */
function gaps(packets: readonly { codec_type: string; dts_time: string }[]): string[] {
  const times = packets
    .filter(({ codec_type }) => codec_type === 'video')
    .map(({ dts_time }) => Number(dts_time));
  return times.flatMap((time, index) => {
    const step = time - (times[index - 1] ?? time);
    return index > 0 && (step <= 0 || step > 0.5) ? [`${step} s before ${time}`] : [];
  });
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1;
}
