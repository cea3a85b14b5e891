/** Packages that went without the eyes seeing it, in drawn pictures. */
import { expect, test } from 'vitest';
import { type Happening, PICTURES_A_SECOND, porchFrame } from '../../../test/support/drawn-porch.ts';
import type { PackageNews } from '../contract.ts';
import { createPackageWatch } from './package-watch.ts';

const box =
  (left: number, light: number): Happening =>
  (picture) => {
    picture.fill(left, 146, 44, 26, light);
    picture.fill(left + 18, 146, 6, 26, light - 60);
  };
const EMPTY: Happening = () => {};
const A = box(60, 200);
const B = box(62, 250);

/** Eyes that take hands alone at their word, and what they told. */
function eyes(memory?: string) {
  let ids = 0;
  const watch = createPackageWatch({
    zones: { doorstep: [], motion: [], ignore: [] },
    leanings: { motion: 0, person: 0, package: 0 },
    newId: () => `${memory === undefined ? 'first' : 'later'}${++ids}`,
    ...(memory !== undefined && { memory }),
  });
  const told = {
    ...{ news: [] as PackageNews[], over: [] as string[], confirmed: true },
    memory: undefined as string | undefined,
  };
  let second = 0;
  const show = (seconds: number, happening: Happening) => {
    for (const end = second + seconds; second < end; second += 1 / PICTURES_A_SECOND) {
      const step = watch.push(porchFrame(second, happening), {
        people: false,
        lightChanged: false,
        active: true,
      });
      told.news.push(...step.news);
      told.over.push(...(step.over ?? []));
      told.memory = step.memory ?? told.memory;
      told.confirmed = step.confirmed;
    }
  };
  return { watch, told, show, known: () => watch.info().packages.map(({ id }) => id) };
}

/** Eyes that saw A come. */
function withA() {
  const first = eyes();
  first.show(6, EMPTY);
  first.show(6, A);
  const [came] = first.told.news;
  if (!came || first.told.memory === undefined) throw new Error('The package was not seen to come.');
  return { ...first, came, memory: first.told.memory };
}

test('taken while the hub was off: told soon after it looks again, as seen by nobody', () => {
  const { came, memory } = withA();
  const { told, show, known } = eyes(memory);
  show(5, EMPTY);
  expect([told.news, told.confirmed, known()]).toEqual([[], false, [came.packageId]]);
  show(25, EMPTY);
  expect(told.news).toMatchObject([
    {
      ...{ phase: 'removed', rule: 'back-as-before', packageId: came.packageId, count: 0 },
      unseenSince: came.at,
    },
  ]);
  expect([told.confirmed, known()]).toEqual([true, []]);
  expect(told.memory).not.toContain(came.packageId);
});

test('still there when the hub looks again: it stays', () => {
  const { came, memory } = withA();
  const { told, show, known } = eyes(memory);
  show(40, A);
  expect([told.news, told.confirmed, known()]).toEqual([[], true, [came.packageId]]);
});

test('gone by the word of the household: the eyes see it go without a word, and tell of the next', () => {
  const { watch, told, show, came, known } = withA();
  const memory = watch.gone([came.packageId]);
  expect(known()).toEqual([]);
  expect(eyes(memory).known()).toEqual([]);
  show(10, A);
  show(8, EMPTY);
  expect(told.news).toHaveLength(1);
  show(8, B);
  show(8, EMPTY);
  expect(told.news.slice(1)).toMatchObject([
    { phase: 'delivered', count: 1 },
    { phase: 'removed', packageId: told.news[1]?.packageId, count: 0 },
  ]);
});

test('one that comes to the place of one that nobody can see takes its place', () => {
  const { came, memory } = withA();
  const { told, show, known } = eyes(memory);
  show(8, EMPTY);
  show(6, B);
  expect(told.over).toEqual([came.packageId]);
  expect(told.news).toMatchObject([{ phase: 'delivered', count: 1 }]);
  expect(known()).toEqual([told.news[0]?.packageId]);
});
