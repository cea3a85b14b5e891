/** A real Chromium for end-to-end tests, and what it noticed. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

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

/** Starts Chromium without a window: the one named by `CHROMIUM`, else the machine's own. */
export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(`There is no Chromium at ${executablePath}; name yours in the variable CHROMIUM.`);
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-background-networking'],
  });
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
