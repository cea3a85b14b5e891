/** A new place for recordings, as the household meets it: in a real Homebridge, over the API and on its bridge. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StorageInfo } from '../../protocol/api.ts';
import { HomeKitController } from '../../simulator/homekit/controller.ts';
import { http, json } from '../support/api-client.ts';
import { type House, startHouse } from '../support/house.ts';

const TYPE = { contactSensor: '80', contactState: '6A', configuredName: 'E3' } as const;
const PATIENCE = { timeout: 30_000, interval: 100 };

let nas: string;
let house: House;
let controller: HomeKitController;
beforeAll(async () => {
  nas = await mkdtemp(join(tmpdir(), 'doorstep-nas-'));
  house = await startHouse({
    doorbells: [{ config: { standalone: false } }],
    config: { recordings: { target: { kind: 'folder', path: nas } } },
  });
  controller = await HomeKitController.pair(house.target());
});
afterAll(async () => {
  await controller?.[Symbol.asyncDispose]();
  await house?.[Symbol.asyncDispose]();
  if (nas) await rm(nas, { recursive: true, force: true });
});

const v1 = (path: string) => `${house.apiUrl.replace(/\/$/, '')}/api/v1${path}`;

it('says on the bridge and over the API that it waits, and takes recordings when the household says so', async () => {
  const sensor = controller
    .find(TYPE.contactSensor)
    .find(({ characteristics }) => characteristics.some(({ value }) => value === 'Doorstep Recordings'));
  const contact = sensor?.characteristics.find(({ type }) => type === TYPE.contactState)?.key ?? '';
  await controller.subscribe(contact);
  await expect.poll(() => controller.read(contact), PATIENCE).toBe(1);
  expect(await readdir(nas)).toEqual([]);

  const origin = new URL(house.apiUrl).origin;
  const claim = json({ code: house.claimCode(), passphrase: 'a quiet evening on the porch' }, { origin });
  const { headers } = await http(v1('/claim'), claim);
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  const before = (await http(v1('/storage'), { headers: { cookie } })).json() as StorageInfo;
  expect(before.target).toMatchObject({ kind: 'folder', where: nas, state: 'waiting' });
  const answer = await http(v1('/storage/set-up'), json({ where: nas }, { origin, cookie }));
  expect((answer.json() as StorageInfo).target.state).toBe('ready');
  await expect.poll(() => controller.read(contact), PATIENCE).toBe(0);
});
