import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Happening,
  PICTURES_A_SECOND,
  PORCH_START,
  porchFrame,
} from '../../test/support/drawn-porch.ts';
import type { SmallFrame } from '../camera/contract.ts';
import type { Detected, SightNews, SightOptions, SightStep } from './contract.ts';
import { createSight } from './sight.ts';

const OPTIONS: SightOptions = {
  zones: { doorstep: [], motion: [], ignore: [] },
  people: true,
  packages: false,
  leanings: { motion: 0, person: 0, package: 0 },
  smallest: 0.1,
  shortestMs: 600,
};

/** What a model would see at a second. */
type Model = (second: number) => Detected[];

/** Plays a scene; a look is answered one picture later. */
function play(seconds: number, happening: Happening, model: Model, options: Partial<SightOptions> = {}) {
  const sight = createSight({ ...OPTIONS, ...options }, { newId: (at) => `id-${at}` });
  const news: SightNews[] = [];
  const looks: SightStep['look'][] = [];
  let waiting: SightStep['look'];
  const take = (step: SightStep) => {
    news.push(...step.news);
    if (!step.look) return;
    expect(waiting).toBeUndefined();
    waiting = step.look;
    looks.push(step.look);
  };
  for (let index = 0; index < seconds * PICTURES_A_SECOND; index++) {
    if (waiting) {
      const { frame, part } = waiting;
      waiting = undefined;
      take(sight.looked(frame.at, model((frame.at - PORCH_START) / 1000), part));
    }
    take(sight.push(porchFrame(index / PICTURES_A_SECOND, happening)));
  }
  return { news, looks, sight };
}

/** Comes from the left from 5 s on, stands before the door from 8 s to 20 s, goes on to the right. */
const placeOf = (second: number) =>
  second < 5 ? -100 : second < 8 ? (second - 5) * 50 : second < 20 ? 150 : 150 + (second - 20) * 50;
const visitor: Happening = (picture, second) => {
  const walks = second < 8 || second > 20;
  picture.person(placeOf(second), 172, 90, walks ? second * 7 : 0);
};
const chair: Detected = {
  label: 'person',
  score: 0.26,
  box: { left: 0.7, top: 0.5, right: 0.8, bottom: 0.8 },
};
const seesVisitor: Model = (second) => {
  const x = placeOf(second) / 320;
  if (x < 0 || x > 1) return [chair];
  return [
    chair,
    { label: 'person', score: 0.5, box: { left: x - 0.06, top: 0.45, right: x + 0.06, bottom: 0.95 } },
  ];
};

const kinds = (news: readonly SightNews[]) =>
  news.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);

test('a visit: motion, somebody with a picture of them, and that they left; furniture is nobody', () => {
  const { news, sight } = play(32, visitor, seesVisitor);
  const people = news.filter((one) => one.type === 'person');
  expect(people).toHaveLength(1);
  expect(people[0]).toMatchObject({ score: 0.5, zone: 'doorstep', crop: { width: expect.any(Number) } });
  expect(people[0]?.crop?.rgb).toHaveLength(
    3 * (people[0]?.crop?.width ?? 0) * (people[0]?.crop?.height ?? 0),
  );
  const [left] = news.filter((one) => one.type === 'left');
  expect(((left?.at ?? 0) - PORCH_START) / 1000).toBeGreaterThan(21);
  expect(((left?.at ?? 0) - PORCH_START) / 1000).toBeLessThan(24.5);
  expect(kinds(news)[0]).toBe('motion');
  expect(sight.info()).toMatchObject({ people: [], packages: [], candidates: [], smallest: 0.1 });
});

test('the first news of motion shows it, and says why it counts', () => {
  const [first, second] = play(12, visitor, () => []).news.filter((one) => one.type === 'motion');
  expect(first).toMatchObject({
    zone: 'doorstep',
    scores: { height: expect.any(Number), seconds: expect.any(Number), contrast: expect.any(Number) },
    crop: { height: expect.any(Number) },
  });
  expect(first?.at).toBeGreaterThan(PORCH_START + 5000);
  expect(second?.crop).toBeUndefined();
});

test('while nothing moves there is hardly a look; something small that moves is looked at closely', () => {
  expect(
    play(
      20,
      () => {},
      () => [],
    ).looks.length,
  ).toBeLessThan(6);
  const child: Happening = (picture, second) => picture.person(-10 + second * 25, 172, 45, second * 7);
  const { looks } = play(10, child, () => []);
  const part = looks.find((look) => look?.part)?.part;
  expect(part).toBeDefined();
  expect((part?.right ?? 1) - (part?.left ?? 0)).toBeLessThan(0.7);
});

test('nobody is looked for where that is not wanted', () => {
  const { looks, news } = play(12, visitor, seesVisitor, { people: false });
  expect(looks).toEqual([]);
  expect(kinds(news)).toEqual(['motion']);
});

test('an answer that nobody waits for, or to a look that failed, is no news', () => {
  const sight = createSight(OPTIONS);
  expect(sight.looked(PORCH_START, [chair])).toEqual({ news: [] });
  const { look } = sight.push(porchFrame(0, () => {}));
  expect(look).toBeDefined();
  sight.notLooked();
  expect(sight.looked(look?.frame.at ?? 0, [chair])).toEqual({ news: [] });
});

test('the same clip twice gives the same news', () => {
  const all = { packages: true };
  expect(play(14, visitor, seesVisitor, all).news).toEqual(play(14, visitor, seesVisitor, all).news);
});

test('whatever the pictures, their times and the answers: nothing breaks, and one look at a time', () => {
  const frames = Array.from({ length: 4 }, (_, second) => porchFrame(second * 2 + 4, visitor));
  const small: SmallFrame = {
    width: 32,
    height: 18,
    at: 0,
    luma: new Uint8Array(576),
    cb: new Uint8Array(144),
    cr: new Uint8Array(144),
  };
  const step = fc.record({
    frame: fc.constantFrom(...frames, small),
    after: fc.oneof({ weight: 8, arbitrary: fc.constant(200) }, fc.integer({ min: -1e9, max: 1e9 })),
    answer: fc.constantFrom('none', 'nobody', 'somebody', 'failed'),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const sight = createSight({ ...OPTIONS, packages: true });
      let at = PORCH_START;
      let waiting: SightStep['look'];
      for (const { frame, after, answer } of steps) {
        at += after;
        if (waiting && answer !== 'none') {
          const { frame: asked, part } = waiting;
          waiting = undefined;
          if (answer === 'failed') sight.notLooked();
          else sight.looked(asked.at, answer === 'somebody' ? [chair] : [], part);
        }
        waiting = sight.push({ ...frame, at }).look ?? waiting;
        const { motion } = sight.info();
        expect(motion.cells).toHaveLength(motion.columns * motion.rows);
      }
    }),
    { numRuns: 25 },
  );
});
