import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import type { Detected, Detector, LookWanted } from '../contract.ts';
import { lookPace } from './look-pace.ts';
import { LookQueue } from './look-queue.ts';

const look = (at: number): LookWanted => ({ frame: { ...plainFrame({ width: 2, height: 2 }, 16), at } });

/** Looks that take as long as is said, on a clock that is moved by hand. */
function bench({ lookMs = 50, load = 0, fails = false, none = false } = {}) {
  const clock = new ManualClock();
  const began: { at: number; picture: number }[] = [];
  const answers: string[] = [];
  const errors: unknown[] = [];
  const start = clock.monotonic();
  const detector: Detector = {
    ...{ name: 'test', labels: ['person'] },
    detect: ({ at }) => {
      began.push({ at: clock.monotonic() - start, picture: at });
      const { promise, resolve, reject } = Promise.withResolvers<Detected[]>();
      clock.after(lookMs, () => (fails ? reject(new Error('blind')) : resolve([])));
      return promise;
    },
    [Symbol.asyncDispose]: async () => {},
  };
  const queue = new LookQueue({
    ...{ clock, load: () => load },
    detector: async () => (none ? undefined : detector),
    onLook: (error) => errors.push(error),
  });
  const want = (camera: number, at: number) =>
    queue.want(camera, look(at), {
      looked: ({ frame }) => answers.push(`${camera}: ${frame.at}`),
      notLooked: () => answers.push(`${camera}: not`),
    });
  const advance = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.advance(10);
      // What was promised is kept before time goes on.
      for (let turn = 0; turn < 12; turn++) await Promise.resolve();
    }
  };
  return { queue, want, advance, began, answers, errors, clock };
}

describe('looks', () => {
  it('are twice a second at most, with the newest picture', async () => {
    const { want, advance, began, answers } = bench();
    for (let at = 0; at < 3000; at += 100) {
      want(1, at);
      await advance(100);
    }
    // At 0, 500, …, 3000.
    expect(began.length).toBeLessThanOrEqual(7);
    expect(began.length).toBeGreaterThanOrEqual(5);
    for (const { at, picture } of began) expect(at - picture).toBeLessThanOrEqual(110);
    expect(answers.length).toBeGreaterThanOrEqual(began.length - 1);
  });

  it('go round: nobody waits for one who wants more', async () => {
    const { want, advance, answers } = bench({ lookMs: 240 });
    for (let at = 0; at < 6000; at += 100) {
      for (const camera of [1, 2, 3, 4]) want(camera, at);
      await advance(100);
    }
    const counts = [1, 2, 3, 4].map((camera) => answers.filter((one) => one.startsWith(`${camera}:`)).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
  });

  it('leave the machine to others between them', async () => {
    const { want, advance, began } = bench({ lookMs: 400 });
    for (let at = 0; at < 10_000; at += 100) {
      for (const camera of [1, 2, 3]) want(camera, at);
      await advance(100);
    }
    expect(began.length * 400).toBeLessThanOrEqual(5600);
  });

  it('become fewer when pictures were dropped, until it is quiet again', async () => {
    const { queue, want, advance, began } = bench();
    queue.fellBehind();
    for (let at = 0; at < 12_000; at += 100) {
      want(1, at);
      await advance(100);
    }
    const early = began.filter(({ at }) => at < 9000).length;
    expect(early).toBeGreaterThanOrEqual(8);
    expect(early).toBeLessThanOrEqual(10);
    expect(began.filter(({ at }) => at >= 10_500).length).toBeGreaterThanOrEqual(2);
  });

  it('that fail are said to have failed, and the next is tried', async () => {
    const { want, advance, answers, errors } = bench({ fails: true });
    want(1, 1);
    await advance(600);
    want(1, 2);
    await advance(600);
    expect(answers).toEqual(['1: not', '1: not']);
    expect(errors).toHaveLength(2);
  });

  it('are not, where nobody can look', async () => {
    const { want, advance, answers, errors } = bench({ none: true });
    want(1, 1);
    await advance(20);
    expect(answers).toEqual(['1: not']);
    expect(errors).toEqual([]);
  });

  it('that never end are given up', async () => {
    const { want, advance, answers, errors } = bench({ lookMs: 1e9 });
    want(1, 1);
    await advance(15_100);
    expect(answers).toEqual(['1: not']);
    expect(errors).toEqual([expect.any(Error)]);
  });

  it('at a camera that is gone are not answered, and leave no timer', async () => {
    const { queue, want, advance, answers, clock } = bench();
    want(1, 1);
    want(2, 1);
    await advance(20);
    queue.forget(1);
    queue.forget(2);
    await advance(1000);
    expect(answers).toEqual([]);
    want(1, 2);
    await advance(1000);
    expect(answers).toEqual(['1: 2']);
    queue[Symbol.dispose]();
    expect(clock.pending).toBe(0);
  });
});

it.each([
  ['nothing is in the way', { lookMs: 60, behind: false, load: 0.4 }, 500, 0.5],
  ['looks are slow', { lookMs: 300, behind: false, load: 0.4 }, 1000, 1],
  ['pictures were dropped', { lookMs: 60, behind: true, load: 0.4 }, 1000, 1],
  ['the machine is busy', { lookMs: 60, behind: false, load: 1.8 }, 1000, 1],
  ['looks are slow on a busy machine', { lookMs: 300, behind: false, load: 1.8 }, 1500, 2],
  ['looks are very slow', { lookMs: 700, behind: false, load: 0 }, 1500, 2],
])('where %s, the pace fits', (_, input, betweenMs, rest) => {
  expect(lookPace(input)).toEqual({ betweenMs, rest });
});
