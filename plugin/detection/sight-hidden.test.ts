import { expect, test } from 'vitest';
import {
  type Happening,
  PICTURES_A_SECOND,
  PORCH,
  PORCH_START,
  porchFrame,
} from '../../test/support/drawn-porch.ts';
import type { Polygon } from '../camera/masks.ts';
import type { Crop, Detected, SightNews, SightOptions, SightStep } from './contract.ts';
import { createSight } from './sight.ts';

/** The neighbour's window, brighter than all else, just beside where the parcel is put. */
const WINDOW = { left: 214, top: 130, width: 20, height: 44 };
const BRIGHT = 250;
const AREA: Polygon = [
  [WINDOW.left / PORCH.width, WINDOW.top / PORCH.height],
  [(WINDOW.left + WINDOW.width) / PORCH.width, WINDOW.top / PORCH.height],
  [(WINDOW.left + WINDOW.width) / PORCH.width, (WINDOW.top + WINDOW.height) / PORCH.height],
  [WINDOW.left / PORCH.width, (WINDOW.top + WINDOW.height) / PORCH.height],
];

const options = (hidden: Polygon[]): SightOptions => ({
  zones: { doorstep: [], motion: [], ignore: [], hidden },
  ...{ people: true, packages: true, smallest: 0.1, shortestMs: 600 },
  leanings: { motion: 0, person: 0, package: 0 },
});

/** Comes from the left, stands for six seconds, goes back; brings the parcel while they stand. */
const CAME = 24;
const placeOf = (second: number) =>
  second < CAME
    ? -100
    : second < CAME + 4
      ? (second - CAME) * 40
      : second < CAME + 10
        ? 160
        : 160 - (second - CAME - 10) * 50;
const scene: Happening = (picture, second) => {
  picture.fill(WINDOW.left, WINDOW.top, WINDOW.width, WINDOW.height, BRIGHT);
  if (second >= CAME + 6) {
    picture.fill(182, 148, 28, 22, 150);
    picture.fill(194, 148, 4, 22, 195);
  }
  const walks = second < CAME + 4 || second > CAME + 10;
  picture.person(placeOf(second), 174, 90, walks ? second * 7 : 0);
};
const model = (second: number): Detected[] => {
  const x = placeOf(second) / PORCH.width;
  if (x < -0.05) return [];
  return [{ label: 'person', score: 0.5, box: { left: x - 0.06, top: 0.45, right: x + 0.06, bottom: 0.97 } }];
};

/** Plays it; at some seconds other areas are hidden than before. The camera itself never hides any. */
function play(seconds: number, first: Polygon[], changes: Readonly<Record<number, Polygon[]>>) {
  const sight = createSight(options(first), { newId: (at) => `id-${at}` });
  const news: SightNews[] = [];
  let waiting: SightStep['look'];
  for (let index = 0; index < seconds * PICTURES_A_SECOND; index++) {
    const second = index / PICTURES_A_SECOND;
    const hidden = changes[second];
    if (hidden) sight.configure(options(hidden));
    const asked = waiting;
    waiting = undefined;
    const steps = asked
      ? [sight.looked(asked.frame.at, model((asked.frame.at - PORCH_START) / 1000), asked.part)]
      : [];
    steps.push(sight.push(porchFrame(second, scene)));
    for (const step of steps) {
      news.push(...step.news);
      waiting = step.look ?? waiting;
    }
  }
  return news;
}

const brightIn = ({ rgb }: Crop) => rgb.filter((value, index) => index % 3 === 1 && value > 235).length;
const crops = (news: readonly SightNews[]) =>
  news.flatMap((one) =>
    one.type === 'package'
      ? [one.before, one.after]
      : one.type === 'motion' || one.type === 'person'
        ? (one.crop ?? [])
        : [],
  );
const packages = (news: readonly SightNews[]) => news.filter(({ type }) => type === 'package');

test('the window shows beside the parcel where nobody hides it', () => {
  const news = play(CAME + 22, [], {});
  expect(packages(news)).toMatchObject([{ phase: 'delivered' }]);
  expect(Math.max(...crops(news).map(brightIn))).toBeGreaterThan(20);
});

test.each([
  ['long before', CAME - 14],
  ['just before somebody comes', CAME - 5],
  ['while they stand there', CAME + 4.4],
])('hidden %s, no picture of a decision shows it any more, and the parcel is found', (_, second) => {
  const news = play(CAME + 22, [], { [second]: [AREA] });
  expect(packages(news)).toMatchObject([{ phase: 'delivered' }]);
  const since = news.filter((one) => 'at' in one && one.at >= PORCH_START + second * 1000);
  expect(crops([...since, ...packages(news)]).map(brightIn)).toEqual(
    crops([...since, ...packages(news)]).map(() => 0),
  );
  // The visit goes on: who stands there leaves once.
  expect(news.filter(({ type }) => type === 'left')).toHaveLength(1);
});

test('shown again, it is learnt anew: neither motion nor a package', () => {
  const news = play(CAME - 1, [AREA], { [CAME - 12]: [] });
  expect(news.filter(({ type }) => type !== 'certainty' && type !== 'memory')).toEqual([]);
});

test('a look under way when all is to be forgotten becomes no news', () => {
  const sight = createSight(options([]));
  let look: SightStep['look'];
  for (let second = 0; !look; second += 0.2) look = sight.push(porchFrame(second, scene)).look;
  sight.forget();
  expect(sight.looked(look.frame.at, model(CAME + 5))).toEqual({ news: [] });
});
