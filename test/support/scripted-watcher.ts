/**
 * A watcher process whose eyes do as the pictures tell them: the first pixel is an order. It serves as the real one does, and recognises
 * nobody.
 */

import type { Sight, SightNews, SightOptions, SightStep } from '../../plugin/detection/contract.ts';
import { serveWatcher } from '../../plugin/detection/watcher/serve-watcher.ts';
import { systemClock } from '../../plugin/system/clock.ts';
import { ORDER } from './scripted-orders.ts';

const box = { left: 0, top: 0, right: 1, bottom: 1 };

/** Its memory names the packages that it knows. */
function createSight(first: SightOptions): Sight {
  let options = first;
  let seen = 0;
  const remembered = (): SightNews => ({ type: 'memory', text: JSON.stringify(options) });
  return {
    push(frame): SightStep {
      const { luma, at } = frame;
      seen++;
      const order = luma[0];
      if (order === ORDER.crash) process.exit(7);
      while (order === ORDER.hang);
      if (order === ORDER.throw) throw new Error('a bad picture');
      if (order === ORDER.babble) process.stdout.write('this is no frame, whoever reads it');
      if (order === ORDER.remember) return { news: [remembered()] };
      if (order === ORDER.look) return { news: [], look: { frame } };
      if (order !== ORDER.see) return { news: [] };
      const crop = { width: 1, height: 1, rgb: Uint8Array.of(10, 20, 30) };
      return { news: [{ type: 'motion', at, score: seen, box, scores: {}, crop }] };
    },
    looked: (at, detected) => ({
      news: [{ type: 'person', at, score: detected.length, box, scores: {} }],
    }),
    notLooked: () => {},
    configure(next) {
      options = next;
    },
    forget() {
      seen = 0;
    },
    // Told again, for a test to see.
    gone: (packageIds) => ({ news: [{ type: 'over', packageIds }] }),
    info: () => ({
      ...{ at: seen, motion: { columns: 0, rows: 0, cells: '' }, people: [], candidates: [] },
      packages: (options.memory?.split(' ') ?? []).map((id) => ({ id, box })),
      ...{ smallest: options.smallest, shortestMs: options.shortestMs },
    }),
  };
}

process.once('SIGTERM', () => process.exit(0));
await serveWatcher({
  input: process.stdin,
  write: (frame) => process.stdout.write(frame),
  createSight,
  openDetector: async () => ({
    ...{ name: 'scripted', labels: ['person'] as const, detect: async () => [] },
    [Symbol.asyncDispose]: async () => {},
  }),
  clock: systemClock,
  load: () => 0,
}).catch(() => {});
process.exit();
