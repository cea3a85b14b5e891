/** The dialogs of the nodes that start flows: what is chosen, and what older and newer versions saved. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { FlowNode } from '../../plugin/cli/demo/node-red-host.ts';
import { browserTest as test } from '../support/browser.ts';
import { type EventHub, startEventHub } from '../support/event-hub.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';
import { type NodeRedEditor, openEditor } from '../support/node-red-editor.ts';

let hub: EventHub;
let nodeRed: TestNodeRed;
let editor: NodeRedEditor;
let page: Page;
beforeAll(async () => {
  hub = await startEventHub();
  const { token } = hub.auth.createToken({ name: 'editor', scopes: ['events'] });
  const common = {
    ...{ z: 'tab', server: 'hub', name: '', cameras: [], payload: 'event', replay: true, version: 1, x: 150 },
  };
  const flows: FlowNode[] = [
    { id: 'tab', type: 'tab', label: 'Front door' },
    {
      ...{ id: 'hub', type: 'doorstep-server', name: '', host: '127.0.0.1' },
      ...{ port: String(hub.port), tls: false, version: 1 },
    },
    // As version 0.1.0 saved them.
    { id: 'bell', type: 'doorstep-doorbell', ...common, y: 80, wires: [[]] },
    {
      ...{ id: 'motion', type: 'doorstep-motion', ...common, minScore: 0.3, minDuration: 2 },
      ...{ y: 160, wires: [[], []] },
    },
    // As no version has saved it yet.
    { id: 'newer', type: 'doorstep-doorbell', ...common, version: 99, y: 240, wires: [[]] },
    {
      ...{ id: 'package', type: 'doorstep-package', ...common, verdicts: [], zone: '', minScore: 0, wait: 0 },
      ...{ y: 320, wires: [[], [], []] },
    },
    {
      ...{ id: 'events', type: 'doorstep-events', ...common, subjects: [], wait: 0, tests: true },
      ...{ y: 420, wires: [[]] },
    },
  ];
  nodeRed = await startNodeRed({ flows, credentials: { hub: { token } } });
  editor = await openEditor(nodeRed.url);
  page = editor.page;
});
afterAll(async () => {
  await editor?.[Symbol.asyncDispose]();
  await nodeRed?.[Symbol.asyncDispose]();
  await hub?.[Symbol.asyncDispose]();
});

const edit = (id: string) => editor.edit(id);
const press = (button: 'ok' | 'cancel') => editor.press(`#node-dialog-${button}`);
const stored = (id: string, property: string) => editor.stored(id, property);
/** In both themes, where all can be read and nothing is cut off. */
async function shots(name: string): Promise<void> {
  for (const scheme of ['dark', 'light'] as const) {
    await editor.theme(scheme);
    expect([scheme, await editor.flaws()]).toEqual([scheme, []]);
    await editor.shot(`${name}-${scheme}`);
  }
}

test('what an older version saved opens with what came since, and is stored with OK alone', async () => {
  await edit('motion');
  expect(await page.locator('#node-input-what').inputValue()).toBe('any');
  expect(await page.locator('#node-input-wait').inputValue()).toBe('0');
  expect(await page.locator('#node-input-minScore').inputValue()).toBe('0.3');
  await press('cancel');
  expect([await stored('motion', 'version'), await stored('motion', 'what')]).toEqual([1, undefined]);
  expect(await stored('motion', 'changed')).not.toBe(true);
  await edit('motion');
  await page.locator('#node-input-what').selectOption('person');
  await page.locator('#node-input-zone').selectOption('doorstep');
  await press('ok');
  expect([await stored('motion', 'version'), await stored('motion', 'what')]).toEqual([2, 'person']);
  expect([await stored('motion', 'changed'), await stored('motion', 'valid')]).toEqual([true, true]);
});

test('what a newer version saved says so, and keeps its version', async () => {
  await edit('newer');
  expect(await page.locator('#dialog-form [role=alert]').innerText()).toContain('format 99; known here: 2');
  await shots('newer');
  await press('ok');
  expect(await stored('newer', 'version')).toBe(99);
});

test('only a picture is waited for', async () => {
  await edit('bell');
  const wait = page.locator('#node-input-wait');
  expect(await wait.isVisible()).toBe(false);
  await page.locator('#node-input-payload').selectOption('picture');
  await wait.fill('800');
  await shots('doorbell-picture');
  await press('ok');
  expect([await stored('bell', 'payload'), await stored('bell', 'wait')]).toEqual(['picture', '800']);
});

test('which packages that are gone matter', async () => {
  await edit('package');
  await shots('package');
  await page.getByLabel('taken in by the household').uncheck();
  await press('ok');
  expect(await stored('package', 'verdicts')).toEqual(['taken', 'unknown']);
});

test('events are chosen kind by kind, or one by one; all of them are stored as none', async () => {
  await edit('events');
  await press('ok');
  expect(await stored('events', 'changed')).not.toBe(true);
  await edit('events');
  const kinds = page.locator('#doorstep-subjects > label input');
  for (let index = 1; index < (await kinds.count()); index += 1) await kinds.nth(index).uncheck();
  await page.getByLabel('start', { exact: true }).check();
  await page.getByLabel('also send what is only a test').uncheck();
  expect(await kinds.nth(1).evaluate((box: { indeterminate: boolean }) => box.indeterminate)).toBe(true);
  await shots('events');
  await press('ok');
  expect(await stored('events', 'subjects')).toEqual(['doorbell/ring', 'motion/start']);
  expect(await stored('events', 'tests')).toBe(false);
});
