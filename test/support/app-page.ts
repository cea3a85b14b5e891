/** The web app in a real Chromium, signed in, in front of a fake hub. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { openBrowser, type Scheme, type Size, type Visitor } from './browser.ts';
import { type FakeHub, startFakeHub } from './fake-hub.ts';
import { repository } from './house.ts';

const PASSPHRASE = 'a quiet evening on the porch';
const SCREENS = process.env.SCREENS ?? join(repository, 'test-results', 'screens');
/** For what a busy machine does late, in ms. */
export const PATIENCE = 30_000;

export interface AppPage extends AsyncDisposable {
  readonly hub: FakeHub;
  readonly visitor: Visitor;
  readonly page: Page;
  /** Opens a page of the app anew, such as `#/timeline`. */
  go(hash: string): Promise<void>;
  /** Takes a picture of it, after a look that nothing is wider than the screen. */
  keep(name: string, size: Size, scheme: Scheme): Promise<void>;
}

/** Starts a hub and a browser; the app is that in `dist/ui`. `furnish` is what the hub holds before anybody looks. */
export async function openAppPage(furnish?: (hub: FakeHub) => Promise<void>): Promise<AppPage> {
  await mkdir(SCREENS, { recursive: true });
  const hub = await startFakeHub({ uiRoot: join(repository, 'dist', 'ui') });
  await furnish?.(hub);
  const browser = await openBrowser();
  const visitor = await browser.visit(hub.api.url);
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE);
  await page.getByLabel('Code from the log').fill(hub.auth.claimCode() ?? '');
  await page.getByLabel('New passphrase').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Begin' }).click();
  await page.getByRole('heading', { name: 'Front door' }).waitFor();
  return {
    ...{ hub, visitor, page },
    async go(hash) {
      await page.goto(`${hub.api.url}/${hash}`);
      await page.reload();
    },
    async keep(name, size, scheme) {
      await visitor.look(size, scheme);
      await page.mouse.move(0, 0);
      const wider = ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) =>
        scrollWidth - clientWidth;
      expect(await page.locator('html').evaluate(wider)).toBeLessThanOrEqual(0);
      await page.screenshot({ path: join(SCREENS, `${name}-${size}-${scheme}.png`), animations: 'disabled' });
    },
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
    },
  };
}
