import { describe, expect, it } from 'vitest';
import { GRID, MAT_SPOT, PARCEL, STEP_LENGTH } from './layout.ts';
import { poseOf } from './pose.ts';
import { ACT_MS, type Act, begin, EMPTY_SCENE, momentAt, type Scene } from './scene-state.ts';

/** Plays acts one after the other from time 0; gives the scene and the time after the last. */
function play(...acts: Act[]): { scene: Scene; end: number } {
  let scene = EMPTY_SCENE;
  let end = 0;
  for (const act of acts) {
    scene = begin(scene, act, end);
    end += ACT_MS[act];
  }
  return { scene, end };
}

describe('after its acts a scene shows', () => {
  it.each<[Act[], { visitor: boolean; carrying?: boolean; parcelOnMat: boolean }]>([
    [[], { visitor: false, parcelOnMat: false }],
    [['arrive'], { visitor: true, carrying: true, parcelOnMat: false }],
    [['arrive', 'ring'], { visitor: true, carrying: true, parcelOnMat: false }],
    [['arrive', 'deliver'], { visitor: true, carrying: false, parcelOnMat: true }],
    [['arrive', 'ring', 'deliver', 'leave'], { visitor: false, parcelOnMat: true }],
    [['arrive', 'deliver', 'leave', 'arrive'], { visitor: true, carrying: false, parcelOnMat: true }],
    [['arrive', 'deliver', 'leave', 'arrive', 'take'], { visitor: true, carrying: true, parcelOnMat: false }],
    [['arrive', 'deliver', 'leave', 'arrive', 'take', 'leave'], { visitor: false, parcelOnMat: false }],
    [['take'], { visitor: true, carrying: false, parcelOnMat: false }],
    [['come', 'deliver', 'leave'], { visitor: false, parcelOnMat: false }],
    [
      ['arrive', 'deliver', 'leave', 'arrive', 'deliver'],
      { visitor: true, carrying: false, parcelOnMat: true },
    ],
    [['come', 'stand'], { visitor: true, carrying: false, parcelOnMat: false }],
  ])('%j', (acts, { visitor, carrying, parcelOnMat }) => {
    const { scene, end } = play(...acts);
    const moment = momentAt(scene, end + 1000);
    expect(moment.visitor !== undefined).toBe(visitor);
    expect(moment.visitor?.carrying).toBe(carrying);
    expect(moment.parcelOnMat).toBe(parcelOnMat);
  });
});

it('shows the courier with a parcel, and somebody else without', () => {
  expect(momentAt(play('arrive').scene, 100).visitor?.who).toBe('courier');
  expect(momentAt(play('come').scene, 100).visitor?.who).toBe('neighbour');
});

it('puts each foot where the last step ended: as far as the steps reach, so far goes the body', () => {
  const { scene } = play('arrive');
  const [one, other] = [1200, 1800].map((ms) => momentAt(scene, ms).visitor);
  const way = ((one?.x ?? 0) - (other?.x ?? 0)) * GRID.width;
  expect(way).toBeCloseTo(((other?.step ?? 0) - (one?.step ?? 0)) * STEP_LENGTH);
});

it('has the parcel in the hands at the place where it will lie, when bent all the way', () => {
  const { scene } = play('arrive', 'deliver');
  const { visitor } = momentAt(scene, scene.startedAt + ACT_MS.deliver / 2 - 1);
  const parcel = visitor && poseOf(visitor).parcel;
  expect(parcel?.x).toBeCloseTo(MAT_SPOT.x, 0);
  expect(parcel?.y).toBeCloseTo(MAT_SPOT.y, 0);
  expect(parcel?.width).toBeCloseTo(PARCEL.width, 0);
});

it('walks in from outside the picture and stops at the bell', () => {
  const { scene } = play('arrive');
  const places = [0, 0.25, 0.5, 0.75, 1].map((part) => momentAt(scene, part * ACT_MS.arrive).visitor?.x ?? 0);
  expect(places[0]).toBeGreaterThan(1);
  expect(places).toEqual([...places].sort((a, b) => b - a));
  expect(places.at(-1)).toBeLessThan(0.6);
});

it('has the arm at the bell in the middle of ringing, and down at its ends', () => {
  const { scene } = play('ring');
  const reach = (part: number) => momentAt(scene, part * ACT_MS.ring).visitor?.reach ?? -1;
  expect([reach(0), reach(0.5), reach(1)]).toEqual([0, 1, 0]);
});

it('never shows a parcel twice or loses it while it changes places', () => {
  for (const acts of [
    ['arrive', 'deliver'],
    ['arrive', 'deliver', 'take'],
  ] as const) {
    const { scene } = play(...acts);
    for (let ms = 0; ms <= ACT_MS.deliver + 200; ms += 40) {
      const { visitor, parcelOnMat } = momentAt(scene, scene.startedAt + ms);
      expect(Number(visitor?.carrying) + Number(parcelOnMat)).toBe(1);
    }
  }
});
