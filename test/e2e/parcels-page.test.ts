/** Parcels on Home and in the timeline, in a real Chromium, on the real API. */
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { type AppPage, openAppPage, PATIENCE } from '../support/app-page.ts';
import { browserTest as it } from '../support/browser.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let opened: AppPage;
beforeAll(async () => {
  opened = await openAppPage();
});
afterAll(() => opened?.[Symbol.asyncDispose]());
afterEach(() => expect(opened.visitor.complaints).toEqual([]));

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };

it('tells on Home of parcels that lie there, until somebody took them in', async () => {
  const { page, hub, go, keep } = opened;
  const clip = await hub.clips.add(camera, hub.media);
  const delivered = hub.events.publish({
    ...{ kind: 'package', phase: 'delivered', camera, at: Date.now() - 20 * MINUTE },
    media: { clip: { id: clip.id, ready: true }, snapshot: { id: clip.id, ready: true } },
    package: { id: 'p1', count: 1 },
  });
  const here = { id: 'p1', count: 1, deliveredAt: delivered.at, eventId: delivered.id, confirmed: true };
  hub.packages.set('cam-1', [{ ...here, count: 2, id: 'p2', confirmed: false }, here]);
  await go('#/settings');
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

  const told = page.waitForRequest((request) => request.url().endsWith('/actions'));
  await card.getByRole('button', { name: 'Yes, it was me' }).click();
  expect((await told).postDataJSON()).toEqual({ action: 'removal-explained' });
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
  const { page, hub, go, keep } = opened;
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
  hub.events.publish({
    ...{ kind: 'package', phase: 'removed', camera, at: at + 4 * MINUTE },
    package: { id: 'p0', count: 0, verdict: 'unknown', presentForMs: 3 * HOUR },
  });
  await go('#/timeline');
  await page.getByRole('link', { name: /No parcel after all/ }).waitFor();
  await page
    .getByRole('link', { name: /lay there for 3 h/ })
    .first()
    .waitFor();
  await keep('timeline-parcels', 'phone', 'light');
  await keep('timeline-parcels', 'desk', 'dark');
  await page.getByRole('button', { name: 'People' }).click();
  await page.getByRole('button', { name: 'People', pressed: true }).waitFor();
  await page.getByRole('link', { name: /Someone was at the door/ }).waitFor();
  expect(await page.getByRole('link', { name: /Something moved|parcel/i }).count()).toBe(0);
});
