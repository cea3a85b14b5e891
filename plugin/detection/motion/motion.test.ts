import { expect, test } from 'vitest';
import {
  dice,
  type Happening,
  PICTURES_A_SECOND,
  PORCH,
  porchFrame,
} from '../../../test/support/drawn-porch.ts';
import { grayFrame } from '../../../test/support/small-frame.ts';
import { MotionDetector, type MotionOptions } from './motion.ts';

const OPTIONS: MotionOptions = {
  zones: { doorstep: [], motion: [], ignore: [] },
  leanings: { motion: 0, person: 0, package: 0 },
  smallest: 0.1,
  shortestMs: 600,
};
const roll = dice(3);

/** Plays a scene; the seconds in which there was motion, and those in which the light changed. */
function watch(seconds: number, happening: Happening, options: Partial<MotionOptions> = {}) {
  const detector = new MotionDetector({ ...OPTIONS, ...options });
  const moving: number[] = [];
  const light: number[] = [];
  const heights: number[] = [];
  for (let index = 0; index < seconds * PICTURES_A_SECOND; index++) {
    const second = index / PICTURES_A_SECOND;
    const reading = detector.push(porchFrame(second, happening));
    if (reading.lightChanged) light.push(second);
    if (!reading.motion) continue;
    moving.push(second);
    heights.push(reading.motion.scores.height ?? 0);
  }
  return { moving, light, heights };
}

const nothing: Happening = () => {};
/** From a second on. */
const from =
  (second: number, happening: Happening): Happening =>
  (picture, now) => {
    if (now >= second) happening(picture, now - second);
  };

/** One after the other, over the same picture. */
const both =
  (first: Happening, second: Happening): Happening =>
  (picture, now) => {
    first(picture, now);
    second(picture, now);
  };

const bush: Happening = (picture, second) => {
  for (let leaf = 0; leaf < 12; leaf++) {
    picture.spot(250 + leaf * 5 + 4 * Math.sin(second * 3 + leaf), 60 + ((leaf * 37) % 60), 6, -60);
  }
};

const dusk: Happening = (picture) => picture.light((luma) => 12 + luma * 0.2);
const walk =
  (speed: number, height: number, look = {}): Happening =>
  (picture, second) =>
    picture.person(-10 + second * speed, 172, height, second * 7, look);

test.each<[string, Happening]>([
  ['somebody walks across', from(5, walk(40, 80))],
  ['a child walks across', from(5, walk(30, 42))],
  ['somebody walks slowly', from(5, walk(12, 80))],
  ['somebody runs', from(5, walk(110, 80))],
  ['somebody in a coat like the wall', from(5, walk(35, 80, { coat: 124, legs: 120, face: 135 }))],
  ['somebody at dusk', both(from(5, walk(35, 80)), dusk)],
  [
    'somebody comes up to the bell until the picture is full of them',
    from(5, (picture, second) => picture.person(160, 175 + second * 15, 50 + second * 60, second * 7)),
  ],
  ['somebody beside a swaying bush', both(bush, from(5, walk(40, 80)))],
])('%s: motion within three seconds', (_, happening) => {
  const { moving } = watch(13, happening);
  expect(moving[0]).toBeGreaterThan(5);
  expect(moving[0]).toBeLessThan(8);
  expect(moving.length).toBeGreaterThan(2);
});

test.each<[string, Happening]>([
  ['noise', nothing],
  ['dusk', dusk],
  ['exposure up in one step', from(6, (picture) => picture.light((luma) => luma * 1.3 + 6))],
  ['exposure down in one step', from(6, (picture) => picture.light((luma) => luma * 0.5))],
  [
    'exposure that swings',
    (picture, second) => picture.light((luma) => luma * (1 + 0.3 * Math.sin(second / 2))),
  ],
  [
    'a lamp, on and off',
    (picture, second) => {
      const on = second > 5 && second < 10;
      picture.light(
        (luma, x, y) => luma * (on ? 0.3 + 0.9 * Math.exp(-Math.hypot(x - 250, y - 20) / 150) : 0.2),
      );
    },
  ],
  [
    'a switch to infrared and back',
    (picture, second) => {
      if (second < 5 || second > 10) return;
      picture.colour = 0;
      picture.light(
        (luma, x, y) => (luma > 100 ? 220 - luma : 190 - luma) * (1.2 - Math.hypot(x - 160, y - 90) / 300),
      );
    },
  ],
  [
    'headlights that sweep over the wall',
    from(5, (picture, second) => {
      const [x, y] = [second * 130 - 60, 75];
      picture.light((luma, column, row) => {
        const light = Math.exp(-(((column - x) / 45) ** 2) - ((row - y) / 45) ** 2);
        return luma * (0.5 + light) + 15 * light;
      });
    }),
  ],
  [
    'an insect that crosses close to the lens',
    from(6, (picture, second) => {
      if (second < 0.5) picture.spot(60 + second * 400, 60 + second * 80, 28, 120);
    }),
  ],
  [
    'a moth around the lamp',
    from(5, (picture, second) => {
      picture.spot(
        160 + 90 * Math.sin(second * 7.3) + 40 * roll(),
        90 + 60 * Math.sin(second * 9.1) + 30 * roll(),
        16,
        110,
      );
    }),
  ],
  [
    'rain',
    from(4, (picture) => {
      for (let drop = 0; drop < 60; drop++)
        picture.fill(roll() * 320, roll() * 180, 1, 8 + roll() * 22, (was) => was + 45);
    }),
  ],
  [
    'snow',
    from(4, (picture) => {
      for (let flake = 0; flake < 50; flake++)
        picture.spot(roll() * 320, roll() * 180, 1.5 + roll() * 2.5, 70);
    }),
  ],
  [
    'a web that sways',
    (picture, second) => {
      const sway = 6 * Math.sin(second * 2.1) + 3 * Math.sin(second * 3.7);
      for (let part = 0; part < 150; part++)
        picture.spot(40 + part / 2 + (sway * part) / 150, part * 0.9, 2, 60);
    },
  ],
  ['a swaying bush', bush],
  [
    'a flag',
    (picture, second) => {
      for (let x = 0; x < 50; x++) {
        const wave = (Math.sin(x / 6 - second * 6) * x) / 12;
        picture.fill(200 + x, 40 + wave, 1, 20, 205);
        picture.fill(200 + x, 60 + wave, 1, 20, 60);
      }
    },
  ],
  [
    'a clock in the corner',
    (picture, second) => {
      const digits = [...new Date(86_390_000 + second * 1000).toISOString().slice(11, 19)];
      for (const [place, digit] of digits.entries()) {
        picture.fill(6 + place * 9, 5, 8, 12, 0);
        for (let dot = 0; dot < 6; dot++) {
          if ((digit.charCodeAt(0) >> dot) & 1)
            picture.fill(7 + place * 9 + (dot % 2) * 4, 6 + (dot >> 1) * 4, 3, 3, 250);
        }
      }
    },
  ],
  [
    'a camera that shakes',
    from(5, (picture, second) =>
      picture.move(Math.round(3 * Math.sin(second * 11)), Math.round(2 * Math.sin(second * 7))),
    ),
  ],
  ['a parcel that lies there all at once', from(6, (picture) => picture.fill(140, 140, 48, 28, 190))],
  ['a bird far away', (picture, second) => picture.fill((second * 30) % 320, 12, 6, 6, 20)],
])('%s is no motion', (_, happening) => {
  expect(watch(15, happening).moving).toEqual([]);
});

test('the light of a lamp is told as such, and somebody who sets it off is still seen', () => {
  const { light, moving } = watch(14, (picture, second) => {
    from(5, walk(30, 80))(picture, second);
    picture.light((luma) => luma * (second < 7 ? 0.35 : 1));
  });
  expect(light[0]).toBeCloseTo(7, 0);
  expect(moving.some((second) => second > 8)).toBe(true);
});

const across = from(5, walk(40, 80));
const area = (left: number, top: number, right: number, bottom: number) =>
  [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;

test.each<[string, Partial<MotionOptions>, boolean]>([
  ['everywhere', {}, true],
  ['where motion counts', { zones: { ...OPTIONS.zones, motion: [area(0.4, 0, 0.8, 1)] } }, true],
  ['where it does not', { zones: { ...OPTIONS.zones, motion: [area(0, 0, 1, 0.4)] } }, false],
  ['where nothing counts', { zones: { ...OPTIONS.zones, ignore: [area(0, 0.3, 1, 1)] } }, false],
  ['too small', { smallest: 0.6 }, false],
  ['too short', { shortestMs: 9500 }, false],
])('motion %s: %o counts: %s', (_, options, counts) => {
  expect(watch(13, across, options).moving.length > 0).toBe(counts);
});

test('how high it was is told', () => {
  const { heights } = watch(10, across);
  expect(Math.max(...heights)).toBeGreaterThan(0.4);
  expect(Math.max(...heights)).toBeLessThan(0.65);
});

test('another size of picture starts anew, tiny ones do no harm, nor does a clock that steps', () => {
  const detector = new MotionDetector(OPTIONS);
  let at = 1_700_000_000_000;
  for (const [width, height] of [
    [PORCH.width, PORCH.height],
    [64, 48],
    [4, 2],
    [162, 90],
    [0, 0],
  ] as const) {
    for (let index = 0; index < 8; index++) {
      at += index === 4 ? -3_600_000 : index === 6 ? 3_600_000 : 200;
      const luma = new Uint8Array(width * height).fill(index % 2 ? 20 : 200);
      expect(detector.push(grayFrame({ width, height, at, luma })).motion).toBeUndefined();
    }
  }
});
