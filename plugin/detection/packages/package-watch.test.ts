import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SmallFrame } from '../../camera/contract.ts';
import type { Detected, PackageNews } from '../contract.ts';
import { createPackageWatch } from './package-watch.ts';

const WIDTH = 160;
const HEIGHT = 90;
const START = 1_700_000_000_000;
const EVERYWHERE = { doorstep: [], motion: [], ignore: [] };
const AS_SHIPPED = { motion: 0, person: 0, package: 0 };

interface Thing {
  x: number;
  y: number;
  width: number;
  height: number;
  light: number;
  cb: number;
}

interface Moment {
  parcels: Thing[];
  /** Left side of the person, who is 24 wide and reaches from 20 to the bottom. */
  person?: number;
  gain?: number;
  gray?: boolean;
}

const parcel: Thing = { x: 60, y: 62, width: 22, height: 14, light: 150, cb: 105 };

/** A porch of boards and a wall, with noise that depends on the picture's number alone. */
function draw({ parcels, person, gain = 1, gray = false }: Moment, index: number): SmallFrame {
  const luma = new Uint8Array(WIDTH * HEIGHT);
  const cb = new Uint8Array((WIDTH * HEIGHT) / 4).fill(gray ? 128 : 124);
  const cr = new Uint8Array((WIDTH * HEIGHT) / 4).fill(gray ? 128 : 132);
  let noise = index * 7919 + 1;
  const put = (x: number, y: number, light: number, blue?: number) => {
    luma[y * WIDTH + x] = light;
    if (blue !== undefined && !gray) cb[(y >> 1) * (WIDTH / 2) + (x >> 1)] = blue;
  };
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++)
      put(x, y, y < 40 ? 120 + (x % 40) / 4 : 85 + (y % 10 < 2 ? -18 : ((x * 7) % 13) - 6));
  }
  for (const { x, y, width, height, light, cb: blue } of parcels) {
    for (let dy = 0; dy < height; dy++) {
      for (let dx = 0; dx < width; dx++) {
        const tape = Math.abs(dx - width / 2) < 2 ? 40 : 0;
        put(x + dx, y + dy, light + (dy < 4 ? 25 : 0) + tape, blue);
      }
    }
  }
  if (person !== undefined) {
    for (let y = 20; y < HEIGHT; y++) {
      for (let x = Math.max(0, person); x < Math.min(WIDTH, person + 24); x++) {
        put(x, y, 40 + (x - person) * 3 + (index % 2) * 4, 150);
      }
    }
  }
  for (let i = 0; i < luma.length; i++) {
    noise = (Math.imul(noise, 1103515245) + 12345) >>> 0;
    luma[i] = Math.max(0, Math.min(255, gain * (luma[i] as number) + (noise >>> 30) - 1.5));
  }
  return { width: WIDTH, height: HEIGHT, at: START + index * 200, luma, cb, cr };
}

/** Somebody comes from the left, is at x = 56 for three seconds, and leaves; the parcel changes while they are there. */
function visit({ before, after }: { before: Thing[]; after: Thing[] }): Moment[] {
  const moments: Moment[] = [];
  for (let i = 0; i < 15; i++) moments.push({ parcels: before });
  for (let x = -16; x < 56; x += 8) moments.push({ parcels: before, person: x });
  for (let i = 0; i < 15; i++) moments.push({ parcels: i < 7 ? before : after, person: 56 + (i % 3) });
  for (let x = 48; x > -24; x -= 8) moments.push({ parcels: after, person: x });
  for (let i = 0; i < 25; i++) moments.push({ parcels: after });
  return moments;
}

const calm = (parcels: Thing[], count: number): Moment[] =>
  Array.from({ length: count }, () => ({ parcels }));

interface Run {
  people?: boolean;
  /** Whether the model sees the person. */
  sees?: boolean;
  /** Whether the model knows packages, too. */
  knowsPackages?: boolean;
  memory?: string;
  alter?: (frame: SmallFrame) => SmallFrame;
}

function run(
  moments: readonly Moment[],
  { people = true, sees = true, knowsPackages = false, memory, alter }: Run = {},
) {
  let ids = 0;
  const watch = createPackageWatch({
    ...{ zones: EVERYWHERE, leanings: AS_SHIPPED, newId: () => `id${++ids}` },
    ...(memory !== undefined && { memory }),
  });
  const news: PackageNews[] = [];
  let last: string | undefined;
  let confirmed = true;
  for (const [index, moment] of moments.entries()) {
    const frame = draw(moment, index);
    const active = moment.person !== undefined;
    const step = watch.push(alter ? alter(frame) : frame, { people, lightChanged: false, active });
    news.push(...step.news);
    last = step.memory ?? last;
    confirmed = step.confirmed;
    if (!people || (index % 3 !== 0 && !step.look)) continue;
    const { person } = moment;
    const seen: Detected[] =
      person === undefined || !sees
        ? []
        : [
            {
              label: 'person',
              score: 0.5,
              box: { left: person / WIDTH, top: 0.2, right: (person + 24) / WIDTH, bottom: 1 },
            },
          ];
    const packages: Detected[] = (knowsPackages ? moment.parcels : []).map(({ x, y, width, height }) => ({
      ...{ label: 'package', score: 0.7 },
      box: {
        ...{ left: x / WIDTH, top: y / HEIGHT },
        ...{ right: (x + width) / WIDTH, bottom: (y + height) / HEIGHT },
      },
    }));
    watch.seen({ at: frame.at, people: seen, packages, ...(step.look && { part: step.look }) });
  }
  return { news, memory: last, confirmed, watch };
}

const phases = (news: readonly PackageNews[]) => news.map(({ phase }) => phase);

describe('a visit', () => {
  const leftAt = START + (15 + 9 + 15 + 9) * 200;

  test('brings a parcel: told once, at its place, soon after they left', () => {
    const { news, confirmed } = run(visit({ before: [], after: [parcel] }));
    expect(news).toHaveLength(1);
    const [told] = news as [PackageNews];
    expect(told).toMatchObject({ phase: 'delivered', rule: 'new-after-visit', count: 1 });
    expect(told.decidedAt - leftAt).toBeLessThan(5000);
    expect(told.box.left).toBeCloseTo(parcel.x / WIDTH, 1);
    expect(told.box.bottom).toBeCloseTo((parcel.y + parcel.height) / HEIGHT, 1);
    expect(told.before.rgb).toHaveLength(told.before.width * told.before.height * 3);
    expect(confirmed).toBe(true);
  });

  test('a model that knows packages settles it', () => {
    const { news } = run(visit({ before: [], after: [parcel] }), { knowsPackages: true });
    expect(news).toMatchObject([{ phase: 'delivered', rule: 'model' }]);
  });

  test('takes a parcel that was never seen to come', () => {
    const { news } = run(visit({ before: [parcel], after: [] }));
    expect(news).toMatchObject([{ phase: 'removed', rule: 'gone-after-visit', count: 0 }]);
  });

  test('leaves nothing: nothing is told', () => {
    expect(run(visit({ before: [], after: [] })).news).toEqual([]);
    expect(run(visit({ before: [parcel], after: [parcel] })).news).toEqual([]);
  });

  test('brings one and another takes it: the same package', () => {
    const { news } = run([
      ...visit({ before: [], after: [parcel] }),
      ...calm([parcel], 40),
      ...visit({ before: [parcel], after: [] }),
    ]);
    expect(phases(news)).toEqual(['delivered', 'removed']);
    expect(news[1]).toMatchObject({ packageId: news[0]?.packageId, rule: 'back-as-before', count: 0 });
  });

  test('brings two at once, of which one is taken: it is counted', () => {
    const other = { ...parcel, x: 110, light: 40, cb: 140 };
    const { news } = run([
      ...visit({ before: [], after: [parcel] }),
      ...visit({ before: [parcel], after: [parcel, { ...other, x: 88 }] }),
      ...visit({ before: [parcel, { ...other, x: 88 }], after: [{ ...other, x: 88 }] }),
    ]);
    expect(news.map(({ phase, count }) => [phase, count])).toEqual([
      ['delivered', 1],
      ['delivered', 2],
      ['removed', 1],
    ]);
  });
});

describe('without a visit', () => {
  test('what appears is not a package', () => {
    const { news } = run([...calm([], 20), ...calm([parcel], 80)]);
    expect(news).toEqual([]);
  });

  test('hands alone are believed where nobody looks for people', () => {
    const { news } = run(visit({ before: [], after: [parcel] }), { people: false });
    expect(phases(news)).toEqual(['delivered']);
  });

  test('hands alone: what shows above and below something clear is one thing, side by side they are two', () => {
    const piece = { ...parcel, width: 14, height: 12 };
    const apart = (dx: number, dy: number) => [piece, { ...piece, x: piece.x + dx, y: piece.y + dy }];
    const told = (after: Thing[]) => phases(run(visit({ before: [], after }), { people: false }).news);
    expect(told(apart(2, -34))).toEqual(['delivered']);
    expect(told(apart(50, 0))).toEqual(['delivered', 'delivered']);
  });

  test('threads that sway beside it are nobody who is still busy there', () => {
    const moments = visit({ before: [], after: [parcel] });
    const lastVisible = START + (15 + 9 + 15 + 8) * 200;
    const { news } = run(moments, { people: false, alter: withThreads });
    expect(phases(news)).toEqual(['delivered']);
    expect(news[0]?.decidedAt).toBeLessThan(lastVisible + 4000);
  });
});

/** Thin bright threads on both sides of the parcel that sway. */
function withThreads(frame: SmallFrame): SmallFrame {
  const luma = frame.luma.slice();
  const sway = 4 * (Math.floor((frame.at - START) / 400) % 2);
  for (const x of [parcel.x - 8 + sway, parcel.x + parcel.width + 2 + sway]) {
    for (let y = 30; y < HEIGHT; y++) luma.fill(210, y * WIDTH + x, y * WIDTH + x + 2);
  }
  return { ...frame, luma };
}

describe('other light', () => {
  test('a change of exposure is nothing', () => {
    const moments = visit({ before: [parcel], after: [parcel] }).map((moment, i) => ({
      ...moment,
      gain: i > 20 ? 0.7 : 1,
    }));
    expect(run(moments).news).toEqual([]);
  });

  test('a parcel is found in infrared as well, and stays known', () => {
    const moments = [
      ...visit({ before: [], after: [parcel] }),
      ...calm([parcel], 40).map((moment) => ({ ...moment, gray: true, gain: 1.3 })),
    ];
    const { news, confirmed } = run(moments);
    expect(phases(news)).toEqual(['delivered']);
    expect(confirmed).toBe(true);
  });

  test('darkness is no removal, only doubt', () => {
    const moments = [
      ...visit({ before: [], after: [parcel] }),
      ...calm([], 40).map((moment) => ({ ...moment, gain: 0.02 })),
    ];
    const { news, confirmed } = run(moments);
    expect(phases(news)).toEqual(['delivered']);
    expect(confirmed).toBe(false);
  });
});

test('after a restart a package is still known', () => {
  const { memory, news } = run(visit({ before: [], after: [parcel] }));
  const after = run(visit({ before: [parcel], after: [] }), { memory: memory as string });
  expect(after.news).toMatchObject([
    { phase: 'removed', rule: 'back-as-before', packageId: news[0]?.packageId },
  ]);
});

describe('whatever the parcel', () => {
  const parcels = fc.record({
    x: fc.integer({ min: 30, max: 100 }),
    y: fc.integer({ min: 48, max: 66 }),
    width: fc.integer({ min: 14, max: 34 }),
    height: fc.integer({ min: 10, max: 20 }),
    light: fc.constantFrom(20, 45, 140, 190),
    cb: fc.integer({ min: 100, max: 150 }),
  });
  const others = { delivered: 'removed', removed: 'delivered', corrected: 'corrected' } as const;

  test('backwards in time it is the opposite', () => {
    fc.assert(
      fc.property(parcels, (thing) => {
        const there = visit({ before: [], after: [thing] });
        const forward = run(there, { people: false }).news;
        const back = run(there.toReversed(), { people: false }).news;
        expect(phases(forward)).toEqual(['delivered']);
        expect(phases(back)).toEqual(phases(forward).map((phase) => others[phase]));
      }),
      { numRuns: 6, seed: 5 },
    );
  });

  test('in a mirror and in other light it is the same', () => {
    fc.assert(
      fc.property(parcels, fc.double({ min: 0.7, max: 1.2, noNaN: true }), (thing, gain) => {
        const plain = run(visit({ before: [], after: [thing] }), { people: false }).news;
        const lit = visit({ before: [], after: [thing] }).map((moment) => ({ ...moment, gain }));
        const other = run(lit, { people: false, alter: mirrored }).news;
        expect(phases(other)).toEqual(phases(plain));
      }),
      { numRuns: 4, seed: 6 },
    );
  });

  test('nobody near it, nothing told', () => {
    fc.assert(
      fc.property(parcels, (thing) => {
        expect(run(visit({ before: [], after: [thing] }), { sees: false }).news).toEqual([]);
      }),
      { numRuns: 4, seed: 7 },
    );
  });
});

function mirrored(frame: SmallFrame): SmallFrame {
  const flip = (plane: Uint8Array, width: number) =>
    plane.map((_, i) => plane[i - (i % width) + width - 1 - (i % width)] as number);
  return {
    ...frame,
    luma: flip(frame.luma, WIDTH),
    cb: flip(frame.cb, WIDTH / 2),
    cr: flip(frame.cr, WIDTH / 2),
  };
}
