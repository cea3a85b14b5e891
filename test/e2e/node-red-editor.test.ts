/** The dialogs of the nodes, as a person uses them in the editor. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { launchChromium, browserTest as test } from '../support/browser.ts';
import { type EventHub, GARDEN, startEventHub } from '../support/event-hub.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';

const SCREENS = join(import.meta.dirname, '../../test-results/screens');
const PATIENCE = 20_000;

let hub: EventHub;
let nodeRed: TestNodeRed;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  await mkdir(SCREENS, { recursive: true });
  hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'editor', scopes: ['events'] });
  const common = { z: 'tab', server: 'hub', payload: 'event', replay: true, version: 1, name: '' };
  const flows: FlowNode[] = [
    { id: 'tab', type: 'tab', label: 'Front door' },
    {
      id: 'hub',
      type: 'doorstep-server',
      name: '',
      host: '127.0.0.1',
      port: String(hub.port),
      tls: false,
      version: 1,
    },
    { id: 'bell', type: 'doorstep-doorbell', ...common, cameras: [], x: 150, y: 100, wires: [[]] },
    {
      ...{ id: 'motion', type: 'doorstep-motion', ...common, minScore: 0.3, minDuration: 2 },
      ...{ cameras: ['cam-1', 'cam-gone'], x: 150, y: 180, wires: [[], []] },
    },
    {
      ...{ id: 'control', type: 'doorstep-control', z: 'tab', name: '', server: 'hub', version: 1 },
      ...{ action: 'privacy-on', camera: 'cam-gone', x: 150, y: 260, wires: [[]] },
    },
    { id: 'storage', type: 'doorstep-storage', ...common, phases: [], x: 150, y: 340, wires: [[]] },
  ];
  nodeRed = await startNodeRed({ flows, credentials: { hub: { token } } });
  browser = await launchChromium();
  page = await browser.newPage({ viewport: { width: 1200, height: 760 }, locale: 'en-US' });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(nodeRed.url);
  await page.locator('.red-ui-flow-node-group').first().waitFor();
});
afterAll(async () => {
  await browser?.close();
  await nodeRed?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
});

/** Opens the dialog of a node, as a double click does. */
async function edit(id: string): Promise<void> {
  await page.evaluate(`RED.editor.edit(RED.nodes.node('${id}'))`);
  await page.locator('#node-input-server').waitFor({ state: 'attached' });
}
const press = async (button: string) => {
  await page.locator(button).click();
  await page.locator(button).waitFor({ state: 'hidden' });
};
const stored = (id: string, property: string) => page.evaluate(`RED.nodes.node('${id}').${property}`);
const picker = () => page.locator('.red-ui-typedInput-container').first();
/** Opens the list of cameras and reads it. */
async function cameraNames(): Promise<string[]> {
  const list = page.locator('.red-ui-typedInput-options:visible');
  if ((await list.count()) > 0) await page.keyboard.press('Escape');
  await picker().locator('.red-ui-typedInput-option-trigger').click();
  return list.locator('a').allInnerTexts();
}
const shot = (name: string) => page.screenshot({ path: join(SCREENS, `node-red-${name}.png`) });

test('cameras come from the hub by name, and the choice is stored by id', async () => {
  await edit('bell');
  await expect.poll(() => picker().innerText(), { timeout: PATIENCE }).toContain('all cameras');
  await picker().locator('.red-ui-typedInput-type-select').click();
  await page.locator('.red-ui-typedInput-options a', { hasText: 'chosen ones' }).click();
  await expect.poll(cameraNames, { timeout: PATIENCE }).toEqual(['Front door', 'Garden']);
  await page.locator('.red-ui-typedInput-options a:visible', { hasText: 'Garden' }).click();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('#doorstep-cameras-names').innerText()).toBe('Garden');
  await shot('doorbell');
  await press('#node-dialog-ok');
  expect(await stored('bell', 'cameras')).toEqual([GARDEN.id]);
  expect(await stored('bell', 'changed')).toBe(true);
});

test('a chosen camera that the hub does not have stays chosen', async () => {
  await edit('motion');
  await expect
    .poll(cameraNames, { timeout: PATIENCE })
    .toEqual(['Front door', 'Garden', 'cam-gone (not on this hub)']);
  await page.keyboard.press('Escape');
  expect(await page.locator('#doorstep-cameras-names').innerText()).toBe(
    'Front door, cam-gone (not on this hub)',
  );
  await shot('motion');
  await page.evaluate(`document.documentElement.classList.add('nr-theme-dark')`);
  await shot('motion-dark');
  await page.evaluate(`document.documentElement.classList.remove('nr-theme-dark')`);
  await press('#node-dialog-ok');
  expect(await stored('motion', 'cameras')).toEqual(['cam-1', 'cam-gone']);
  expect(await stored('motion', 'changed')).not.toBe(true);
});

test('the Test button says what works and what is wrong', async () => {
  await edit('motion');
  await page.locator('#node-input-btn-server-edit, #node-input-lookup-server').first().click();
  const result = page.locator('#doorstep-test-result');
  const says = (text: string) => expect.poll(() => result.innerText(), { timeout: PATIENCE }).toContain(text);
  await page.locator('#doorstep-test').click();
  await says('This works: Doorstep 0.1.0 with Front door, Garden.');
  await shot('hub');
  await page.locator('#node-config-input-host').fill('localhost');
  await page.locator('#doorstep-test').click();
  await says('The stored token is sent to no other address.');
  await page.locator('#node-config-input-token').fill('dst_wrong');
  await page.locator('#doorstep-test').click();
  await says('does not accept this token');
  await press('#node-config-dialog-cancel');
  await press('#node-dialog-cancel');
});

test('the control node offers its actions and the cameras of the hub', async () => {
  await edit('control');
  const camera = page.locator('#node-input-camera');
  await expect
    .poll(() => camera.locator('option').allInnerTexts(), { timeout: PATIENCE })
    .toEqual(['that of the message', 'Front door', 'Garden', 'cam-gone (not on this hub)']);
  expect(await camera.inputValue()).toBe('cam-gone');
  await camera.selectOption({ label: 'Garden' });
  await shot('control');
  await page.evaluate(`document.documentElement.classList.add('nr-theme-dark')`);
  await shot('control-dark');
  await page.evaluate(`document.documentElement.classList.remove('nr-theme-dark')`);
  await press('#node-dialog-ok');
  expect(await stored('control', 'camera')).toBe(GARDEN.id);
  expect(await stored('control', 'action')).toBe('privacy-on');
});

test('the storage node tells all news until some are chosen', async () => {
  await edit('storage');
  const boxes = page.locator('.doorstep-phase');
  expect(await boxes.evaluateAll((all: { checked: boolean }[]) => all.map(({ checked }) => checked))).toEqual(
    [true, true, true, true],
  );
  await shot('storage');
  await press('#node-dialog-ok');
  expect(await stored('storage', 'changed')).not.toBe(true);
  await edit('storage');
  await page.getByLabel('room runs short').uncheck();
  await press('#node-dialog-ok');
  expect(await stored('storage', 'phases')).toEqual(['nas-missing', 'nas-back', 'gap']);
});
