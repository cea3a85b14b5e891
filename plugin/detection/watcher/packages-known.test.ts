import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { ORDER } from '../../../test/support/scripted-orders.ts';
import { startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import type { SightOptions } from '../contract.ts';
import type { WatcherNews } from './contract.ts';
import { startWatcher } from './watcher.ts';

const main = fileURLToPath(new URL('../../../test/support/scripted-watcher.ts', import.meta.url));
const setup = { detector: { kind: 'built-in' as const, labels: [], command: [] }, storagePath: '/nowhere' };
const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** The scripted eyes know the packages that their memory names. */
const options: SightOptions = {
  zones: { doorstep: [], motion: [], ignore: [] },
  ...{ people: false, packages: true, smallest: 0.1, shortestMs: 600, memory: 'p q' },
  leanings: { motion: 0, person: 0, package: 0 },
};

it('says which packages its eyes know whenever they begin, and tells them which are gone', async () => {
  const watcher = startWatcher(setup, { startChild, clock: systemClock, log, main });
  const news: WatcherNews[] = [];
  const camera = watcher.open('a', options, (one) => news.push(one));
  camera.gone(['q']);
  const known = { type: 'begun', packageIds: ['p', 'q'] };
  await vi.waitFor(() => expect(news).toEqual([known, { type: 'over', packageIds: ['q'] }]), 20_000);
  const stumble = { ...plainFrame({ width: 2, height: 2 }, ORDER.throw), at: 1 };
  // Once with what they remember; then that may be what they stumble over.
  camera.push(stumble);
  camera.push(stumble);
  await vi.waitFor(() => expect(news.slice(2)).toEqual([known, { type: 'begun', packageIds: [] }]), 20_000);
  await watcher[Symbol.asyncDispose]();
});
