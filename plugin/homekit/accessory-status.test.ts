import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlatformAccessory } from '../../node_modules/homebridge/dist/platformAccessory.js';
import { type HomeKitHost, startHomeKitHost } from '../../test/support/homekit-host.ts';
import { watchAccessory } from './accessory-status.ts';

let host: HomeKitHost;
beforeAll(async () => {
  host = await startHomeKitHost();
});
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
});

it('watches as many cameras as a bridge has, and no leak is seen in it', async () => {
  const { Bridge, uuid } = host.api.hap;
  const bridge = new Bridge('Bridge', uuid.generate('bridge'));
  const most = bridge.getMaxListeners();
  const before = bridge.listenerCount('paired');
  const warned: string[] = [];
  const warn = ({ name }: Error) => warned.push(name);
  process.on('warning', warn);

  const watches = Array.from({ length: 25 }, (_, index) => {
    const accessory = new PlatformAccessory(`Camera ${index}`, uuid.generate(`camera ${index}`));
    bridge.addBridgedAccessory(accessory._associatedHAPAccessory);
    return watchAccessory(accessory, `Camera ${index}`, false);
  });
  expect(bridge.listenerCount('paired')).toBe(before + 25);
  let told = 0;
  for (const watch of watches) watch.onStatus(() => told++);
  bridge.emit('paired');
  expect(told).toBe(25);
  // Node.js says it in the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warn);
  expect(warned).toEqual([]);

  for (const watch of watches) watch.stop();
  expect(bridge.listenerCount('paired')).toBe(before);
  expect(bridge.getMaxListeners()).toBe(most);
});
