import { expect, test } from 'vitest';
import type { SmallFrame } from '../../plugin/camera/contract.ts';
import type { Detector, Sight } from '../../plugin/detection/contract.ts';
import { plainFrame } from '../../test/support/plain-frame.ts';
import { replay } from './replay.ts';

const START = 1_700_000_000_000;
async function* pictures(seconds: number): AsyncGenerator<SmallFrame> {
  for (let at = 0; at < seconds * 1000; at += 200)
    yield { ...plainFrame({ width: 2, height: 2 }, 16), at: START + at };
}

/** Wants a look at every picture, at all of it and at a part by turns. */
function eager(looked: (at: number) => void): Sight {
  let turn = 0;
  const part = { left: 0, top: 0, right: 0.5, bottom: 0.5 };
  return {
    push: (frame) => ({ news: [], look: { frame, ...(turn++ % 2 === 1 && { part }) } }),
    looked(at) {
      looked(at - START);
      return { news: [] };
    },
    notLooked() {},
    configure() {},
    forget() {},
    gone: () => ({ news: [] }),
    info() {
      throw new Error('nobody asks');
    },
  };
}

const detector: Detector = {
  ...{ name: 'test', labels: ['person'], detect: async () => [] },
  [Symbol.asyncDispose]: async () => {},
};

test.each([
  ['a quick model: twice a second, whole and part together', 150, 21, 500],
  ['a slow one: once a second', 400, 11, 1000],
])('%s', async (_, lookMs, most, betweenMs) => {
  const seen: number[] = [];
  const played = await replay(
    pictures(10),
    eager((at) => seen.push(at)),
    detector,
    { lookMs, realTime: false, onNews() {} },
  );
  expect(played.looks).toBe(seen.length);
  expect(seen.length).toBeLessThanOrEqual(most);
  expect(seen.length).toBeGreaterThanOrEqual(most - 2);
  // Each at the newest picture of its turn.
  for (const [index, at] of seen.slice(1, -1).entries())
    expect(Math.abs(at - (index + 1) * betweenMs)).toBeLessThanOrEqual(200);
});
