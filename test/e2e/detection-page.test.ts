/**
 * What the web app shows of detection, in a real Chromium, on the real API, in front of detection that is told what it sees. Pictures
 * as in `ui.test.ts`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, expect } from 'vitest';
import type { DecisionInfo, SightInfo } from '../../protocol/detection.ts';
import {
  browserTest as it,
  openBrowser,
  type Scheme,
  type Size,
  type TestBrowser,
  type Visitor,
} from '../support/browser.ts';
import { type FakeHub, startFakeHub } from '../support/fake-hub.ts';
import { repository } from '../support/house.ts';

const PASSPHRASE = 'a quiet evening on the porch';
const SCREENS = process.env.SCREENS ?? join(repository, 'test-results', 'screens');
const PATIENCE = 30_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let hub: FakeHub;
let browser: TestBrowser;
let visitor: Visitor;
beforeAll(async () => {
  await mkdir(SCREENS, { recursive: true });
  hub = await startFakeHub({ uiRoot: join(repository, 'dist', 'ui') });
  browser = await openBrowser();
  visitor = await browser.visit(hub.api.url);
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE);
  await page.getByLabel('Code from the log').fill(hub.auth.claimCode() ?? '');
  await page.getByLabel('New passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { name: 'Front door' }).waitFor();
});
afterAll(async () => {
  await browser?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
});

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const go = (hash: string) => visitor.page.goto(`${hub.api.url}/${hash}`);

async function keep(name: string, size: Size, scheme: Scheme): Promise<void> {
  await visitor.look(size, scheme);
  await visitor.page.mouse.move(0, 0);
  const wider = ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) =>
    scrollWidth - clientWidth;
  expect(await visitor.page.locator('html').evaluate(wider)).toBeLessThanOrEqual(0);
  const path = join(SCREENS, `${name}-${size}-${scheme}.png`);
  await visitor.page.screenshot({ path, animations: 'disabled' });
}

/** Where on the screen a place of the picture is, from 0 (left, top) to 1. */
async function onPicture(x: number, y: number): Promise<[number, number]> {
  const box = await visitor.page.locator('.zone-layer').boundingBox();
  if (!box) throw new Error('nothing is drawn on');
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { mouse } = visitor.page;
  await mouse.move(...(await onPicture(...from)));
  await mouse.down();
  await mouse.move(...(await onPicture(...to)), { steps: 4 });
  await mouse.up();
}

const zones = () => hub.detection.zones('cam-1');

it.each(['phone', 'desk'] as const)('draws a zone with the pointer, on a %s', async (size) => {
  const { page } = visitor;
  await hub.detection.setZones('cam-1', { doorstep: [], motion: [], ignore: [], privacy: [] });
  await visitor.look(size, 'light');
  await go('#/');
  await go('#/camera/front-door');
  await page.getByRole('button', { name: 'Zones' }).click();
  const section = page.getByRole('region', { name: 'Zones' });
  await section.getByText('Parcels are looked for here. None is drawn').waitFor();
  await page.locator('.large').scrollIntoViewIfNeeded();
  for (const [x, y] of [
    [0.2, 0.6],
    [0.7, 0.6],
    [0.7, 0.9],
    [0.2, 0.9],
  ] as const)
    await page.mouse.click(...(await onPicture(x, y)));
  await page
    .getByRole('button', { name: /^Doorstep 1, corner \d of 4$/ })
    .nth(3)
    .waitFor();

  // One drag is one step back.
  await drag([0.7, 0.6], [0.9, 0.5]);
  await section.getByRole('button', { name: 'Undo' }).click();
  await drag([0.7, 0.6], [0.8, 0.5]);
  // A tap on an edge sets a corner there.
  await page.mouse.click(...(await onPicture(0.5, 0.9)));
  await page
    .getByRole('button', { name: /^Doorstep 1, corner \d of 5$/ })
    .nth(4)
    .waitFor();

  await section.getByRole('button', { name: 'Save' }).click();
  await section.getByText('Saved. It counts from now on.').waitFor();
  const [area, ...more] = zones().doorstep;
  expect(more).toEqual([]);
  expect(area).toHaveLength(5);
  const corners = area?.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).toSorted();
  expect(corners).toEqual(['0.2 0.6', '0.2 0.9', '0.5 0.9', '0.7 0.9', '0.8 0.5']);
});

it('draws by touch', async () => {
  const { page, context } = visitor;
  await visitor.look('phone', 'light');
  await page.locator('.large').scrollIntoViewIfNeeded();
  const before = zones().doorstep[0]?.map(String) ?? [];
  const session = await context.newCDPSession(page);
  const at = async (x: number, y: number) => {
    const [left, top] = await onPicture(x, y);
    return { touchPoints: [{ x: left, y: top }] };
  };
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', ...(await at(0.8, 0.5)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', ...(await at(0.85, 0.45)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', ...(await at(0.9, 0.4)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
  const section = page.getByRole('region', { name: 'Zones' });
  await section.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => zones().doorstep[0]?.map(String), { timeout: PATIENCE }).not.toEqual(before);
  const [x, y] = zones().doorstep[0]?.toSorted(([, one], [, two]) => one - two)[0] ?? [];
  expect(x).toBeCloseTo(0.9, 1);
  expect(y).toBeCloseTo(0.4, 1);
});

it('draws each kind with the keyboard, and finds it again after a reload', async () => {
  const { page } = visitor;
  hub.detection.configured = [
    [
      [0, 0],
      [0.12, 0],
      [0.12, 0.3],
      [0, 0.3],
    ],
  ];
  await visitor.look('desk', 'light');
  await go('#/');
  await go('#/camera/front-door');
  await page.getByRole('button', { name: 'Zones' }).click();
  const section = page.getByRole('region', { name: 'Zones' });
  const focused = () => page.locator(':focus').getAttribute('aria-label');
  for (const kind of ['Motion', 'Ignore', 'Privacy']) {
    await section.getByRole('button', { name: kind, exact: true }).press('Enter');
    await section.getByRole('button', { name: 'Add an area' }).press('Enter');
  }
  await section.getByText('The area with a broken line comes from the settings and stays.').waitFor();
  await page.getByRole('button', { name: 'Set a corner' }).focus();
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Privacy 1, corner 1 of 4');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Enter');
  expect(await focused()).toBe('Privacy 1, corner 2 of 5');
  await page.keyboard.press('Shift+ArrowUp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Backspace');
  expect(await focused()).toBe('Privacy 1, corner 2 of 4');
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Privacy 1, corner 5 of 5' }).waitFor();
  await section.getByText('When it is saved, the picture is away for a few seconds.').waitFor();
  await visitor.look('phone', 'dark');
  await page.getByRole('heading', { name: 'Front door' }).scrollIntoViewIfNeeded();
  await keep('zones', 'phone', 'dark');
  await keep('zones', 'desk', 'light');
  await section.getByRole('button', { name: 'Save' }).press('Enter');
  await section.getByText('Saved. The picture comes back in a few seconds').waitFor();
  expect(zones().privacy).toEqual([
    [
      [0.34, 0.3],
      [0.495, 0.275],
      [0.65, 0.35],
      [0.65, 0.65],
      [0.35, 0.65],
    ],
  ]);
  expect([zones().motion.length, zones().ignore.length]).toEqual([1, 1]);

  await page.reload();
  await page.getByRole('button', { name: 'Zones' }).click();
  await section.getByRole('button', { name: 'Privacy', exact: true }).click();
  await page.getByRole('button', { name: 'Privacy 1, corner 5 of 5' }).waitFor();
  await section.getByRole('button', { name: 'Close' }).click();
  await section.waitFor({ state: 'detached' });
});

const sees = (): SightInfo => {
  const [columns, rows] = [32, 18];
  const moves = (x: number, y: number) => Math.hypot((x - 21) / 3, (y - 9) / 6) < 1;
  return {
    at: Date.now(),
    motion: {
      ...{ columns, rows },
      cells: Array.from({ length: columns * rows }, (_, at) =>
        moves(at % columns, Math.floor(at / columns)) ? '1' : '0',
      ).join(''),
    },
    people: [{ box: { left: 0.57, top: 0.2, right: 0.76, bottom: 0.85 }, score: 0.57 }],
    candidates: [{ box: { left: 0.36, top: 0.72, right: 0.5, bottom: 0.86 }, waitsFor: 'nobody-near' }],
    packages: [{ id: 'p', box: { left: 0.12, top: 0.6, right: 0.26, bottom: 0.75 } }],
    ...{ smallest: 0.1, shortestMs: 600, model: 'MoveNet MultiPose' },
  };
};

it('lays over the live picture what the detector sees, and asks only while it is on', async () => {
  const { page } = visitor;
  await go('#/camera/front-door');
  hub.detection.sees.set('cam-1', sees());
  const toggle = page.getByRole('button', { name: 'What the detector sees' });
  await toggle.click();
  await page.getByText('Person, sure').waitFor();
  await page.getByText('Waits until nobody is near').waitFor();
  await page.getByText(/Things lower than the bar do not count, nor what moves for less than 0\.6/).waitFor();
  await page.locator('.large').getByText('Live', { exact: true }).waitFor();
  await visitor.look('phone', 'light');
  await page.getByRole('heading', { name: 'Front door' }).scrollIntoViewIfNeeded();
  await keep('detector', 'phone', 'light');
  await page.getByRole('heading', { name: 'Front door' }).scrollIntoViewIfNeeded();
  await keep('detector', 'desk', 'dark');
  // It follows.
  hub.detection.sees.set('cam-1', { ...sees(), people: [], candidates: [] });
  await page.getByText('Person, sure').waitFor({ state: 'detached' });
  hub.detection.sees.delete('cam-1');
  await page.getByText('Nothing looks now').waitFor();

  await toggle.click();
  await page.getByRole('region', { name: 'What the detector sees' }).waitFor({ state: 'detached' });
  let asked = 0;
  await page.route('**/sight', (route) => {
    asked += 1;
    return route.continue();
  });
  await go('#/timeline');
  await page.getByRole('button', { name: 'People' }).waitFor();
  await page.unroute('**/sight');
  expect(asked).toBe(0);
});

/** A porch with a box on it, or without. */
function porch(box: boolean): Uint8Array {
  const [width, height] = [160, 120];
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const isBox = box && x > 50 && x < 112 && y > 58 && y < 100;
      const ground = y > 70 ? [139, 129, 116] : [186, 176, 160];
      data.set(isBox ? (y < 66 ? [205, 165, 112] : [176, 132, 82]) : ground, (y * width + x) * 3);
    }
  return encode({ ...{ width, height, data }, channels: 3, depth: 8 });
}

const decision = (more: Partial<DecisionInfo>): DecisionInfo => ({
  ...{ id: 'd1', camera, at: Date.now(), kind: 'package', phase: 'delivered', rule: 'new-after-visit' },
  ...{ score: 0.86, scores: { size: 0.14, edges: 0.71, likeness: 0.22, seconds: 9.4 } },
  ...{
    box: { left: 0.3, top: 0.5, right: 0.5, bottom: 0.7 },
    eventId: 'none',
    pictures: ['before', 'after'],
  },
  ...more,
});

it('says why it told of a parcel, and learns from the answer', async () => {
  const { page } = visitor;
  const clip = await hub.clips.add(camera, hub.media);
  const media = { clip: { id: clip.id, ready: true }, snapshot: { id: clip.id, ready: true } };
  const told = hub.events.publish({
    ...{ kind: 'package', phase: 'delivered', camera, at: Date.now() - 20 * MINUTE, media },
    package: { id: 'p1', count: 1 },
  });
  hub.detection.made = [decision({ eventId: told.id })];
  hub.detection.pictures.set('d1 before', porch(false));
  hub.detection.pictures.set('d1 after', porch(true));
  await visitor.look('phone', 'light');
  await go(`#/timeline/${told.id}`);
  const stage = page.getByRole('region', { name: 'A parcel came' });
  await stage.getByRole('button', { name: 'Why?' }).click();
  await stage.getByText('Something new lies there after a visit.').waitFor();
  expect(await stage.locator('.decision-pictures img').count()).toBe(2);
  await stage.getByRole('button', { name: 'Wrong' }).click();
  await stage.getByText('Thank you. This camera is now a little more careful.').waitFor();
  expect(hub.detection.made[0]?.answer).toBe('wrong');
  await stage.getByRole('button', { name: 'Wrong' }).scrollIntoViewIfNeeded();
  await keep('why', 'phone', 'light');
  // A desk has another place for it.
  await visitor.look('desk', 'dark');
  await stage.getByRole('button', { name: 'Why?' }).click();
  await stage.getByRole('button', { name: 'Wrong' }).scrollIntoViewIfNeeded();
  await keep('why', 'desk', 'dark');
  await stage.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => hub.detection.made[0]?.answer, { timeout: PATIENCE }).toBeUndefined();
  await stage.getByRole('button', { name: 'Right' }).click();
  await stage.getByText('That is good to know').waitFor();
});

it('tells at the camera what it learnt, and forgets it when told to', async () => {
  const { page } = visitor;
  await visitor.look('phone', 'light');
  await go('#/');
  await go('#/camera/front-door');
  const section = page.getByRole('region', { name: 'Learnt from your answers' });
  await section.getByText('1 right, 0 wrong · as shipped.').waitFor();
  await section.getByText('What it decided lately').click();
  await section.getByRole('heading', { name: 'A parcel came' }).waitFor();
  await section.scrollIntoViewIfNeeded();
  await keep('learnt', 'phone', 'light');
  await section.getByRole('button', { name: 'Reset' }).click();
  await section.getByText('As shipped again.').waitFor();
  expect(hub.detection.tuning('cam-1').right).toBe(0);
});

it('tells on Home of parcels that lie there, until somebody took them in', async () => {
  const { page } = visitor;
  const [delivered] = hub.events.query({ kinds: ['package'], limit: 1 });
  if (!delivered) throw new Error('nothing was delivered');
  const here = { id: 'p1', count: 1, deliveredAt: delivered.at, eventId: delivered.id, confirmed: true };
  hub.packages.set('cam-1', [{ ...here, count: 2, id: 'p2', confirmed: false }, here]);
  await go('#/settings');
  await page.reload();
  await page.getByRole('switch', { name: 'Somebody is home' }).click();
  await expect.poll(() => hub.detection.household().home, { timeout: PATIENCE }).toBe('home');
  await go('#/');
  const card = page.getByRole('region', { name: 'Parcels' });
  await card.getByText(/^3 parcels at the door, the first since/).waitFor();
  await card.getByText('Cannot be seen just now.').waitFor();
  await page.getByText(/^Somebody is home, since/).waitFor();
  await card.locator('img').waitFor();

  hub.packages.set('cam-1', [here]);
  const gone = (at: number) =>
    hub.events.publish({
      ...{ kind: 'package', phase: 'removed', camera, at },
      package: { id: 'p0', count: 0, verdict: 'taken', presentForMs: 3 * HOUR },
    });
  const removed = gone(Date.now() - 5 * MINUTE);
  await card.getByText(/^Parcel at the door since/).waitFor();
  await card.getByText(/^The parcel is gone \(.*\)\. Was that you\?$/).waitFor();
  for (const [size, scheme] of [
    ['phone', 'light'],
    ['phone', 'dark'],
    ['desk', 'light'],
    ['desk', 'dark'],
  ] as const)
    await keep('parcels', size, scheme);

  await card.getByRole('button', { name: 'Yes, it was me' }).click();
  await card.getByText(/Was that you/).waitFor({ state: 'detached' });
  hub.events.publish({
    ...{ kind: 'package', phase: 'corrected', camera, at: Date.now(), supersedes: removed.id },
    package: { id: 'p0', count: 0, verdict: 'collected', presentForMs: 3 * HOUR },
  });
  const today = page.getByRole('region', { name: 'Today' });
  await today.getByText('The parcel was taken in').waitFor();

  // What still lies there was not taken in with it.
  expect(hub.packages.get('cam-1')).toEqual([here]);

  // The hub refuses once: the card is there again.
  await page.reload();
  await page.route('**/actions', (route) => route.abort());
  await card.getByRole('button', { name: 'I took it in' }).click();
  await page.getByText('The hub does not answer.').first().waitFor();
  await page.unroute('**/actions');
  await card.getByRole('button', { name: 'I took it in' }).click();
  await card.waitFor({ state: 'detached' });
  await expect.poll(() => hub.packages.has('cam-1'), { timeout: PATIENCE }).toBe(false);
});

it('shows people alone, and every way of a parcel in the timeline', async () => {
  const { page } = visitor;
  const at = Date.now() - 10 * MINUTE;
  hub.events.publish({ kind: 'motion', phase: 'start', camera, at, label: 'motion' });
  hub.events.publish({ kind: 'motion', phase: 'end', camera, at: at + 5000, label: 'motion' });
  hub.events.publish({ kind: 'motion', phase: 'start', camera, at: at + MINUTE, label: 'motion' });
  hub.events.publish({ kind: 'motion', phase: 'update', camera, at: at + MINUTE + 900, label: 'person' });
  const wrong = hub.events.publish({ kind: 'package', phase: 'delivered', camera, at: at + 2 * MINUTE });
  hub.events.publish({
    kind: 'package',
    phase: 'corrected',
    camera,
    at: at + 3 * MINUTE,
    supersedes: wrong.id,
  });
  await go('#/timeline');
  await page.reload();
  await page.getByRole('link', { name: /No parcel after all/ }).waitFor();
  await page.getByRole('link', { name: /lay there for 3 h/ }).waitFor();
  await keep('timeline-parcels', 'phone', 'light');
  await keep('timeline-parcels', 'desk', 'dark');
  await page.getByRole('button', { name: 'People' }).click();
  await page.getByRole('button', { name: 'People', pressed: true }).waitFor();
  await page.getByRole('link', { name: /Someone was at the door/ }).waitFor();
  expect(await page.getByRole('link', { name: /Something moved|parcel/i }).count()).toBe(0);
});

it('makes no complaint', () => {
  expect(visitor.complaints).toEqual([]);
});
