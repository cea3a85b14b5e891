import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import type { Polygon } from '../../camera/masks.ts';
import { isInside } from '../../detection/places.ts';
import type { OriginalFile, RedactedFile } from '../contract.ts';
import type { CommunityFile, CommunityPlan, KnownPlan, Rendered } from './contract.ts';
import { CoverMask } from './cover-mask.ts';
import { communityPlan, makePlan, type RedactionChoice, type RedactionRules } from './make-plan.ts';
import { seenOf } from './seen.ts';

const HOUSE = { zones: [], audioAllowed: true };
const POLICE: RedactionRules = { recipient: 'police', ...HOUSE };
const COMMUNITY: RedactionRules = { recipient: 'community', ...HOUSE };
const box = (left: number, top: number, right: number, bottom: number) => ({ left, top, right, bottom });
const during = { from: 0, to: 1000 };

test('what is asked for with no word is hidden, solid and silent', () => {
  for (const recipient of ['household', 'adviser', 'police', 'community'] as const)
    expect(makePlan({}, { recipient, ...HOUSE })).toMatchObject({
      ...{ base: 'all', open: [], fill: 'solid', audio: false },
      audience: recipient === 'community' ? 'community' : 'known',
    });
});

test.each<[string, RedactionChoice, RedactionRules, string]>([
  ['a community gets no parts', { mode: 'named', moving: true }, COMMUNITY, 'redaction-plan'],
  ['a community gets no heads alone', { mode: 'named', heads: true }, COMMUNITY, 'redaction-plan'],
  ['a community gets no mosaic', { fill: 'mosaic' }, COMMUNITY, 'redaction-plan'],
  ['a community gets no sound', { audio: true }, COMMUNITY, 'redaction-plan'],
  [
    'a community gets no open picture',
    { openings: [{ place: box(0, 0, 1, 1), ...during }] },
    COMMUNITY,
    'redaction-too-open',
  ],
  [
    'nor one that is opened bit by bit',
    { openings: [0, 0.25, 0.5, 0.75].map((left) => ({ place: box(left, 0, left + 0.25, 1), ...during })) },
    COMMUNITY,
    'redaction-too-open',
  ],
  ['nothing is hidden', { mode: 'named' }, POLICE, 'redaction-hides-nothing'],
  ['the house shares no sound', { audio: true }, { ...POLICE, audioAllowed: false }, 'redaction-plan'],
  [
    'openings without a cover',
    { mode: 'named', moving: true, openings: [{ place: box(0, 0, 1, 1), ...during }] },
    POLICE,
    'redaction-plan',
  ],
  [
    'an opening beside the picture',
    { openings: [{ place: box(-0.1, 0, 0.2, 1), ...during }] },
    POLICE,
    'redaction-plan',
  ],
  [
    'an opening that is no number',
    { openings: [{ place: box(Number.NaN, 0, 1, 1), ...during }] },
    POLICE,
    'redaction-plan',
  ],
  [
    'an opening with two corners',
    {
      openings: [
        {
          place: [
            [0, 0],
            [1, 1],
          ],
          ...during,
        },
      ],
    },
    POLICE,
    'redaction-plan',
  ],
  [
    'an opening that ends first',
    { openings: [{ place: box(0, 0, 1, 1), from: 5, to: 5 }] },
    POLICE,
    'redaction-plan',
  ],
  [
    'an opening for ever',
    { openings: [{ place: box(0, 0, 1, 1), from: 0, to: Infinity }] },
    POLICE,
    'redaction-plan',
  ],
  [
    'a zone beside the picture',
    {},
    {
      ...POLICE,
      zones: [
        [
          [0, 0],
          [2, 0],
          [0, 1],
        ],
      ],
    },
    'redaction-plan',
  ],
  ['a mode that there is not', { mode: 'none' as 'all' }, POLICE, 'redaction-plan'],
  ['a mode that there is not, for a community', { mode: 'none' as 'all' }, COMMUNITY, 'redaction-plan'],
])('refused: %s', (_, choice, rules, code) => {
  expect(() => makePlan(choice, rules)).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ code }) }),
  );
});

const SIZE = { width: 64, height: 36 };
const part = fc.double({ min: 0, max: 1, noNaN: true });
const polygon = fc.array(fc.tuple(part, part), { minLength: 3, maxLength: 7 });
const opening = fc
  .tuple(polygon, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 1, max: 500 }))
  .map(([place, from, length]) => ({ place, from, to: from + length }));
const moment = fc.integer({ min: -100, max: 1500 });

/** Squares of the mask that are open, as the middle of each. */
function openPlaces(squares: Uint8Array): [number, number][] {
  const columns = SIZE.width / 2;
  const middle = (at: number, count: number) => (at + 0.5) / count;
  return [...squares].flatMap((hidden, at): [number, number][] =>
    hidden ? [] : [[middle(at % columns, columns), middle(Math.floor(at / columns), SIZE.height / 2)]],
  );
}

test('property: what is open lies in an opening of that time, and in no zone', () => {
  fc.assert(
    fc.property(
      fc.array(opening, { maxLength: 4 }),
      fc.array(polygon, { maxLength: 2 }),
      moment,
      (openings, zones, ms) => {
        const plan = makePlan({ openings }, { ...POLICE, zones });
        const places = openPlaces(new CoverMask(plan, SIZE).at(ms));
        const now = openings
          .filter(({ from, to }) => from <= ms && ms < to)
          .map(({ place }) => place as Polygon);
        expect(places.every((place) => isInside(now, place) && !isInside(zones, place))).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

test('property: of what a community gets, never more than a little over half is open', () => {
  fc.assert(
    fc.property(
      fc.array(opening, { maxLength: 5 }),
      fc.array(moment, { minLength: 1, maxLength: 5 }),
      (openings, times) => {
        let plan: ReturnType<typeof communityPlan>;
        try {
          plan = communityPlan({ openings }, HOUSE);
        } catch {
          return;
        }
        const mask = new CoverMask(plan, SIZE);
        for (const ms of times) expect(openPlaces(mask.at(ms)).length).toBeLessThan(0.56 * 32 * 18);
      },
    ),
    { numRuns: 100 },
  );
});

test('property: heads and what moves are hidden inside of openings, and all is where nothing is known', () => {
  fc.assert(
    fc.property(part, part, part, part, moment, (a, b, c, d, ms) => {
      const found = box(Math.min(a, b), Math.min(c, d), Math.max(a, b), Math.max(c, d));
      const plan = communityPlan(
        { openings: [{ place: box(0, 0, 0.7, 0.7), from: 0, to: 1500 }], heads: true, moving: true },
        HOUSE,
      );
      const looks = Array.from({ length: 10 }, (_, index) => (index === 5 ? [found] : []));
      const seen = seenOf(0, [{ looks, holdMs: 300 }]);
      const places = openPlaces(new CoverMask(plan, SIZE, seen).at(ms));
      if (ms < 0 || ms >= 1200) expect(places).toEqual([]);
      if (ms >= 200 && ms < 900) expect(places.some(([x, y]) => within(found, x, y))).toBe(false);
      expect(openPlaces(new CoverMask(plan, SIZE).at(ms))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

const within = ({ left, top, right, bottom }: ReturnType<typeof box>, x: number, y: number) =>
  x >= left && x < right && y >= top && y < bottom;

test('an opening and a cover reach to the edges of the picture', () => {
  const all = makePlan({ openings: [{ place: box(0, 0, 1, 1), ...during }] }, POLICE);
  expect(openPlaces(new CoverMask(all, SIZE).at(0))).toHaveLength(32 * 18);
  expect(openPlaces(new CoverMask(all, SIZE).at(1000))).toHaveLength(0);
  const zones: Polygon[] = [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ],
  ];
  const hidden = makePlan({ mode: 'named' }, { ...POLICE, zones });
  expect(openPlaces(new CoverMask(hidden, SIZE).at(0))).toHaveLength(0);
});

test('by their types, neither an original nor what was made for others goes to a community', () => {
  expectTypeOf<OriginalFile>().not.toExtend<RedactedFile>();
  expectTypeOf<RedactedFile>().not.toExtend<CommunityFile>();
  expectTypeOf<Rendered<KnownPlan>>().not.toExtend<CommunityFile>();
  expectTypeOf<Rendered<CommunityPlan>>().toExtend<CommunityFile>();
  expectTypeOf<Rendered<CommunityPlan | KnownPlan>>().not.toExtend<CommunityFile>();
});
