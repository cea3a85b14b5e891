/** Pairing, from an empty flow to a node that hears the bell: the editor of a real Node-RED on one side, the owner in the web app on the other. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { PairingStarted } from '../../protocol/pairing.ts';
import { type AppPage, openAppPage, PATIENCE } from '../support/app-page.ts';
import { browserTest as test } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { repository } from '../support/house.ts';
import { startNodeRed, type TestNodeRed } from '../support/node-red.ts';

const SCREENS = join(repository, 'test-results', 'screens');
/** Of both themes of the editor. */
const THEMES = { light: '', dark: 'nr-theme-dark' };

let app: AppPage;
let nodeRed: TestNodeRed;
let editor: Page;
beforeAll(async () => {
  const bell = { z: 'tab', type: 'doorstep-doorbell', cameras: [], payload: 'event', replay: true };
  [app, nodeRed] = await Promise.all([
    openAppPage(),
    startNodeRed({
      flows: [
        { id: 'tab', type: 'tab', label: 'Front door' },
        { ...bell, id: 'bell', name: '', server: '', version: 1, x: 150, y: 100, wires: [[]] },
      ],
    }),
  ]);
  editor = await app.visitor.context.newPage();
  editor.setDefaultTimeout(PATIENCE);
  await editor.setViewportSize({ width: 1200, height: 860 });
  await editor.goto(nodeRed.url);
  await editor.locator('.red-ui-flow-node-group').first().waitFor();
});
afterAll(async () => {
  await nodeRed?.[Symbol.asyncDispose]();
  await app?.[Symbol.asyncDispose]();
});

const result = () => editor.locator('#doorstep-pairing-result');
const says = (text: string | RegExp) => result().filter({ hasText: text }).waitFor();
async function shownCode(): Promise<string> {
  const digits = editor.locator('#doorstep-pairing-digits').filter({ hasText: /^\d{4}-\d{4}$/ });
  return digits.innerText();
}
const port = () => String(app.hub.api.port);
async function shot(name: string): Promise<void> {
  for (const [theme, className] of Object.entries(THEMES)) {
    await editor.evaluate(`document.documentElement.classList.toggle('nr-theme-dark', ${className !== ''})`);
    const path = join(SCREENS, `node-red-${name}-${theme}.png`);
    await editor.screenshot({ path, animations: 'disabled' });
  }
  await editor.evaluate(`document.documentElement.classList.remove('nr-theme-dark')`);
}
/** The card of the program that asks, on the owner's page. */
const card = () => app.page.locator('.pairing');

test('a hub that announces itself is one click away; where none does, the dialog says why that may be', async () => {
  await editor.evaluate(`RED.editor.edit(RED.nodes.node('bell'))`);
  await editor.locator('#node-input-btn-server-add, #node-input-lookup-server').first().click();
  // What really goes through the network is tried with the search itself.
  const announced = [{ name: 'Doorstep (pi)', host: '192.0.2.7', port: 8587, tls: false, version: '0.1.0' }];
  let answers: object[][] = [[], announced];
  await editor.route('**/doorstep-server/find', async (route) => {
    const [hubs = [], ...rest] = answers;
    answers = rest;
    await route.fulfill({ json: { hubs } });
  });
  await editor.locator('#doorstep-find').click();
  await editor.locator('#doorstep-find-result').filter({ hasText: 'bridge network of Docker' }).waitFor();
  await editor.locator('#doorstep-find').click();
  const choice = editor.getByRole('button', { name: 'Doorstep (pi) (192.0.2.7:8587, Doorstep 0.1.0)' });
  await choice.waitFor();
  await shot('found');
  await editor.locator('#node-config-input-token').fill('dst_of_another_hub');
  await choice.click();
  expect(await editor.locator('#node-config-input-token').inputValue()).toBe('');
  expect(await editor.locator('#node-config-input-host').inputValue()).toBe('192.0.2.7');
  expect(await editor.locator('#node-config-input-port').inputValue()).toBe('8587');
});

test('the dialog says when nothing listens at the address', async () => {
  const closed = await freePort();
  await editor.locator('#node-config-input-host').fill('127.0.0.1');
  await editor.locator('#node-config-input-port').fill(String(closed));
  await editor.locator('#doorstep-pair').click();
  await editor.getByLabel('see pictures and recordings').check();
  await editor.locator('#doorstep-pairing-ask').click();
  await says(`Nothing listens at 127.0.0.1:${closed}.`);
});

test('"not now" reaches the dialog, and one can ask again', async () => {
  await editor.locator('#node-config-input-port').fill(port());
  await shot('pairing-wish');
  await editor.locator('#doorstep-pairing-ask').click();
  const code = await shownCode();
  await app.page.getByText('asks to be let in').waitFor();
  for (const scheme of ['light', 'dark'] as const) await app.keep('program-asks', 'phone', scheme);
  await app.page.getByRole('link', { name: 'Look' }).click();
  await card().getByText(code).waitFor();
  await card().getByRole('button', { name: 'Not now' }).click();
  await says('not now');
});

test('who cancels takes the question back', async () => {
  await editor.locator('#doorstep-pairing-ask').click();
  await card().waitFor();
  await editor.locator('#doorstep-pairing-code .doorstep-pairing-cancel').click();
  await card().waitFor({ state: 'detached' });
});

test('beside a stranger of the same name the code is typed, and all can be turned away at once', async () => {
  await editor.locator('#doorstep-pair').click();
  await editor.locator('#doorstep-pairing-ask').click();
  const code = await shownCode();
  const name = (await card().getByRole('heading').innerText()).replace(' asks to be let in', '');
  const asked = await fetch(`http://127.0.0.1:${port()}/api/v1/pairings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, scopes: ['events', 'media'] }),
  });
  const theirs = ((await asked.json()) as PairingStarted).code;
  const cardOf = (each: string) => card().filter({ hasText: `${each.slice(0, 4)}-····` });
  const approve = (each: string) => cardOf(each).getByRole('button', { name: 'Approve' });
  const type = (each: string, digits: string) => cardOf(each).getByLabel('The last four digits').fill(digits);
  await type(theirs, code.slice(5));
  await cardOf(theirs).getByRole('alert').waitFor();
  expect(await approve(theirs).isDisabled()).toBe(true);
  expect(await approve(code).isDisabled()).toBe(true);
  await type(code, code.slice(5));
  expect(await approve(code).isEnabled()).toBe(true);
  for (const scheme of ['light', 'dark'] as const) await app.keep('programs-several', 'phone', scheme);
  await app.page.getByRole('button', { name: 'None of these' }).click();
  await expect.poll(() => card().count(), { timeout: PATIENCE }).toBe(0);
  await says('not now');
});

test('the owner compares the code, ticks what is allowed, and the node is connected', async () => {
  await editor.locator('#doorstep-pair').click();
  await editor.locator('#doorstep-pairing-ask').click();
  const code = await shownCode();
  await shot('pairing-code');
  await card().getByText(code).waitFor();
  for (const size of ['phone', 'desk'] as const)
    for (const scheme of ['light', 'dark'] as const) await app.keep('programs', size, scheme);

  const ticks = card().getByRole('checkbox');
  const isTicked = (all: { checked: boolean }[]) => all.map(({ checked }) => checked);
  expect(await ticks.evaluateAll(isTicked)).toEqual([true, false, false, false]);
  await card().getByLabel('see pictures and recordings').check();
  await card().getByRole('button', { name: 'Approve' }).click();
  await says('The token is in its field, and may hear events, see pictures and recordings');
  // The list of those that are let in follows by itself.
  await app.page
    .locator('.tokens')
    .getByText(/^Node-RED on/)
    .waitFor();

  await editor.locator('#doorstep-test').click();
  const works = editor.locator('#doorstep-test-result').filter({ hasText: 'with Front door, Garden' });
  expect(await works.innerText()).toMatch(/It answered in \d+ ms/);
  await shot('paired');
  expect(await editor.locator('body').innerText()).not.toContain('dst_');
  await editor.locator('#node-config-dialog-ok').click();
  await editor.locator('#node-dialog-ok').click();
  await editor.locator('#red-ui-header-button-deploy').click();
  await editor.locator('.red-ui-flow-node-status-label').filter({ hasText: 'connected' }).waitFor();

  expect(app.hub.auth.tokens()).toMatchObject([{ scopes: ['events', 'media'] }]);
  expect(JSON.stringify(await nodeRed.flows())).not.toContain('dst_');
  expect(nodeRed.logLines.join()).not.toContain('dst_');
  expect(app.visitor.complaints).toEqual([]);
});

test('Revoke ends the connection, and the badge says why', async () => {
  app.page.once('dialog', (dialog) => void dialog.accept());
  await app.page.locator('.tokens').getByRole('button', { name: 'Withdraw' }).click();
  await app.page.getByText('No program has a token.').waitFor();
  await editor.locator('.red-ui-flow-node-status-label').filter({ hasText: 'wrong token' }).waitFor();
});
