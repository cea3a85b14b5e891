/** Node-RED's editor in a real Chromium, driven as a person would. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { launchChromium, type Scheme } from './browser.ts';

const SCREENS = join(import.meta.dirname, '../../test-results/screens');
const PATIENCE = 20_000;

export interface NodeRedEditor extends AsyncDisposable {
  readonly page: Page;
  /** Script errors and errors in the console, since the editor was opened. */
  readonly complaints: readonly string[];
  /** Drags a node from the palette to the flow, at this height; gives its id. */
  place(type: string, y: number): Promise<string>;
  /** Opens the dialog of a node, as a double click does. */
  edit(id: string): Promise<void>;
  /** Leaves what a failed test has left open. */
  closeDialogs(): Promise<void>;
  /** Presses a button of a dialog that closes it. */
  press(button: string): Promise<void>;
  theme(scheme: Scheme): Promise<void>;
  /** What the editor has stored of a node. */
  stored(id: string, property: string): Promise<unknown>;
  /** The node as it would be exported. */
  exported(id: string): Promise<Record<string, unknown>>;
  /** What a person who reads with eyes or ears would miss in the open dialog; empty where all is well. */
  flaws(): Promise<string[]>;
  /** The Deploy button; resolves when the runtime has the flows. */
  deploy(): Promise<void>;
  /** Pastes a flow into the import dialog. */
  importFlow(flow: readonly FlowNode[]): Promise<void>;
  undo(): Promise<void>;
  /** Ids of all nodes in the flows. */
  ids(): Promise<string[]>;
  /** Into `test-results/screens`. */
  shot(name: string): Promise<void>;
}

export async function openEditor(url: string): Promise<NodeRedEditor> {
  await mkdir(SCREENS, { recursive: true });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 }, locale: 'en-US' });
  page.setDefaultTimeout(PATIENCE);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()} ${message.location().url}`);
  });
  await page.goto(url);
  await page.locator('#red-ui-palette .red-ui-palette-node').first().waitFor();

  const ask = <Answer>(script: string) => page.evaluate(script) as Promise<Answer>;
  /** Presses a button and waits until its dialog has slid away; another with the same button may be on its way in. */
  const leave = async (button: Locator) => {
    const pressed = await button.elementHandle();
    await button.click();
    await pressed?.waitForElementState('hidden');
  };
  const ids = () => ask<string[]>(`RED.nodes.filterNodes({}).map(({ id }) => id)`);
  return {
    page,
    complaints,
    ids,
    async place(type, y) {
      const before = new Set(await ids());
      const node = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
      await node.scrollIntoViewIfNeeded();
      await node.dragTo(page.locator('#red-ui-workspace-chart'), { targetPosition: { x: 420, y } });
      const placed = (await ids()).find((id) => !before.has(id));
      if (!placed) throw new Error(`${type} could not be placed.`);
      return placed;
    },
    async edit(id) {
      await page.evaluate(`RED.editor.edit(RED.nodes.node('${id}'))`);
      await page.locator('#node-input-name').waitFor({ state: 'visible' });
    },
    async closeDialogs() {
      const cancel = page.locator('#node-config-dialog-cancel:visible, #node-dialog-cancel:visible');
      while ((await cancel.count()) > 0) await leave(cancel.first());
    },
    press: (button) => leave(page.locator(button)),
    async theme(scheme) {
      await page.evaluate(`document.documentElement.classList.toggle('nr-theme-dark', ${scheme === 'dark'})`);
    },
    stored: (id, property) => page.evaluate(`RED.nodes.node('${id}').${property}`),
    exported: (id) => ask(`RED.nodes.convertNode(RED.nodes.node('${id}'))`),
    flaws: () => ask<string[]>(FLAWS),
    async deploy() {
      await page.locator('#red-ui-header-button-deploy').click();
      await page.waitForFunction('!RED.nodes.dirty()');
    },
    async importFlow(flow) {
      await page.evaluate(`RED.actions.invoke('core:show-import-dialog')`);
      const text = page.locator('#red-ui-clipboard-dialog-import-text');
      await text.fill(JSON.stringify(flow));
      // The dialog looks at the text when a key goes up.
      await text.press('End');
      await page.locator('#red-ui-clipboard-dialog-ok').click();
      await text.waitFor({ state: 'hidden' });
    },
    async undo() {
      await page.evaluate(`RED.actions.invoke('core:undo')`);
    },
    async shot(name) {
      await page.screenshot({ path: join(SCREENS, `node-red-${name}.png`) });
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/**
 * Runs in the page. Of everything in the open dialog that can be seen: labels have a text, controls have a name, and text differs from
 * what is behind it by the 4.5 to 1 of WCAG AA. What a typed input is made of is Node-RED's own.
 */
const FLAWS = `(() => {
  const dialog = document.querySelector('.red-ui-editor .red-ui-tray:last-child .dialog-form, #dialog-form');
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const own = (element) => !element.closest('.red-ui-typedInput-container, [id^=red-ui-trap]');
  const flaws = [];

  const nameOf = (control) =>
    [
      control.getAttribute('aria-label'),
      ...(control.getAttribute('aria-labelledby') || '').split(' ').map((id) => id && document.getElementById(id)?.innerText),
      ...[...(control.labels || [])].map((label) => label.innerText),
      control.matches('button, a') && control.innerText,
      control.title,
    ].find((name) => name && name.trim());
  for (const control of dialog.querySelectorAll('input:not([type=hidden]), select, textarea, button'))
    if (seen(control) && own(control) && !nameOf(control)) flaws.push('no name: ' + (control.id || control.outerHTML.slice(0, 80)));

  const channels = (color) => (color.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] > 0.5) return color;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(dialog, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !seen(element) || !own(element) || element.closest('script, option')) continue;
    const [light, dark] = [channels(getComputedStyle(element).color), behind(element)].map(luminance).sort((a, b) => b - a);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) flaws.push('contrast ' + contrast.toFixed(1) + ': ' + text.data.trim().slice(0, 40));
    if (/^[a-z]+([.-][a-z]+)+$/.test(text.data.trim())) flaws.push('a key as text: ' + text.data.trim());
  }
  for (const label of dialog.querySelectorAll('label'))
    if (seen(label) && label.childNodes.length > 0 && !label.innerText.trim() && !label.querySelector('input'))
      flaws.push('a label without text: ' + label.outerHTML.slice(0, 80));
  return flaws;
})()`;
