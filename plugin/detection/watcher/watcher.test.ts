import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import { describe, expect, it, vi } from 'vitest';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { plainFrame } from '../../../test/support/plain-frame.ts';
import { look } from '../../../test/support/process-tree.ts';
import { ORDER } from '../../../test/support/scripted-orders.ts';
import { type Child, type StartChild, startChild } from '../../system/child.ts';
import { systemClock } from '../../system/clock.ts';
import type { Log } from '../../system/log.ts';
import type { SightOptions } from '../contract.ts';
import type { WatchedCamera, WatcherNews } from './contract.ts';
import { startWatcher } from './watcher.ts';

const MAIN = fileURLToPath(new URL('../../../test/support/scripted-watcher.ts', import.meta.url));
const options: SightOptions = {
  zones: { doorstep: [], motion: [], ignore: [] },
  ...{ people: false, packages: true, smallest: 0.1, shortestMs: 600 },
  leanings: { motion: 0, person: 0, package: 0 },
};
const config = { detector: { kind: 'built-in' as const, labels: [], command: [] }, storagePath: '/nowhere' };

function start({ clock = systemClock }: { clock?: typeof systemClock } = {}) {
  const children: Child[] = [];
  const lines: string[] = [];
  const write = (line: string) => lines.push(line);
  const log: Log = { debug() {}, info: write, warn: write, error: write };
  const noted: StartChild = (...args) => {
    const child = startChild(...args);
    children.push(child);
    return child;
  };
  return { watcher: startWatcher(config, { startChild: noted, clock, log, main: MAIN }), children, lines };
}

/** What is told once the eyes have begun. */
const onceBegun = (tell: (news: WatcherNews) => void) => (news: WatcherNews) => {
  if (news.type !== 'begun') tell(news);
};

const push = (camera: WatchedCamera, order: number, at = 1) =>
  camera.push({ ...plainFrame({ width: 2, height: 2 }, order), at });

/** Restarts at once, and never takes one for hanging. */
const soon = {
  ...systemClock,
  after: (ms: number, fn: () => void) => systemClock.after(ms <= 1000 ? 0 : ms, fn),
};

describe('the watcher', () => {
  it('begins with the first camera, tells its news with pictures, and is gone when it is closed', async () => {
    const { watcher, children } = start();
    expect(children).toEqual([]);
    const news: WatcherNews[] = [];
    const camera = watcher.open(
      'a',
      options,
      onceBegun((one) => void news.push(one)),
    );
    push(camera, ORDER.see, 42);
    await vi.waitFor(() => expect(news).toHaveLength(1), 20_000);
    const [motion] = news;
    expect(motion).toMatchObject({ type: 'motion', at: 42, score: 1 });
    const png = motion?.type === 'motion' ? motion.picture?.png : undefined;
    expect([...decode(png ?? new Uint8Array()).data]).toEqual([10, 20, 30]);
    expect(await camera.info()).toMatchObject({ at: 1, smallest: 0.1 });
    expect(watcher.problem).toBeUndefined();
    await watcher[Symbol.asyncDispose]();
    expect(children.map(({ pid }) => pid && look(pid))).toEqual([undefined]);
    expect(await camera.info()).toBeUndefined();
  });

  it('is the real one, where no other is named', async () => {
    const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
    const watcher = startWatcher(config, { startChild, clock: systemClock, log });
    const camera = watcher.open('a', options, () => {});
    camera.push({ ...plainFrame({ width: 320, height: 180 }, 100), at: 1000 });
    await vi.waitFor(
      async () => expect(await camera.info()).toMatchObject({ at: 1000, smallest: 0.1 }),
      25_000,
    );
    expect(watcher.problem).toBeUndefined();
    await watcher[Symbol.asyncDispose]();
  });

  it('keeps cameras apart, and is silent about one that is closed', async () => {
    const { watcher } = start();
    const news: string[] = [];
    const first = watcher.open(
      'a',
      options,
      onceBegun(({ type }) => void news.push(`a ${type}`)),
    );
    const second = watcher.open(
      'b',
      options,
      onceBegun(({ type }) => void news.push(`b ${type}`)),
    );
    push(first, ORDER.see);
    first[Symbol.dispose]();
    push(first, ORDER.see);
    push(second, ORDER.see);
    await vi.waitFor(() => expect(news).toContain('b motion'), 20_000);
    expect(news).toEqual(['b motion']);
    await watcher[Symbol.asyncDispose]();
  });

  it('has of a camera that comes too fast only the newest picture', async () => {
    const { watcher } = start();
    const seen: number[] = [];
    const camera = watcher.open(
      'a',
      options,
      onceBegun((news) => void seen.push(news.type === 'motion' ? news.at : 0)),
    );
    for (let at = 1; at <= 50; at++) push(camera, ORDER.see, at);
    await vi.waitFor(() => expect(seen).toContain(50), 20_000);
    expect(seen).toEqual([1, 2, 50]);
    await watcher[Symbol.asyncDispose]();
  });

  it.each([
    ['ends', ORDER.crash, /ended by itself \(code 7\)/],
    ['talks nonsense', ORDER.babble, /cannot be understood/],
  ])('that %s is replaced, and goes on with what it remembers', async (_, order, words) => {
    const { watcher, children, lines } = start({ clock: soon });
    const texts: string[] = [];
    const camera = watcher.open('a', options, (news) => news.type === 'memory' && texts.push(news.text));
    push(camera, ORDER.remember);
    await vi.waitFor(() => expect(texts).toHaveLength(1), 20_000);
    camera.configure({ ...options, smallest: 0.3 });
    push(camera, order);
    await vi.waitFor(() => expect(children).toHaveLength(2), 20_000);
    expect(lines.join()).toMatch(words);
    expect(watcher.problem).toMatchObject({ code: 'detection-stopped', what: expect.stringMatching(words) });
    push(camera, ORDER.remember);
    await vi.waitFor(() => expect(texts).toHaveLength(2), 20_000);
    // The second remembers the newest options, and what the first told last.
    expect(JSON.parse(texts[1] ?? '')).toEqual({ ...options, smallest: 0.3, memory: texts[0] });
    await vi.waitFor(() => expect(watcher.problem).toBeUndefined());
    await watcher[Symbol.asyncDispose]();
  });

  it('that hangs is replaced', async () => {
    const clock = new ManualClock();
    const { watcher, children, lines } = start({ clock });
    const news: WatcherNews[] = [];
    const camera = watcher.open(
      'a',
      options,
      onceBegun((one) => void news.push(one)),
    );
    push(camera, ORDER.see);
    // By then it has answered the first question for life as well.
    await vi.waitFor(() => expect(news).toHaveLength(1), 20_000);
    push(camera, ORDER.hang);
    await vi.waitFor(() => {
      clock.advance(5000);
      expect(lines).toHaveLength(1);
    }, 20_000);
    expect(lines[0]).toContain('no sign of life for 30 s');
    await children[0]?.exited;
    clock.advance(1000);
    expect(children).toHaveLength(2);
    push(camera, ORDER.see);
    await vi.waitFor(() => expect(news).toHaveLength(2), 20_000);
    await watcher[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });

  it('waits longer and longer before it is started again', async () => {
    const clock = new ManualClock();
    const starts: number[] = [];
    const dead: StartChild = () => {
      starts.push(clock.monotonic());
      return startChild('not\0a program', []);
    };
    const log: Log = { debug() {}, info() {}, warn() {}, error() {} };
    const watcher = startWatcher(config, { startChild: dead, clock, log });
    watcher.open('a', options, () => {});
    for (let step = 0; step < 400; step++) {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      clock.advance(500);
    }
    const pauses = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(pauses.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(Math.max(...pauses)).toBe(60_000);
    expect(watcher.problem?.what).toContain('could not be started');
    await watcher[Symbol.asyncDispose]();
    expect(clock.pending).toBe(0);
  });

  it('begins a camera anew whose picture it stumbles over, with what it remembers, and says so once', async () => {
    const { watcher, lines, children } = start();
    const texts: string[] = [];
    const camera = watcher.open('a', options, (news) => news.type === 'memory' && texts.push(news.text));
    const remembered = async () => {
      const count = texts.length;
      push(camera, ORDER.remember);
      await vi.waitFor(() => expect(texts).toHaveLength(count + 1), 20_000);
      return JSON.parse(texts.at(-1) ?? '').memory as string | undefined;
    };
    expect(await remembered()).toBeUndefined();
    const first = texts[0];
    camera.configure({ ...options, smallest: 0.2 });
    push(camera, ORDER.throw);
    expect(await remembered()).toBe(first);
    expect(lines.join()).toContain('a bad picture');
    expect(watcher.problem).toMatchObject({ code: 'detection-stumbles' });
    push(camera, ORDER.throw);
    push(camera, ORDER.throw);
    expect(await remembered()).toBeUndefined();
    expect([lines.length, children.length]).toEqual([1, 1]);
    camera[Symbol.dispose]();
    expect(watcher.problem).toBeUndefined();
    await watcher[Symbol.asyncDispose]();
  });

  it('does well again after a minute of pictures', async () => {
    const { watcher } = start();
    const seen: number[] = [];
    const camera = watcher.open('a', options, (news) => seen.push(news.type === 'motion' ? news.score : 0));
    push(camera, ORDER.throw);
    await vi.waitFor(() => expect(watcher.problem).toBeDefined(), 20_000);
    for (let picture = 0; picture < 300; picture++) {
      push(camera, 0);
      await camera.info();
    }
    expect(watcher.problem).toBeUndefined();
    await watcher[Symbol.asyncDispose]();
  });

  it('is not ended by somebody who cannot take its news', async () => {
    const { watcher, children, lines } = start();
    const heard: string[] = [];
    const first = watcher.open('a', options, ({ type }) => {
      if (type === 'motion') throw new Error('the disk is full');
      heard.push(`a ${type}`);
    });
    const second = watcher.open('b', options, ({ type }) => heard.push(`b ${type}`));
    push(first, ORDER.see);
    push(second, ORDER.see);
    push(first, ORDER.remember);
    await vi.waitFor(() => expect(heard).toEqual(expect.arrayContaining(['b motion', 'a memory'])), 20_000);
    expect(children).toHaveLength(1);
    expect(lines).toEqual(['What was seen (motion) could not be told: the disk is full']);
    await watcher[Symbol.asyncDispose]();
  });

  it('that was replaced is well with its first sign of life, whether there are pictures or not', async () => {
    const { watcher, children } = start({ clock: soon });
    const camera = watcher.open('a', options, () => {});
    push(camera, ORDER.crash);
    await vi.waitFor(() => expect(watcher.problem?.code).toBe('detection-stopped'), 20_000);
    await vi.waitFor(() => expect(watcher.problem).toBeUndefined(), 20_000);
    expect(children).toHaveLength(2);
    await watcher[Symbol.asyncDispose]();
  });

  it('has no pictures in its news of what shall be forgotten, and drops what waits', async () => {
    const { watcher } = start();
    const news: WatcherNews[] = [];
    const camera = watcher.open('a', options, (one) => void (one.type === 'motion' && news.push(one)));
    for (let at = 1; at <= 3; at++) push(camera, ORDER.see, at);
    camera.forget();
    await vi.waitFor(() => expect(news).toHaveLength(2), 20_000);
    expect(news.every((one) => !('picture' in one))).toBe(true);
    push(camera, ORDER.see, 4);
    // Its eyes have begun anew.
    await vi.waitFor(() => expect(news[2]).toMatchObject({ at: 4, score: 1 }), 20_000);
    expect(news[2]).toHaveProperty('picture');
    await watcher[Symbol.asyncDispose]();
  });

  it('has the detector look, where people are wanted', async () => {
    const { watcher } = start();
    const news: WatcherNews[] = [];
    const camera = watcher.open(
      'a',
      { ...options, people: true },
      onceBegun((one) => void news.push(one)),
    );
    push(camera, ORDER.look, 5);
    await vi.waitFor(() => expect(news).toMatchObject([{ type: 'person', at: 5, score: 0 }]), 20_000);
    expect(await camera.info()).toMatchObject({ model: 'scripted' });
    await watcher[Symbol.asyncDispose]();
  });
});
