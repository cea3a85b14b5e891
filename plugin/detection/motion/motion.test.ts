import { expect, test } from 'vitest';
import { grayFrame } from '../../../test/support/small-frame.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import { MotionDetector } from './motion.ts';

const WIDTH = 160;
const HEIGHT = 90;
const FPS = 5;
const START = 1_700_000_000_000;
const OPTIONS = {
  zones: { doorstep: [], motion: [], ignore: [] },
  leanings: { motion: 0, person: 0, package: 0 },
  smallest: 0.1,
  shortestMs: 600,
};

/** Deterministic noise: the same scene every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const uniform = random(7);
/** Sensor noise of about 3 steps, drawn once. */
const NOISE = Float32Array.from({ length: 65_537 }, () => (uniform() + uniform() + uniform() - 1.5) * 6);

/** A porch: sky, wall, door, floor tiles. */
function porch(light: (luma: number) => number = (luma) => luma): Float64Array {
  const luma = new Float64Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const wall = y < 20 ? 180 : x > 60 && x < 90 && y < 70 ? 60 : y > 65 ? 90 + ((x >> 3) % 2) * 25 : 120;
      luma[y * WIDTH + x] = light(wall);
    }
  }
  return luma;
}

/** The drawn picture, twice as wide and high, with noise. */
function frame(luma: Float64Array, second: number): SmallFrame {
  const start = Math.floor(uniform() * NOISE.length);
  const pixels = new Uint8ClampedArray(4 * luma.length);
  for (let i = 0; i < pixels.length; i++) {
    const x = i % (2 * WIDTH);
    const y = (i - x) / (2 * WIDTH);
    pixels[i] = (luma[(y >> 1) * WIDTH + (x >> 1)] ?? 0) + (NOISE[(start + i) % NOISE.length] ?? 0);
  }
  const size = { width: 2 * WIDTH, height: 2 * HEIGHT };
  return grayFrame({ ...size, at: START + second * 1000, luma: new Uint8Array(pixels.buffer) });
}

function fill(
  luma: Float64Array,
  x0: number,
  y0: number,
  width: number,
  height: number,
  value: number,
): void {
  for (let y = Math.max(0, y0); y < Math.min(HEIGHT, y0 + height); y++) {
    for (let x = Math.max(0, x0); x < Math.min(WIDTH, x0 + width); x++) luma[y * WIDTH + x] = value;
  }
}

/** Digits that change with the seconds, as cameras burn them in. */
function clockOverlay(luma: Float64Array, second: number): void {
  const digits = [...new Date(second * 1000).toISOString().slice(11, 19)];
  digits.forEach((digit, index) => {
    fill(luma, 4 + index * 5, 3, 4, 6, 0);
    const shape = digit.charCodeAt(0);
    for (let bit = 0; bit < 6; bit++) {
      if ((shape >> bit) & 1) fill(luma, 4 + index * 5 + (bit % 2) * 2, 3 + (bit >> 1) * 2, 2, 2, 255);
    }
  });
}

/** A person of 12x34 pixels: dark coat, light face. */
function person(luma: Float64Array, x: number): void {
  fill(luma, x + 3, 34, 6, 7, 200);
  fill(luma, x, 41, 12, 27, 35);
}

/** Runs a scene; returns the seconds in which there was motion. */
function watch(
  seconds: number,
  scene: (second: number, luma: Float64Array) => void,
  light = (_: number) => (l: number) => l,
) {
  const detector = new MotionDetector(OPTIONS);
  const moving: number[] = [];
  const scores: number[] = [];
  for (let index = 0; index < seconds * FPS; index++) {
    const second = index / FPS;
    const luma = porch(light(second));
    scene(second, luma);
    const { motion } = detector.push(frame(luma, second));
    if (motion) {
      moving.push(second);
      scores.push(motion.score);
    }
  }
  return { moving, scores };
}

const empty = () => {};
const step = (at: number, after: (luma: number) => number) => (second: number) => (luma: number) =>
  second < at ? luma : after(luma);

test('a person who walks across is seen, from soon after coming to soon after leaving', () => {
  const { moving, scores } = watch(30, (second, luma) => {
    if (second >= 10 && second < 18) person(luma, Math.round((second - 10) * 20) - 10);
  });
  expect(moving[0]).toBeGreaterThanOrEqual(10);
  expect(moving[0]).toBeLessThan(12);
  expect(moving.at(-1)).toBeGreaterThan(16);
  expect(moving.at(-1)).toBeLessThan(20);
  expect(moving.length).toBeGreaterThan(25);
  expect(Math.max(...scores)).toBeLessThanOrEqual(1);
  expect(Math.min(...scores)).toBeGreaterThan(0);
});

test('a person who comes up to the door until the picture is full of them is seen, however large', () => {
  const { moving } = watch(20, (second, luma) => {
    if (second < 8) return;
    const size = Math.min(1, (second - 8) / 3);
    const [width, height] = [Math.round(size * 150), Math.round(size * 90)];
    fill(luma, 80 - (width >> 1), 90 - height, width, height, 40);
  });
  expect(moving[0]).toBeLessThan(10);
});

test.each<[string, Parameters<typeof watch>[1], Parameters<typeof watch>[2]?]>([
  ['nothing but noise', empty],
  ['a clock in a corner', (second, luma) => clockOverlay(luma, second)],
  ['a clock around midnight', (second, luma) => clockOverlay(luma, 86_400 - 10 + second)],
  ['exposure up in one step', empty, step(10, (luma) => luma * 1.35 + 5)],
  ['exposure down in one step', empty, step(10, (luma) => luma * 0.6)],
  ['exposure that drifts', empty, (second) => (luma) => luma * (1 + 0.3 * Math.sin(second / 3))],
  ['the switch to infrared', empty, step(10, (luma) => (luma > 100 ? 230 - luma : 255 - luma * 2))],
  ['light on, light off', empty, (second) => (luma) => (second > 8 && second < 16 ? luma : luma * 0.3)],
  [
    'an insect for two pictures',
    (second, luma) => {
      if (second >= 10 && second < 10.35) fill(luma, 40, 30, 40, 40, 220);
    },
  ],
  [
    'a parcel that lies there',
    (second, luma) => {
      if (second > 10) fill(luma, 70, 70, 24, 14, 190);
    },
  ],
  ['a bird far away', (second, luma) => fill(luma, (second * 15) % WIDTH, 10, 3, 3, 20)],
  [
    'a swaying plant',
    (second, luma) => {
      for (let leaf = 0; leaf < 8; leaf++)
        fill(luma, 130 + leaf * 3 + Math.round(2 * Math.sin(second * 5 + leaf)), 40, 2, 30, 70);
    },
  ],
])('%s is no motion', (_, scene, light) => {
  expect(watch(60, scene, light).moving).toEqual([]);
});

test('a person is still seen right after the light changed, and beside a ticking clock', () => {
  const { moving } = watch(
    20,
    (second, luma) => {
      clockOverlay(luma, second);
      if (second >= 12) person(luma, Math.round((second - 12) * 20) - 10);
    },
    step(10, (luma) => luma * 0.5),
  );
  expect(moving[0]).toBeGreaterThanOrEqual(12);
  expect(moving[0]).toBeLessThan(14);
});

test('another size of picture starts anew, and tiny ones do no harm', () => {
  const detector = new MotionDetector(OPTIONS);
  for (const [width, height] of [
    [160, 90],
    [64, 48],
    [4, 2],
    [162, 90],
    [0, 0],
  ] as const) {
    for (let index = 0; index < 8; index++) {
      const luma = new Uint8Array(width * height).fill(index % 2 ? 20 : 200);
      const { motion } = detector.push(grayFrame({ width, height, at: START + index * 200, luma }));
      expect(motion).toBeUndefined();
    }
  }
});
