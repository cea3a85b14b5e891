/**
 * Saving in a real Chromium, on the real API: what the dialog does, and whether a stretch of several recordings plays like one film.
 * Pictures as in `ui.test.ts`.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Download, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, vi } from 'vitest';
import { createExports } from '../../plugin/recordings/export/exports.ts';
import { startChild } from '../../plugin/system/child.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { type AppPage, openAppPage, PATIENCE } from '../support/app-page.ts';
import { browserTest as it, type Visitor } from '../support/browser.ts';
import type { FakeHub } from '../support/fake-hub.ts';
import { makeNumberedStream, makeRecording, memoryFootage } from '../support/recorded-footage.ts';

/** What of a video element can be looked at from outside; this side of the test has no DOM types. */
interface VideoElement {
  src: string;
  currentTime: number;
  duration: number;
  readyState: number;
  seeking: boolean;
  error: { message: string } | null;
}

let opened: AppPage;
let hub: FakeHub;
let visitor: Visitor;
let dialog: Locator;
const keep: AppPage['keep'] = (...picture) => opened.keep(...picture);
beforeAll(async () => {
  opened = await openAppPage(async (hub) => {
    const clip = await hub.clips.add(hub.cameras[0].ref, hub.media);
    const media = { snapshot: { id: clip.id, ready: true }, clip: { id: clip.id, ready: true } };
    hub.events.publish({ kind: 'doorbell', phase: 'ring', at: Date.now(), camera: clip.camera, media });
  });
  ({ hub, visitor } = opened);
  await visitor.look('desk', 'light');
  await visitor.page.goto(`${hub.api.url}/#/timeline`);
  dialog = visitor.page.getByRole('dialog');
});
afterAll(() => opened?.[Symbol.asyncDispose]());

/** What a click has the browser download, whole. */
async function saved(button: Locator): Promise<{ name: string; bytes: number }> {
  const [download] = await Promise.all([visitor.page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), bytes: (await readFile(await pathOf(download))).length };
}

async function pathOf(download: Download): Promise<string> {
  expect(await download.failure()).toBeNull();
  return download.path();
}

it('saves the clip of a moment', async () => {
  const file = await saved(visitor.page.getByRole('link', { name: 'Save to this device' }));
  expect(file.name).toMatch(/^front-door \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.mp4$/);
  expect(file.bytes).toBe(hub.media.mp4.length);
});

it('saves a stretch and a day at once', async () => {
  await visitor.page.getByRole('button', { name: 'Save …' }).click();
  await dialog.waitFor();
  const stretch = await saved(dialog.getByRole('button', { name: 'Save', exact: true }));
  expect(stretch).toEqual({ name: 'front-door stretch.mp4', bytes: hub.media.mp4.length });
  const day = await saved(dialog.getByRole('button', { name: 'Recordings as ZIP: Save' }));
  expect(day.name).toMatch(/^front-door \d{4}-\d\d-\d\d\.zip$/);
});

it('follows what takes a while, and saves it when it is ready', async () => {
  await dialog.getByLabel('Cut exactly').check();
  await dialog.getByRole('button', { name: 'Begin', exact: true }).click();
  await dialog.getByText('Front door · Cut · Waiting').waitFor();
  await dialog.getByRole('button', { name: 'Timelapse: Begin' }).click();
  await dialog.getByText('Front door · Timelapse · Waiting').waitFor();
  const [timelapse, cut] = hub.exports.list();
  if (!timelapse || !cut) throw new Error('nothing was ordered');
  hub.exports.goOn(cut.id, { progress: 0.42 });
  await dialog.getByText('42 %').waitFor();
  await keep('save', 'phone', 'light');
  await keep('save', 'phone', 'dark');
  await keep('save', 'desk', 'light');
  hub.exports.goOn(cut.id, { state: 'ready', progress: 1, bytes: hub.media.mp4.length });
  await dialog.getByRole('status').getByText('front-door range.mp4 is ready.').waitFor({ state: 'attached' });
  const file = await saved(dialog.getByRole('link', { name: 'Save front-door range.mp4' }));
  expect(file).toEqual({ name: 'front-door range.mp4', bytes: hub.media.mp4.length });
  await dialog.getByRole('button', { name: 'Cancel front-door timelapse.mp4' }).click();
  await dialog.getByText('Front door · Timelapse').waitFor({ state: 'detached' });
  expect(hub.exports.list().map(({ id }) => id)).toEqual([cut.id]);
});

it('says why something cannot be saved, and saves no error in its place', async () => {
  await dialog.getByLabel('As recorded').check();
  await dialog.getByLabel('To').fill('00:30:00');
  await dialog.getByLabel('From').fill('00:30:00');
  await dialog.getByText('The end must not be the begin.').waitFor();
  expect(await dialog.getByRole('button', { name: 'Save', exact: true }).isEnabled()).toBe(false);
  await dialog.getByLabel('From').fill('23:30:00');
  await dialog.getByText(/^Over midnight: \w+ 23:30 to \w+ 00:30\.$/).waitFor();
  await keep('save-night', 'phone', 'dark');
  hub.exports.empty = true;
  await dialog.getByRole('button', { name: 'Save', exact: true }).click();
  await dialog.getByText('There is no recording of this time.').waitFor();
  hub.exports.empty = false;
  expect(visitor.complaints).toEqual([]);
});

it('is closed with Escape, and the focus is where it was', async () => {
  const { page } = visitor;
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  const button = page.getByRole('button', { name: 'Save …' });
  expect(await button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
});

it('plays several recordings as one film, and winds to any place of it', async () => {
  const at = Date.now() - 3_600_000;
  const stream = await makeNumberedStream({ size: '160x96' });
  const starts = [0, 5, 10, 15, 20, 25];
  const footage = memoryFootage(
    starts.map((seconds) =>
      makeRecording(stream, { id: `01R${seconds}`, startedAt: at + seconds * 1000, from: 0, to: 5 }),
    ),
  );
  const real = createExports({
    ...{ footage, ffmpeg: () => undefined, folder: join(hub.folder, 'exports') },
    ...{ startChild, clock: systemClock, log: { warn() {} } },
  });
  vi.spyOn(hub.services.exports, 'range').mockImplementation((query) => real.range(query));
  const { page } = visitor;
  await page.evaluate(
    (src) => {
      const { document } = globalThis as unknown as {
        document: {
          createElement(name: string): VideoElement & { id: string };
          body: { append(e: object): void };
        };
      };
      const video = document.createElement('video');
      Object.assign(video, { id: 'range', muted: true, preload: 'auto', src });
      document.body.append(video);
    },
    `/api/v1/cameras/front-door/footage.mp4?from=${at}&to=${at + 29_900}`,
  );
  const video = page.locator('#range');
  const state = () =>
    video.evaluate(({ currentTime, duration, readyState, seeking, error }: VideoElement) => ({
      ...{ currentTime, duration, readyState, seeking },
      error: error?.message,
    }));
  await expect.poll(async () => (await state()).readyState, { timeout: PATIENCE }).toBeGreaterThanOrEqual(2);
  expect((await state()).duration).toBeCloseTo(30, 0);
  for (const seconds of [27.5, 3, 14.9]) {
    await video.evaluate((element: VideoElement, to) => {
      element.currentTime = to;
    }, seconds);
    await expect
      .poll(
        async () => {
          const { currentTime, seeking, readyState } = await state();
          return !seeking && readyState >= 2 && currentTime;
        },
        { timeout: PATIENCE },
      )
      .toBeCloseTo(seconds, 1);
  }
  expect((await state()).error).toBeUndefined();
  await real[Symbol.asyncDispose]();
});
