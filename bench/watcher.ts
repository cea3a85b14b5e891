/** What the watcher costs: four times what one camera costs would be too much, since something moves before few of them at once. */
import { setTimeout as wait } from 'node:timers/promises';
import type { SmallFrame } from '../plugin/camera/contract.ts';
import type { SightOptions } from '../plugin/detection/contract.ts';
import { openMoveNet } from '../plugin/detection/models/movenet.ts';
import { startWatcher } from '../plugin/detection/watcher/watcher.ts';
import { type StartChild, startChild } from '../plugin/system/child.ts';
import { systemClock } from '../plugin/system/clock.ts';
import type { Closing } from '../plugin/system/closing.ts';
import { observe } from './observe.ts';
import type { Group, Measured, RowSpec } from './report.ts';
import { summarize } from './statistics.ts';

const SECONDS = 60;
const CAMERAS = 4;
const LOOKS = 50;
/** Something moves for a tenth of the time: 6 of 60 s, with each camera at another time. */
const MOVING = 0.1;
const [WIDTH, HEIGHT] = [320, 180];
const [FIGURE_WIDTH, FIGURE_HEIGHT] = [36, 100];

const ROWS: readonly RowSpec[] = [
  {
    name: 'watcher-cpu-one',
    what: `the watcher with one camera before which something moves ${100 * MOVING} % of the time, over ${SECONDS} s`,
    unit: '% of a core',
    target: 10,
  },
  { name: 'watcher-cpu-four', what: 'the same with four cameras', unit: '% of a core', target: 30 },
  { name: 'watcher-memory', what: 'its resident memory, with four cameras', unit: 'MiB' },
  {
    name: 'watcher-ready',
    what: 'from the first camera to the model being ready: process, model, first look',
    unit: 'ms',
  },
  { name: 'watcher-look', what: 'one look of the person model, median', unit: 'ms' },
];

const options: SightOptions = {
  zones: { doorstep: [], motion: [], ignore: [] },
  ...{ people: true, packages: true, smallest: 0.1, shortestMs: 600 },
  leanings: { motion: 0, person: 0, package: 0 },
};

export const watcher: Group<Closing> = {
  rows: ROWS,
  async measure(closing) {
    const one = await watch(closing, 1);
    const four = await watch(closing, CAMERAS);
    const { median, count } = summarize(await looks(closing));
    const single = (value: number): Measured => ({ value, samples: 1 });
    return {
      'watcher-cpu-one': single(one.cpu),
      'watcher-cpu-four': single(four.cpu),
      'watcher-memory': single(four.memory),
      'watcher-ready': single(one.readyMs),
      'watcher-look': { value: median, samples: count },
    };
  },
};

async function watch(closing: Closing, count: number) {
  let pid = 0;
  const noted: StartChild = (...args) => {
    const child = startChild(...args);
    pid = child.pid ?? 0;
    return child;
  };
  const log = { debug() {}, info() {}, warn: console.error, error: console.error };
  const config = {
    detector: { kind: 'built-in' as const, labels: [], command: [] },
    storagePath: '/nowhere',
  };
  const hub = startWatcher(config, { startChild: noted, clock: systemClock, log });
  closing.use(hub);
  const begun = performance.now();
  const cameras = Array.from({ length: count }, (_, index) => hub.open(`${index}`, options, () => {}));
  while (!(await cameras[0]?.info())?.model) {
    if (hub.problem) throw new Error(`${hub.problem.what} ${hub.problem.cure}`);
    await wait(20);
  }
  const readyMs = performance.now() - begun;
  const timer = setInterval(() => {
    for (const [index, camera] of cameras.entries()) camera.push(draw(Date.now(), index / count));
  }, 200);
  try {
    // The first looks at a new camera are not what it costs.
    await wait(10_000);
    const [family] = await observe([pid], SECONDS);
    return { readyMs, cpu: family?.root.cpu ?? 0, memory: family?.root.memory ?? 0 };
  } finally {
    clearInterval(timer);
    await hub[Symbol.asyncDispose]();
  }
}

/** A wall with noise as of a camera, and now and then somebody square who walks along it. */
function draw(at: number, shift: number): SmallFrame {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  const round = (at / 1000 / SECONDS + shift) % 1;
  const left = round < MOVING ? Math.round((round / MOVING) * (WIDTH - FIGURE_WIDTH)) : WIDTH;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inFigure = y >= HEIGHT - FIGURE_HEIGHT && x >= left && x < left + FIGURE_WIDTH;
      const wall = 110 + 30 * Math.sin(x / 9) * Math.sin(y / 7);
      luma[y * WIDTH + x] =
        (inFigure ? 50 + 20 * Math.sin((x - left + y) / 4) : wall) + 6 * (Math.random() - 0.5);
    }
  }
  const colour = new Uint8Array((WIDTH * HEIGHT) / 4).fill(128);
  return { width: WIDTH, height: HEIGHT, at, luma, cb: colour, cr: colour };
}

async function looks(closing: Closing): Promise<number[]> {
  const detector = closing.use(await openMoveNet());
  const samples: number[] = [];
  for (let look = 0; look < LOOKS; look++) {
    const begun = performance.now();
    await detector.detect(draw(look * 100, 0));
    samples.push(performance.now() - begun);
  }
  return samples;
}
