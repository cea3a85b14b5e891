/**
 * The web app in a real Chromium, on a real hub with a simulated doorbell. Pictures of it go to test-results/screens, or to the
 * folder in SCREENS: `SCREENS=docs/screens npx vitest run --project e2e test/e2e/ui.test.ts` renews those of the documentation.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Simulator } from '../../simulator/simulator-process.ts';
import {
  browserTest as it,
  openBrowser,
  type Scheme,
  type Size,
  type TestBrowser,
  type Visitor,
} from '../support/browser.ts';
import { type House, repository, startHouse } from '../support/house.ts';

/** What of a video element can be looked at from outside; this side of the test has no DOM types. */
interface VideoElement {
  currentTime: number;
  duration: number;
  videoWidth: number;
  videoHeight: number;
  ended: boolean;
  playbackRate: number;
  seeking: boolean;
  readyState: number;
  play(): Promise<void>;
  pause(): void;
}

const PASSPHRASE = 'a quiet evening on the porch';
const SCREENS = process.env.SCREENS ?? join(repository, 'test-results', 'screens');
const PATIENCE = 30_000;

let house: House;
let doorbell: Simulator;
let browser: TestBrowser;
let visitor: Visitor;

beforeAll(async () => {
  await mkdir(SCREENS, { recursive: true });
  // When a busy machine notices the courier's parcel is chance; what the app shows of parcels has tests of its own.
  house = await startHouse({ doorbells: [{ config: { detection: { packages: false } } }] });
  const [first] = house.simulators;
  if (!first) throw new Error('the house has no doorbell');
  doorbell = first;
  browser = await openBrowser();
  visitor = await browser.visit(house.apiUrl);
  visitor.page.setDefaultTimeout(PATIENCE);
});

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
});

const go = (hash: string) => visitor.page.goto(`${house.apiUrl.replace(/\/$/, '')}/${hash}`);
const video = (within: Locator) => within.locator('video');
const seen = (element: Locator) =>
  element.evaluate(({ currentTime, duration, videoWidth, videoHeight, ended }: VideoElement) => ({
    currentTime,
    duration,
    videoWidth,
    videoHeight,
    ended,
  }));

/** Holds a recording still at this second. */
async function holdAt(clip: Locator, seconds: number): Promise<void> {
  await clip.waitFor();
  await clip.evaluate((element: VideoElement, at) => {
    element.pause();
    element.currentTime = at;
  }, seconds);
  const isStill = ({ seeking, readyState }: VideoElement) => !seeking && readyState >= 2;
  await expect.poll(() => clip.evaluate(isStill), { timeout: PATIENCE }).toBe(true);
}

async function keep(name: string, size: Size, scheme: Scheme): Promise<void> {
  await visitor.look(size, scheme);
  // The pointer must not lie on anything.
  await visitor.page.mouse.move(0, 0);
  const path = join(SCREENS, `${name}-${size}-${scheme}.png`);
  await visitor.page.screenshot({ path, animations: 'disabled' });
}

it('is claimed with the code from the log', async () => {
  const { page } = visitor;
  await page.getByLabel('Code from the log').fill('AAAA-AAAA');
  await page.getByLabel('New passphrase').fill(PASSPHRASE);
  await keep('claim', 'phone', 'light');
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('alert').waitFor();

  await page.getByLabel('Code from the log').fill(house.claimCode());
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { name: 'Front door' }).waitFor();
});

it('plays the live picture, near the live edge', async () => {
  const tile = visitor.page.locator('.tile');
  await tile.getByText('Live', { exact: true }).waitFor();
  const first = await seen(video(tile));
  const { size } = await doorbell.state();
  expect([first.videoWidth, first.videoHeight]).toEqual([size.width, size.height]);
  await expect
    .poll(async () => (await seen(video(tile))).currentTime, { timeout: PATIENCE })
    .toBeGreaterThan(first.currentTime + 2);
});

it('shows a press of the bell without a reload', async () => {
  const { page } = visitor;
  const visit = doorbell.visit();
  await page.locator('.tile').getByText('The bell rang').waitFor();
  const row = page.getByRole('region', { name: 'Today' }).getByRole('link', { name: /The bell rang/ });
  await row.waitFor();
  // The picture of the moment comes as soon as it is stored.
  await row.locator('img.thumb').waitFor();
  await keep('home', 'desk', 'dark');
  await keep('home', 'desk', 'light');
  await keep('home', 'phone', 'light');
  await keep('home', 'phone', 'dark');
  await visit;
});

it('opens the recording in place, waits until it is ready and plays it to its end', async () => {
  const { page } = visitor;
  await visitor.look('phone', 'light');
  await page
    .getByRole('region', { name: 'Today' })
    .getByRole('link', { name: /The bell rang/ })
    .click();
  const stage = page.getByRole('region', { name: 'The bell rang' });
  const clip = video(stage);
  await clip.waitFor();
  await expect.poll(async () => (await seen(clip)).currentTime, { timeout: PATIENCE }).toBeGreaterThan(1);
  for (const [size, scheme] of [
    ['phone', 'light'],
    ['desk', 'light'],
    ['desk', 'dark'],
  ] as const) {
    await visitor.look(size, scheme);
    await holdAt(clip, 12);
    await keep('timeline', size, scheme);
  }
  await clip.evaluate(async (element: VideoElement) => {
    element.playbackRate = 4;
    await element.play();
  });
  await expect.poll(async () => (await seen(clip)).ended, { timeout: PATIENCE }).toBe(true);
  const { currentTime, videoWidth } = await seen(clip);
  // Five seconds before the press to ten after.
  expect(currentTime).toBeGreaterThan(10);
  expect(videoWidth).toBeGreaterThan(0);
  await stage.getByRole('button', { name: 'Play again' }).waitFor();
});

it('follows the keyboard: space, arrows, escape', async () => {
  const { page } = visitor;
  await visitor.look('phone', 'light');
  await go('#/timeline');
  const rows = page.getByRole('link', { name: /The bell rang/ });
  await rows.first().waitFor();
  await doorbell.ring();
  await expect.poll(() => rows.count(), { timeout: PATIENCE }).toBe(2);
  await rows.last().click();
  const stage = page.getByRole('region', { name: 'The bell rang' });
  await stage.getByRole('button', { name: 'Pause' }).waitFor();
  await page.keyboard.press('Space');
  await stage.getByRole('button', { name: 'Play', exact: true }).waitFor();
  await page.keyboard.press('Space');
  await stage.getByRole('button', { name: 'Pause' }).waitFor();

  const older = page.url();
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => page.url()).not.toBe(older);
  // The new recording says that it is still being made, then plays.
  await stage.getByText('Still recording').waitFor();
  await stage.getByRole('button', { name: 'Pause' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.url()).toBe(older);
  await page.keyboard.press('Escape');
  await stage.waitFor({ state: 'detached' });
  expect(page.url()).toMatch(/#\/timeline$/);
});

it('filters the timeline by kind', async () => {
  const { page } = visitor;
  await go('#/timeline');
  await page.getByRole('button', { name: 'Bell' }).click();
  await page
    .getByRole('link', { name: /The bell rang/ })
    .first()
    .waitFor();
  await expect.poll(() => page.getByRole('link', { name: /camera/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Parcels' }).click();
  await page.getByText('Nothing of this kind.').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page
    .getByRole('link', { name: /The bell rang/ })
    .first()
    .waitFor();
});

it('tells what is wrong with a camera over its last picture, and recovers by itself', async () => {
  const { page } = visitor;
  await go('#/');
  const tile = page.locator('.tile');
  await tile.getByText('Live', { exact: true }).waitFor();
  await doorbell.fault('stall');
  const note = tile.locator('.picture-note');
  await note.waitFor({ timeout: 60_000 });
  expect(await note.textContent()).not.toMatch(/error|undefined|password=/i);
  await keep('camera-silent', 'phone', 'light');
  await doorbell.fault('none');
  await tile.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
});

it('shows one camera large, with what its stream is', async () => {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Front door: open' }).click();
  await page.getByText(/H\.264/).waitFor();
  await page.locator('.large').getByText('Live', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Turn sound on' }).click();
  await page.getByRole('button', { name: 'Turn sound off' }).waitFor();
  await keep('camera', 'phone', 'dark');
});

it('lays what the detector sees over the live picture', async () => {
  const { page } = visitor;
  const toggle = page.getByRole('button', { name: 'What the detector sees' });
  await toggle.click();
  await page.getByText(/^Things lower than the bar do not count/).waitFor({ timeout: 60_000 });
  const visit = doorbell.visit();
  await page.locator('.sight-motion path[d^="M"]').waitFor({ state: 'attached', timeout: 60_000 });
  await keep('detector-at-work', 'phone', 'light');
  await visit;
  await toggle.click();
});

it('leaves the focus on a switch that is pressed, also while the hub thinks about it', async () => {
  const { page } = visitor;
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await page.route('**/actions', async (route) => {
    asked.resolve();
    await answer.promise;
    await route.continue();
  });
  const detection = page.getByRole('switch', { name: 'Detection' });
  const isFocused = () => detection.evaluate((element) => element.matches(':focus'));
  await detection.focus();
  await page.keyboard.press('Space');
  await asked.promise;
  expect(await detection.getAttribute('aria-checked')).toBe('false');
  expect(await isFocused()).toBe(true);
  answer.resolve();
  await expect.poll(() => detection.getAttribute('aria-disabled'), { timeout: PATIENCE }).toBe('false');
  expect(await detection.getAttribute('aria-checked')).toBe('false');
  await page.unroute('**/actions');
  await page.keyboard.press('Space');
  await expect.poll(() => detection.getAttribute('aria-checked'), { timeout: PATIENCE }).toBe('true');
});

it('says until when detection rests, and the switch ends it', async () => {
  const { page } = visitor;
  const detection = page.getByRole('switch', { name: 'Detection' });
  const body = JSON.stringify({ action: 'snooze', minutes: 45 });
  await page.evaluate(
    (order) =>
      fetch('/api/v1/cameras/front-door/actions', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: order,
      }),
    body,
  );
  await page.reload();
  await detection.getByText('Rests until').waitFor();
  expect(await detection.getAttribute('aria-checked')).toBe('false');
  await detection.click();
  await detection.getByText('Tells of motion').waitFor();
  expect(await detection.getAttribute('aria-checked')).toBe('true');
});

it('draws a privacy zone with pointer and keyboard, which is black at once and stays over a reload', async () => {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Zones' }).click();
  const zones = page.getByRole('region', { name: 'Zones' });
  await zones.getByRole('button', { name: 'Privacy' }).click();
  await zones.getByRole('button', { name: 'Add an area' }).click();
  const corner = page.getByRole('button', { name: 'Privacy 1, corner 3 of 4' });
  await corner.hover();
  const { x, y, width, height } = (await page.locator('.zone-layer').boundingBox()) ?? {
    ...{ x: 0, y: 0, width: 0, height: 0 },
  };
  await page.mouse.down();
  await page.mouse.move(x + width * 0.9, y + height * 0.8, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowUp');
  const style = await corner.getAttribute('style');
  expect(style).toMatch(/left: 8[89].*%; top: 7[45].*%/);
  await keep('masks', 'phone', 'light');
  await zones.getByRole('button', { name: 'Save' }).click();
  await zones.getByText('Saved. The picture comes back in a few seconds').waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Zones' }).click();
  await zones.getByRole('button', { name: 'Privacy' }).click();
  expect(await corner.getAttribute('style')).toBe(style);

  await corner.focus();
  await zones.getByRole('button', { name: 'Remove area' }).click();
  await zones.getByRole('button', { name: 'Save' }).click();
  await zones.getByText('Saved. The picture comes back').waitFor();
  await zones.getByRole('button', { name: 'Close' }).click();
  await page.locator('.large').getByText('Live', { exact: true }).waitFor({ timeout: 60_000 });
});

it('makes a token for Node-RED that works until it is withdrawn', async () => {
  const { page } = visitor;
  await go('#/settings');
  await page.getByRole('link', { name: 'Node-RED and other programs' }).click();
  await page.getByRole('button', { name: 'New token' }).click();
  await page.getByLabel('For which program?').fill('Node-RED');
  await page.getByRole('button', { name: 'Make token' }).click();
  const token = await page.getByLabel(/The token for Node-RED/).inputValue();
  const ask = async () =>
    (await fetch(new URL('/api/v1/cameras', house.apiUrl), { headers: { authorization: `Bearer ${token}` } }))
      .status;
  expect(await ask()).toBe(200);
  await page.getByRole('button', { name: 'Done' }).click();
  page.once('dialog', (dialog) => dialog.accept());
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByText('No program has a token.').waitFor();
  expect(await ask()).toBe(401);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await keep('settings', 'phone', 'light');
  await keep('settings', 'desk', 'dark');
});

it('signs out, refuses a wrong passphrase and signs in again', async () => {
  const { page } = visitor;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Household passphrase').fill('not the passphrase');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Household passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
});

it('shows the hub’s still pictures where the browser cannot decode the stream', async () => {
  const other = await browser.visit(house.apiUrl, { withoutMediaSource: true });
  await other.page.getByLabel('Household passphrase').fill(PASSPHRASE);
  await other.page.getByRole('button', { name: 'Sign in' }).click();
  const tile = other.page.locator('.tile');
  await tile.getByText('Live, without sound').waitFor({ timeout: PATIENCE });
  const picture = tile.getByRole('img', { name: 'Live picture of Front door' });
  await expect
    .poll(() => picture.evaluate(({ naturalWidth }: { naturalWidth: number }) => naturalWidth), {
      timeout: PATIENCE,
    })
    .toBeGreaterThan(0);
  expect(other.complaints).toEqual([]);
  await other.context.close();
});

it('asked no other host, broke no content security policy and threw no error', () => {
  expect(visitor.complaints).toEqual([]);
});
