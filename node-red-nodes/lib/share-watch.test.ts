import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ShareInfo, ShareState } from '../../protocol/sharing.ts';
import { ShareWatch } from './share-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const info = (id: string, state: ShareState): ShareInfo => ({
  ...{ id, state, at: 1, recipient: { id: 'a', name: 'A', class: 'household' } },
  clip: {
    id: 'c',
    camera: { id: 'cam-1', name: 'Front door', slug: 'front-door' },
    startedAt: 1,
    endedAt: 2,
  },
});

function start() {
  const states = new Map<string, ShareState | 'gone' | undefined>();
  const told: string[] = [];
  let looks = 0;
  const watch = new ShareWatch<string>({
    async look(id) {
      looks += 1;
      const state = states.get(id);
      return state === 'gone' || state === undefined ? state : info(id, state);
    },
    tell: ({ state }, context) => void told.push(`${context} ${state}`),
  });
  return { watch, states, told, looks: () => looks };
}

it('tells of each change once, until nothing more can come', async () => {
  const { watch, states, told } = start();
  states.set('s', 'proposed');
  watch.follow(info('s', 'proposed'), 'first');
  await vi.advanceTimersByTimeAsync(60_000);
  states.set('s', 'waiting');
  await vi.advanceTimersByTimeAsync(60_000);
  states.set('s', 'sent');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(told).toEqual(['first waiting', 'first sent']);
  expect([watch.size, vi.getTimerCount()]).toEqual([0, 0]);
});

it('looks ever more seldom, at once when something happens, and for a day at most', async () => {
  const { watch, states, told, looks } = start();
  states.set('s', 'proposed');
  watch.follow(info('s', 'proposed'), 'first');
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(looks()).toBeLessThan(70);
  states.set('s', 'declined');
  watch.lookNow();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual(['first declined']);
  states.set('t', 'proposed');
  watch.follow(info('t', 'proposed'), 'second');
  await vi.advanceTimersByTimeAsync(25 * 60 * 60_000);
  expect([watch.size, vi.getTimerCount()]).toEqual([0, 0]);
});

it('a hub that does not answer is asked again; what it does not know any more is let go of', async () => {
  const { watch, states, told } = start();
  watch.follow(info('s', 'proposed'), 'first');
  await vi.advanceTimersByTimeAsync(5 * 60_000);
  expect(watch.size).toBe(1);
  states.set('s', 'gone');
  await vi.advanceTimersByTimeAsync(60_000);
  expect([watch.size, told]).toEqual([0, []]);
});

it('follows twenty, and none that is over; closing leaves no timer', () => {
  const { watch } = start();
  watch.follow(info('over', 'declined'), 'over');
  expect(watch.size).toBe(0);
  for (let count = 0; count < 25; count += 1) watch.follow(info(`s${count}`, 'proposed'), 'x');
  expect(watch.size).toBe(20);
  watch.close();
  expect([watch.size, vi.getTimerCount()]).toEqual([0, 0]);
});
