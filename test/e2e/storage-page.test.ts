/**
 * The storage page in a real Chromium, on the real API, in front of storage that is told what to be. Pictures as in `ui.test.ts`.
 */
import { afterAll, beforeAll, expect } from 'vitest';
import { ProblemError } from '../../plugin/system/problem.ts';
import type { StorageInfo } from '../../protocol/api.ts';
import { type AppPage, openAppPage } from '../support/app-page.ts';
import { browserTest as it, type Visitor } from '../support/browser.ts';
import type { FakeHub } from '../support/fake-hub.ts';
import { storageFacts } from '../support/storage-facts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GB = 1e9;

let opened: AppPage;
let hub: FakeHub;
let visitor: Visitor;
const keep: AppPage['keep'] = (...picture) => opened.keep(...picture);
beforeAll(async () => {
  opened = await openAppPage();
  ({ hub, visitor } = opened);
});
afterAll(() => opened?.[Symbol.asyncDispose]());

const camera = { id: 'cam-1', name: 'Front door', slug: 'front-door' };
const nas = (state: StorageInfo['target']['state'], since = Date.now() - 3 * HOUR) => ({
  kind: 'folder' as const,
  ...{ where: '/mnt/nas/doorstep', fileSystem: 'nfs4', state, since },
  // Room is told only of a target that answers.
  ...(state === 'ready' && { freeBytes: 2100 * GB, totalBytes: 4000 * GB }),
});

/** A week of use. */
const used = (): Partial<StorageInfo> => ({
  ...{ clips: 214, continuous: 1728, bytes: 318 * GB, oldestAt: Date.now() - 70 * HOUR },
  spool: { ...storageFacts('/var/lib/homebridge/doorstep').spool, maxBytes: 64 * GB },
});

/** Storage changes, and the hub tells it as it does. */
function becomes(facts: Partial<StorageInfo>, phase: 'nas-missing' | 'nas-back' | 'gap' = 'gap'): void {
  hub.clips.facts = facts;
  hub.events.publish({ kind: 'storage', phase, at: Date.now() });
}

it('says at once when the NAS goes, on the page and on Home', async () => {
  const { page } = visitor;
  hub.clips.facts = { ...used(), target: nas('ready') };
  await page.goto(`${hub.api.url}/#/storage`);
  await page.getByRole('heading', { name: 'Recordings reach the NAS.' }).waitFor();
  await page.getByText('nothing was given up').waitFor();
  await keep('storage', 'desk', 'light');

  const spool = {
    path: '/spool',
    bytes: 1.9 * GB,
    maxBytes: 64 * GB,
    bufferedMs: 43 * MINUTE,
    hoursLeft: 61,
  };
  const problem = {
    code: 'target-missing',
    what: 'Recordings cannot be brought to /mnt/nas/doorstep. Nothing is mounted there.',
    cure: 'Check that the NAS is on and reached, and that its share is mounted; it is tried again every minute.',
  };
  becomes({ ...used(), target: nas('missing', Date.now() - 43 * MINUTE), spool, problem }, 'nas-missing');
  await page.getByText('Nothing is lost: 43 min of footage wait on this machine.').waitFor();
  await keep('storage-away', 'phone', 'dark');
  await page.goto(`${hub.api.url}/#/`);
  await page.getByRole('link', { name: /The NAS has been away since/ }).waitFor();
});

it('tells a reader the sentence alone, and tries the NAS at once when told to', async () => {
  const { page } = visitor;
  await page.goto(`${hub.api.url}/#/storage`);
  const status = page.getByRole('status').filter({ hasText: /^The NAS has been away since [^.]*\.$/ });
  await status.waitFor({ state: 'attached' });
  expect(await page.locator('.storage-now[aria-live], .storage-now [aria-live]').count()).toBe(0);
  hub.clips.answersAgain = true;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Recordings reach the NAS.' }).waitFor();
  hub.clips.answersAgain = false;
});

it('waits for the word of the owner before a new place is used', async () => {
  const { page } = visitor;
  const { spool } = storageFacts('/var/lib/homebridge/doorstep');
  becomes({
    target: nas('waiting', Date.now() - 2 * MINUTE),
    spool: { ...spool, maxBytes: 64 * GB, bytes: 0.1 * GB, bufferedMs: 2 * MINUTE, hoursLeft: 27 },
  });
  await page.goto(`${hub.api.url}/#/storage`);
  await page.getByText('where the file is missing it never writes').waitFor();
  await keep('storage-new', 'phone', 'light');
  const asked: string[] = [];
  page.once('dialog', (dialog) => {
    asked.push(dialog.message());
    void dialog.accept();
  });
  await page.getByRole('button', { name: 'Use this place' }).click();
  await page.getByRole('heading', { name: 'Recordings reach the NAS.' }).waitFor();
  expect(asked).toEqual([expect.stringContaining('make sure that it is mounted')]);
});

it('says that the list is being made again, and asks for no removal meanwhile', async () => {
  const { page } = visitor;
  hub.clips.facts = {
    ...used(),
    ...{ clips: 131, continuous: 1073, bytes: 197 * GB },
    target: nas('ready', Date.now() - 4 * MINUTE),
    asks: { recordings: 1604, of: 1942, bytes: 251 * GB },
    rebuilding: { found: 1204 },
  };
  await page.goto(`${hub.api.url}/#/`);
  await page.goto(`${hub.api.url}/#/storage`);
  await page.getByText('1,204 found so far').waitFor();
  expect(await page.getByText('A clean-up waits for your word').count()).toBe(0);
  await keep('storage-rebuilding', 'desk', 'dark');
});

it('asks before a large removal, and tells what was dropped and why', async () => {
  const { page } = visitor;
  const last = {
    camera,
    from: Date.now() - 5 * HOUR,
    to: Date.now() - 4 * HOUR,
    reason: 'spool-full',
  } as const;
  hub.clips.facts = {
    ...used(),
    target: nas('ready'),
    asks: { recordings: 1604, of: 1942, bytes: 251 * GB },
    dropped: { recordings: 12, bytes: 1.3 * GB, last },
  };
  await page.goto(`${hub.api.url}/#/`);
  await page.getByText('A clean-up waits for your word').click();
  await page.getByText('It would remove 1,604 of 1,942 recordings (251 GB) at once.').waitFor();
  await page.getByText(/since the room on this machine was full/).waitFor();
  await keep('storage-asks', 'phone', 'light');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: 'Remove them' }).click();
  await page.getByText('A clean-up waits for your word').waitFor({ state: 'detached' });
});

it('keeps a clip for good, and shows footage and gaps on the strip', async () => {
  const { page } = visitor;
  const midnight = new Date().setHours(0, 0, 0, 0) + 1;
  hub.clips.facts = { ...used(), target: nas('ready') };
  hub.clips.footage.set('cam-1', {
    spans: [
      { from: midnight, to: midnight + HOUR, kind: 'continuous' },
      { from: midnight + 2 * HOUR, to: Date.now(), kind: 'continuous' },
    ],
    gaps: [{ camera, from: midnight + HOUR, to: midnight + 2 * HOUR, reason: 'camera-offline' }],
  });
  const clip = await hub.clips.add(camera, hub.media);
  const media = { clip: { id: clip.id, ready: true }, snapshot: { id: clip.id, ready: true } };
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera, at: Date.now(), media });
  await page.goto(`${hub.api.url}/#/timeline`);
  await visitor.look('desk', 'light');
  const pin = page.getByRole('button', { name: /^Kee?p/ });
  await pin.click();
  await page.getByRole('button', { name: 'Kept: retention passes it over', pressed: true }).waitFor();
  expect(hub.clips.get(clip.id)?.keep).toBe('pinned');
  await page.getByText('Kept', { exact: true }).waitFor();
  await page.locator('.strip-footage').first().waitFor();
  expect(await page.locator('.strip-gap').first().getAttribute('title')).toMatch(
    /no recording, since the camera did not answer/,
  );
});

it('says why a recording cannot be played', async () => {
  const { page } = visitor;
  const away = { code: 'recording-away', what: 'It lies at the NAS.', cure: 'The NAS does not answer now.' };
  hub.clips.clip = () => Promise.reject(new ProblemError(away));
  const clip = await hub.clips.add(camera, hub.media);
  const media = { clip: { id: clip.id, ready: true }, snapshot: { id: clip.id, ready: true } };
  await visitor.look('desk', 'light');
  hub.events.publish({ kind: 'doorbell', phase: 'ring', camera, at: Date.now(), media });
  await page.getByText('It lies at the NAS. The NAS does not answer now.').waitFor();
});

it('makes no complaint', () => {
  expect(visitor.complaints).toEqual([]);
});
