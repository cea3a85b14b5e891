/** Areas drawn on a camera's picture, in a real Chromium, on the real API. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Area, Zones } from '../../protocol/detection.ts';
import { type AppPage, openAppPage, PATIENCE } from '../support/app-page.ts';
import { browserTest as it } from '../support/browser.ts';

let opened: AppPage;
beforeAll(async () => {
  opened = await openAppPage();
});
afterAll(() => opened?.[Symbol.asyncDispose]());
afterEach(() => expect(opened.visitor.complaints).toEqual([]));

const NONE: Zones = { doorstep: [], motion: [], ignore: [], privacy: [] };
const SQUARE: Area = [
  [0.2, 0.6],
  [0.8, 0.5],
  [0.7, 0.9],
  [0.2, 0.9],
];

const section = () => opened.page.getByRole('region', { name: 'Zones' });
const zones = () => opened.hub.detection.zones('cam-1');

/** The drawing of the front door, which begins with these areas. */
async function draw(drawn: Partial<Zones> = {}): Promise<void> {
  const { page, hub, go } = opened;
  await hub.detection.setZones('cam-1', { ...NONE, ...drawn });
  await go('#/camera/front-door');
  await page.getByRole('button', { name: 'Zones' }).click();
  await section().getByText('Parcels are looked for here.').waitFor();
  await page.locator('.large').scrollIntoViewIfNeeded();
}

/** Where on the screen a place of the picture is, from 0 (left, top) to 1. */
async function onPicture(x: number, y: number): Promise<[number, number]> {
  const box = await opened.page.locator('.zone-layer').boundingBox();
  if (!box) throw new Error('nothing is drawn on');
  return [box.x + x * box.width, box.y + y * box.height];
}

async function drag(from: readonly [number, number], to: readonly [number, number]): Promise<void> {
  const { mouse } = opened.page;
  await mouse.move(...(await onPicture(...from)));
  await mouse.down();
  await mouse.move(...(await onPicture(...to)), { steps: 4 });
  await mouse.up();
}

const choose = (kind: string) => section().getByRole('button', { name: kind, exact: true }).press('Enter');
const add = () => section().getByRole('button', { name: 'Add an area' }).press('Enter');
const save = () => section().getByRole('button', { name: 'Save' }).press('Enter');
const saved = () =>
  section()
    .getByText(/^Saved\. /)
    .waitFor();

it.each(['phone', 'desk'] as const)('with the pointer, on a %s', async (size) => {
  const { page, visitor } = opened;
  await visitor.look(size, 'light');
  await draw();
  await section().getByText('None is drawn: the lower part').waitFor();
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
  await section().getByRole('button', { name: 'Undo' }).click();
  await drag([0.7, 0.6], [0.8, 0.5]);
  // A tap on an edge sets a corner there.
  await page.mouse.click(...(await onPicture(0.5, 0.9)));
  await page
    .getByRole('button', { name: /^Doorstep 1, corner \d of 5$/ })
    .nth(4)
    .waitFor();

  await section().getByRole('button', { name: 'Save' }).click();
  await section().getByText('Saved. It counts from now on.').waitFor();
  const [area, ...more] = zones().doorstep;
  expect(more).toEqual([]);
  const corners = area?.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).toSorted();
  expect(corners).toEqual(['0.2 0.6', '0.2 0.9', '0.5 0.9', '0.7 0.9', '0.8 0.5']);
});

it('by touch', async () => {
  const { page, visitor } = opened;
  await visitor.look('phone', 'light');
  await draw({ doorstep: [SQUARE] });
  const session = await visitor.context.newCDPSession(page);
  const at = async (x: number, y: number) => {
    const [left, top] = await onPicture(x, y);
    return { touchPoints: [{ x: left, y: top }] };
  };
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', ...(await at(0.8, 0.5)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', ...(await at(0.85, 0.45)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchMove', ...(await at(0.9, 0.4)) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
  await save();
  await saved();
  const [x, y] = zones().doorstep[0]?.[1] ?? [];
  expect(x).toBeCloseTo(0.9, 1);
  expect(y).toBeCloseTo(0.4, 1);
});

it('each kind with the keyboard, and found again after a reload', async () => {
  const { page, hub, visitor, keep } = opened;
  hub.detection.configured = [
    [
      [0, 0],
      [0.12, 0],
      [0.12, 0.3],
      [0, 0.3],
    ],
  ];
  await visitor.look('desk', 'light');
  await draw({ doorstep: [SQUARE] });
  const focused = () => page.locator(':focus').getAttribute('aria-label');
  for (const kind of ['Motion', 'Ignore', 'Privacy']) {
    await choose(kind);
    await add();
  }
  await section().getByText('The area with a broken line comes from the settings and stays.').waitFor();
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
  await section().getByText('When it is saved, the picture is away for a few seconds.').waitFor();
  await visitor.look('phone', 'dark');
  await page.getByRole('heading', { name: 'Front door' }).scrollIntoViewIfNeeded();
  await keep('zones', 'phone', 'dark');
  await keep('zones', 'desk', 'light');
  await save();
  await section().getByText('Saved. The picture comes back in a few seconds').waitFor();
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
  await choose('Privacy');
  await page.getByRole('button', { name: 'Privacy 1, corner 5 of 5' }).waitFor();
  await section().getByRole('button', { name: 'Close' }).click();
  await section().waitFor({ state: 'detached' });
});

it('without taking away what another phone drew meanwhile', async () => {
  await draw();
  await choose('Motion');
  await add();
  await opened.hub.detection.setZones('cam-1', { ...NONE, privacy: [SQUARE] });
  await save();
  await section().getByText('Somebody else changed the areas meanwhile.').waitFor();
  expect(zones()).toMatchObject({ motion: [], privacy: [SQUARE] });
  // What was drawn here still waits, beside what the other drew.
  await choose('Privacy');
  await opened.page.getByRole('button', { name: 'Privacy 1, corner 4 of 4' }).waitFor();
  await save();
  await saved();
  expect(zones()).toMatchObject({ motion: [expect.any(Array)], privacy: [SQUARE] });
});

it('also while it is saved', async () => {
  const { page } = opened;
  await draw();
  await add();
  const held = Promise.withResolvers<void>();
  await page.route('**/zones', async (route) => {
    await held.promise;
    await route.continue();
  });
  const asked = page.waitForRequest((request) => request.method() === 'PUT');
  await save();
  await asked;
  await add();
  held.resolve();
  await expect.poll(() => zones().doorstep.length, { timeout: PATIENCE }).toBe(1);
  await page.unroute('**/zones');
  await section().getByRole('button', { name: 'Save' }).and(page.locator('[aria-busy="false"]')).waitFor();
  await page.getByRole('button', { name: 'Doorstep 2, corner 4 of 4' }).waitFor();
  await save();
  await saved();
  expect(zones().doorstep).toHaveLength(2);
});
