/** The dialogs of the nodes, as a person uses them in the editor. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { SCOPES } from '../../protocol/api.ts';
import { browserTest as test } from '../support/browser.ts';
import { type EventHub, GARDEN, startEventHub } from '../support/event-hub.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';
import { type NodeRedEditor, openEditor } from '../support/node-red-editor.ts';
import { exampleFlows, FLOW_NODES } from '../support/node-red-package.ts';

const PATIENCE = 20_000;

let hub: EventHub;
let nodeRed: TestNodeRed;
let editor: NodeRedEditor;
let page: Page;
beforeAll(async () => {
  hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'editor', scopes: [...SCOPES] });
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
      ...{ what: 'any', zone: '', wait: 0, version: 2 },
      ...{ cameras: ['cam-1', 'cam-gone'], x: 150, y: 180, wires: [[], []] },
    },
    {
      ...{ id: 'control', type: 'doorstep-control', z: 'tab', name: '', server: 'hub', version: 1 },
      ...{ action: 'privacy-on', camera: 'cam-gone', x: 150, y: 260, wires: [[]] },
    },
    { id: 'storage', type: 'doorstep-storage', ...common, phases: [], x: 150, y: 340, wires: [[]] },
  ];
  nodeRed = await startNodeRed({ flows, credentials: { hub: { token } } });
  editor = await openEditor(nodeRed.url);
  page = editor.page;
  await page.locator('.red-ui-flow-node-group').first().waitFor();
});
afterAll(async () => {
  await editor?.[Symbol.asyncDispose]();
  await nodeRed?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
});

afterEach(() => editor.closeDialogs());

const edit = (id: string) => editor.edit(id);
const press = (button: string) => editor.press(button);
const stored = (id: string, property: string) => editor.stored(id, property);
const shot = (name: string) => editor.shot(name);
const picker = () => page.locator('.red-ui-typedInput-container').first();
/** Opens the list of cameras and reads it. */
async function cameraNames(): Promise<string[]> {
  const list = page.locator('.red-ui-typedInput-options:visible');
  if ((await list.count()) > 0) await page.keyboard.press('Escape');
  await picker().locator('.red-ui-typedInput-option-trigger').click();
  return list.locator('a').allInnerTexts();
}

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
  await editor.theme('dark');
  await shot('motion-dark');
  await editor.theme('light');
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

describe('every node', () => {
  const placed = new Map<string, string>();

  test.each(FLOW_NODES)(
    'check 7: $type is placed from the palette, its dialog by day and by night',
    async ({ type }) => {
      const id = await editor.place(type, 60 + placed.size * 40);
      placed.set(type, id);
      await editor.edit(id);
      const server = page.locator('select#node-input-server');
      if (await server.isVisible()) await server.selectOption('hub');
      const flaws: Record<string, string[]> = {};
      for (const scheme of ['dark', 'light'] as const) {
        await editor.theme(scheme);
        await editor.shot(`${type.replace('doorstep-', '')}-${scheme}`);
        flaws[scheme] = await editor.flaws();
      }
      expect(flaws).toEqual({ light: [], dark: [] });
      await editor.press('#node-dialog-ok');
      expect(await editor.stored(id, 'valid')).toBe(true);
      expect(editor.complaints).toEqual([]);
    },
  );

  test('is deployed, and stays as it is when its dialog is closed without a change', async () => {
    await editor.deploy();
    expect((await nodeRed.flows()).map(({ id }) => id)).toEqual(expect.arrayContaining([...placed.values()]));
    for (const [type, id] of placed) {
      const before = await editor.exported(id);
      await editor.edit(id);
      await editor.press('#node-dialog-ok');
      expect(await editor.exported(id)).toEqual(before);
      expect([type, await editor.stored(id, 'changed')]).not.toEqual([type, true]);
    }
    expect(editor.complaints).toEqual([]);
  });
});

test.each(exampleFlows())('check 1: the example $file is imported in the editor', async ({ flow }) => {
  const before = await editor.ids();
  await editor.importFlow(flow);
  const wanted = flow.filter(({ x }) => x !== undefined).length;
  await expect
    .poll(async () => (await editor.ids()).length, { timeout: PATIENCE })
    .toBe(before.length + wanted);
  await editor.undo();
  expect(await editor.ids()).toEqual(before);
  expect(editor.complaints).toEqual([]);
});
