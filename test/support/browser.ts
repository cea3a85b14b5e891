/** A real Chromium for end-to-end tests, and what it noticed. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { it } from 'vitest';

const SIZES = {
  phone: { width: 390, height: 844 },
  desk: { width: 1280, height: 800 },
} as const;

export type Size = keyof typeof SIZES;
export type Scheme = 'light' | 'dark';

export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Script errors, breaches of the content security policy, and requests to any other host than the hub. */
  readonly complaints: readonly string[];
  /** Another window: how the page looks on a phone or a desk, by day or by night. */
  look(size: Size, scheme: Scheme): Promise<void>;
}

export interface TestBrowser extends AsyncDisposable {
  /** A browser profile of its own on a page of this hub. */
  visit(hubUrl: string, options?: VisitOptions): Promise<Visitor>;
}

export interface VisitOptions {
  /** As in a browser that cannot decode what the camera sends. */
  withoutMediaSource?: boolean;
}

const CHROMIUM = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].find((path) => path && existsSync(path));

const MISSING = 'No Chromium was found; name yours in the variable CHROMIUM.';
// A build server must not pass for want of a browser.
const skips = !CHROMIUM && !process.env.CI;
if (skips) console.warn(`${MISSING} The browser tests are skipped.`);

/** A test that needs a browser; skipped, with a word, on a machine without one. */
export const browserTest = it.skipIf(skips);

/** Chromium without a window: the one named by `CHROMIUM`, else the machine's own. */
export function launchChromium(): Promise<Browser> {
  if (!CHROMIUM) throw new Error(MISSING);
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}

/** Starts a browser for pages of a hub. */
export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launchChromium();
  return {
    visit: (hubUrl, options = {}) => visit(browser, hubUrl, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function visit(browser: Browser, hubUrl: string, options: VisitOptions): Promise<Visitor> {
  const context = await browser.newContext({ viewport: SIZES.phone, deviceScaleFactor: 1, locale: 'en-GB' });
  if (options.withoutMediaSource) {
    await context.addInitScript('delete window.MediaSource; delete window.ManagedMediaSource;');
  }
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refused sign-in or an offline camera is an answer, not a fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== new URL(hubUrl).host) {
      complaints.push(`request to ${request.url()}`);
    }
  });
  await page.goto(hubUrl);
  return {
    page,
    context,
    complaints,
    async look(size, scheme) {
      await page.setViewportSize(SIZES[size]);
      await page.emulateMedia({ colorScheme: scheme });
    },
  };
}
