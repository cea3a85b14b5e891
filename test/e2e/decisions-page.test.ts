/** Why the detection told of something, what it sees and what it learnt, in a real Chromium, on the real API. */
import { encode } from 'fast-png';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { DecisionInfo, SightInfo } from '../../protocol/detection.ts';
import { type AppPage, openAppPage, PATIENCE } from '../support/app-page.ts';
import { browserTest as it } from '../support/browser.ts';

const MINUTE = 60_000;

let opened: AppPage;
beforeAll(async () => {
  opened = await openAppPage();
});
afterAll(() => opened?.[Symbol.asyncDispose]());
afterEach(() => expect(opened.visitor.complaints).toEqual([]));

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
beforeEach(() => opened.hub.detection.resetTuning('cam-1'));

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

/** A parcel that came, with a recording. */
async function delivered() {
  const { hub } = opened;
  const clip = await hub.clips.add(camera, hub.media);
  const media = { clip: { id: clip.id, ready: true }, snapshot: { id: clip.id, ready: true } };
  return hub.events.publish({
    ...{ kind: 'package', phase: 'delivered', camera, at: Date.now() - 20 * MINUTE, media },
    package: { id: 'p1', count: 1 },
  });
}

it('lays over the live picture what the detector sees, and asks only while it is on', async () => {
  const { page, hub, visitor, go, keep } = opened;
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

it('says why it told of a parcel, and learns from the answer', async () => {
  const { page, hub, visitor, go, keep } = opened;
  const told = await delivered();
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

it('stays open, and keeps what is in it, while the visit goes on', async () => {
  const { page, hub, visitor, go } = opened;
  await visitor.look('desk', 'light');
  const at = Date.now() - MINUTE;
  const motion = { kind: 'motion', camera, at } as const;
  const begun = hub.events.publish({ ...motion, phase: 'start', label: 'motion' });
  hub.detection.made = [
    decision({ id: 'd2', kind: 'motion', phase: 'start', rule: 'moved', eventId: begun.id }),
  ];
  let asked = 0;
  await page.route('**/decisions?*', (route) => {
    asked += 1;
    return route.continue();
  });
  await go(`#/timeline/${begun.id}`);
  const why = page.getByRole('button', { name: 'Why?' });
  await why.waitFor();
  expect(asked).toBe(0);
  await why.click();
  await page.getByText('Something moved for long enough.').waitFor();
  const answer = await page.getByRole('button', { name: 'Wrong' }).elementHandle();
  hub.events.publish({ ...motion, phase: 'update', label: 'motion' });
  const seen = hub.events.publish({ ...motion, phase: 'update', label: 'person' });
  const person = { id: 'd3', kind: 'person', phase: 'start', rule: 'person-seen' } as const;
  hub.detection.made = [
    decision({ ...person, at: Date.now() + 1000, eventId: seen.id }),
    ...hub.detection.made,
  ];
  hub.events.publish({ ...motion, phase: 'update', label: 'person', at: at + 1000 });
  await page.getByText('The model saw a person').waitFor();
  // The same button, in the page all the time.
  expect(await answer?.evaluate((button) => button.isConnected)).toBe(true);
  expect(asked).toBeLessThanOrEqual(3);
  await page.unroute('**/decisions?*');
});

it('tells at the camera what it learnt, and forgets it when told to', async () => {
  const { page, hub, visitor, go, keep } = opened;
  hub.detection.made = [decision({})];
  hub.detection.answer('d1', 'right');
  await visitor.look('phone', 'light');
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
