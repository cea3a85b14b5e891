/** Privacy mode in a whole house: HomeKit, API, web app, doorbell and disk agree that nothing is seen, kept or told. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CameraInfo, CLOSE, type EventsReply, SNAPSHOT_HEADERS } from '../../protocol/api.ts';
import type { HubStatus } from '../../protocol/status.ts';
import { CHARACTERISTIC, HomeKitController, SERVICE } from '../../simulator/homekit/controller.ts';
import { TestSocket } from '../support/api-client.ts';
import { browserTest, openBrowser } from '../support/browser.ts';
import { probePicture } from '../support/homekit-picture.ts';
import { allPublished, type House, startHouse } from '../support/house.ts';

const SWITCH = '49';
const ON = '25';
const CONFIGURED_NAME = 'E3';
const CONTACT_SENSOR = '80';
const CONTACT_STATE = '6A';
const PATIENCE = { timeout: 30_000, interval: 100 };

let house: House;
let phone: HomeKitController;
let bearer: Record<string, string>;

beforeAll(async () => {
  house = await startHouse({ ready: isReady });
  phone = await HomeKitController.pair(house.target());
  bearer = { authorization: `Bearer ${house.token(['events', 'media', 'control'])}` };
});

afterAll(async () => {
  await phone?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
});

/** A camera that looks away is as ready as one that is online. */
function isReady({ api, homekit, cameras }: HubStatus): boolean {
  return (
    api !== undefined && allPublished(homekit) && cameras.every(({ online, privacy }) => online || privacy)
  );
}

const call = (path: string, init: RequestInit = {}) =>
  fetch(new URL(`/api/v1/${path}`, house.apiUrl), { ...init, headers: { ...bearer, ...init.headers } });
const camera = async () => (await (await call('cameras/front-door')).json()) as CameraInfo;
const act = (action: string) =>
  call('cameras/front-door/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action }),
  });
const events = async () => {
  const { events: all } = (await (await call('events?limit=100')).json()) as EventsReply;
  return all.reverse().map(({ kind, phase }) => `${kind} ${phase}`);
};

/** Key of the switch that the Home app calls so. */
function switchCalled(name: string): string {
  const service = phone
    .find(SWITCH)
    .find(({ characteristics }) =>
      characteristics.some(({ type, value }) => type === CONFIGURED_NAME && value === name),
    );
  const key = service?.characteristics.find(({ type }) => type === ON)?.key;
  if (!key) throw new Error(`There is no switch "${name}".`);
  return key;
}
const privacyInHomeKit = async () => isTrue(await phone.read(switchCalled('Front door Privacy')));
const isTrue = (value: unknown) => value === true || value === 1;

/** Nobody is connected to the doorbell any more. */
const nobodyReads = () =>
  expect.poll(async () => (await house.simulators[0]?.state())?.sessions.length, PATIENCE).toBe(0);

/** The whole of what leaves a camera that looks away: a plain picture. */
async function givesNothing(): Promise<void> {
  const picture = await call('cameras/front-door/snapshot.jpg');
  expect(picture.headers.get(SNAPSHOT_HEADERS.source)).toBe('privacy');
  const jpeg = Buffer.from(await picture.arrayBuffer());
  expect(await probePicture(jpeg)).toMatchObject({ codec: 'mjpeg' });
  expect((await phone.snapshot(640, 360)).jpeg.equals(jpeg)).toBe(true);
  await expect(phone.startLive()).rejects.toThrow();
  expect((await call('cameras/front-door/live.mjpeg')).status).toBe(409);
  const socket = new TestSocket(new URL('/api/v1/cameras/front-door/live', house.apiUrl).href, bearer);
  expect((await socket.closed).code).toBe(CLOSE.offline);
}

/** Whoever says it: no event is made, and the answer says why. */
async function hearsNothing(): Promise<void> {
  const before = await events();
  for (const kind of ['ring', 'motion'] as const) {
    await expect(house.trigger(kind)).rejects.toThrow(/409.*privacy-on/);
    const answer = await call('cameras/front-door/trigger', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind }),
    });
    expect(answer.status).toBe(409);
  }
  // Somebody comes and rings.
  await house.simulators[0]?.act('arrive');
  await house.simulators[0]?.act('ring');
  expect(await events()).toEqual(before);
}

/** Recordings under way: in the spool, and without their end. */
async function openClips(): Promise<string[]> {
  const files = await readdir(join(house.storage, 'doorstep', 'spool'), { recursive: true }).catch(
    (): string[] => [],
  );
  return files.filter((name) => name.endsWith('init.mp4') && !files.includes(name.replace('init', 'tail')));
}

describe('privacy mode', () => {
  it('begins at the switch in the Home app, and ends what is under way', async () => {
    const motion = phone.characteristic(SERVICE.motionSensor, CHARACTERISTIC.motionDetected).key;
    const active = phone.characteristic(SERVICE.motionSensor, CHARACTERISTIC.statusActive).key;
    await phone.subscribe(motion);
    const view = await phone.startLive();
    await view.video.received(20);
    await house.trigger('motion');
    await phone.event(({ key, value }) => key === motion && isTrue(value));
    await expect.poll(openClips, PATIENCE).toHaveLength(1);

    const from = phone.events.length;
    await phone.write(switchCalled('Front door Privacy'), true);
    await phone.event(({ key, value }) => key === motion && !isTrue(value), { from });
    await nobodyReads();
    await expect.poll(camera, PATIENCE).toMatchObject({ privacy: true, online: false });
    expect(await camera()).not.toHaveProperty('problem');
    await expect.poll(events, PATIENCE).toContain('camera privacy-on');
    const told = await events();
    expect(told.indexOf('motion end')).toBeLessThan(told.indexOf('camera privacy-on'));
    expect(told).not.toContain('camera offline');
    await expect.poll(openClips, PATIENCE).toEqual([]);
    // The view of before gets nothing more.
    const packets = view.video.packets.length;
    expect(isTrue(await phone.read(active))).toBe(false);
    await givesNothing();
    expect(view.video.packets.length).toBeLessThanOrEqual(packets + 1);
  });

  it('is not a camera that is gone', async () => {
    const sensor = phone.characteristic(CONTACT_SENSOR, CONTACT_STATE).key;
    expect(await phone.read(sensor)).toBe(0);
  });

  it('hears and tells nothing, whoever says it', async () => {
    await hearsNothing();
    expect(await openClips()).toEqual([]);
  });

  it('is still on after a restart, and the doorbell is not even connected to', async () => {
    const pairing = phone.pairing;
    await phone[Symbol.asyncDispose]();
    await house.restart();
    phone = await HomeKitController.connect(house.target(), pairing);
    expect(await privacyInHomeKit()).toBe(true);
    expect(await camera()).toMatchObject({ privacy: true, online: false });
    expect((await house.simulators[0]?.state())?.sessions).toEqual([]);
    expect((await events()).filter((event) => event.startsWith('camera privacy'))).toEqual([
      'camera privacy-on',
    ]);
    await givesNothing();
  });

  it('ends by the API, and everything is there again', async () => {
    const answer = await act('privacy-off');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ privacy: false });
    await expect.poll(async () => (await camera()).online, PATIENCE).toBe(true);
    expect(await privacyInHomeKit()).toBe(false);
    const ring = phone.characteristic(SERVICE.doorbell, CHARACTERISTIC.switchEvent).key;
    await phone.subscribe(ring);
    await house.trigger('ring');
    await phone.event(({ key, value }) => key === ring && value === 0);
    const source = async () =>
      (await call('cameras/front-door/snapshot.jpg')).headers.get(SNAPSHOT_HEADERS.source);
    await expect.poll(source, PATIENCE).not.toBe('privacy');
  });
});

describe('detection', () => {
  it('is switched off in the Home app: a press rings, motion is refused', async () => {
    const detection = switchCalled('Front door Detection');
    await phone.write(detection, false);
    expect((await camera()).armed).toBe(false);
    await expect(house.trigger('motion')).rejects.toThrow(/409.*detection-off/);
    const rings = async () => (await events()).filter((event) => event === 'doorbell ring').length;
    const before = await rings();
    // Two signs of one press are one; the press of the test before is long enough ago.
    await expect
      .poll(async () => house.trigger('ring').then(rings), { ...PATIENCE, interval: 500 })
      .toBe(before + 1);
    expect((await act('arm')).status).toBe(200);
    await expect.poll(async () => isTrue(await phone.read(detection))).toBe(true);
  });
});

describe('in the web app', () => {
  browserTest('a switch has the camera look away, and the Home app shows it', async () => {
    await using browser = await openBrowser();
    const { page, complaints } = await browser.visit(house.apiUrl);
    page.setDefaultTimeout(PATIENCE.timeout);
    await page.getByLabel('Code from the log').fill(house.claimCode());
    await page.getByLabel('New passphrase').fill('a quiet evening on the porch');
    await page.getByRole('button', { name: 'Begin' }).click();
    await page.getByRole('link', { name: 'Front door: open' }).click();
    const privacy = page.getByRole('switch', { name: 'Privacy' });
    await page.getByText('Live', { exact: true }).waitFor();

    await privacy.click();
    await page.getByText('This camera looks away').waitFor();
    expect(await page.locator('.large video').count()).toBe(0);
    expect(await privacyInHomeKit()).toBe(true);
    await nobodyReads();

    await phone.write(switchCalled('Front door Privacy'), false);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await privacy.getAttribute('aria-checked')).toBe('false');
    expect(complaints).toEqual([]);
  });
});
