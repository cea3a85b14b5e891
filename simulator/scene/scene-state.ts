/** What happens on the porch: pure, so that a moment of a visit can be asked for without drawing it. */

export const ACTS = ['arrive', 'ring', 'deliver', 'take', 'leave'] as const;
export type Act = (typeof ACTS)[number];

/** How long each act takes, in ms. */
export const ACT_MS: Readonly<Record<Act, number>> = {
  arrive: 3200,
  ring: 2000,
  deliver: 3200,
  take: 3200,
  leave: 3200,
};

/** A visitor at one moment. */
export interface Visitor {
  /** Where the feet are, as a part of the picture's width; above 1 is out of the picture, to the right. */
  x: number;
  /** -1 looks left, to the door; 0 to the camera; 1 right, away. */
  facing: -1 | 0 | 1;
  /** Phase of the walk in steps; undefined while standing. */
  step?: number;
  /** How far the arm is raised to the bell, 0 to 1. */
  reach: number;
  /** How deep the visitor bends down to the mat, 0 to 1. */
  bend: number;
  carrying: boolean;
}

/** One moment of the scene. */
export interface Moment {
  visitor?: Visitor;
  parcelOnMat: boolean;
}

/** An act that began from a situation. */
export interface Scene {
  /** Undefined while nothing happens. */
  act?: Act;
  /** Monotonic ms. */
  startedAt: number;
  /** Whether the visitor stood at the door when the act began. */
  present: boolean;
  carrying: boolean;
  parcelOnMat: boolean;
}

export const EMPTY_SCENE: Scene = { startedAt: 0, present: false, carrying: false, parcelOnMat: false };

const OUTSIDE = 1.12;
const AT_BELL = 0.555;
const AT_MAT = 0.42;
const STEPS_PER_WALK = 7;

/** Begins an act at `now`; what was going on is taken as done. */
export function begin(scene: Scene, act: Act, now: number): Scene {
  const settled = settle(scene);
  // A courier comes with a parcel; whoever comes while one lies there comes without.
  const carrying = act === 'arrive' ? !settled.parcelOnMat : settled.carrying;
  return { ...settled, act, startedAt: now, carrying };
}

/** The situation once the running act is over. */
export function settle(scene: Scene): Scene {
  const { act: _, ...rest } = scene;
  switch (scene.act) {
    case 'arrive':
    case 'ring':
      return { ...rest, present: true };
    case 'deliver':
      return { ...rest, present: true, carrying: false, parcelOnMat: true };
    case 'take':
      return { ...rest, present: true, carrying: scene.parcelOnMat || scene.carrying, parcelOnMat: false };
    case 'leave':
      return { ...rest, present: false, carrying: false };
    default:
      return scene;
  }
}

/** What is to be seen at `now`. */
export function momentAt(scene: Scene, now: number): Moment {
  const { act, present, carrying, parcelOnMat } = scene;
  if (act === undefined) {
    return present ? { visitor: standing(carrying), parcelOnMat } : { parcelOnMat };
  }
  const part = (now - scene.startedAt) / ACT_MS[act];
  if (part >= 1) return momentAt(settle(scene), now);
  const p = Math.max(0, part);
  switch (act) {
    case 'arrive':
      return { visitor: walking(OUTSIDE, AT_BELL, p, -1, carrying), parcelOnMat };
    case 'leave':
      return { visitor: walking(AT_BELL, OUTSIDE, p, 1, carrying), parcelOnMat };
    case 'ring':
      return { visitor: { ...standing(carrying), facing: -1, reach: thereAndBack(p, 0.35) }, parcelOnMat };
    case 'deliver':
      return atMat(p, carrying, parcelOnMat, (reached) => (reached ? 'mat' : 'hand'));
    case 'take':
      return atMat(p, carrying, parcelOnMat, (reached) => (reached ? 'hand' : 'mat'));
  }
}

function standing(carrying: boolean): Visitor {
  return { x: AT_BELL, facing: 0, reach: 0, bend: 0, carrying };
}

function walking(from: number, to: number, part: number, facing: -1 | 1, carrying: boolean): Visitor {
  return {
    x: from + (to - from) * easeInOut(part),
    facing,
    step: part * STEPS_PER_WALK,
    reach: 0,
    bend: 0,
    carrying,
  };
}

/** Steps to the mat, bends down, comes up, steps back; `place` says where the parcel is before and after the deepest bend. */
function atMat(
  part: number,
  carrying: boolean,
  parcelOnMat: boolean,
  place: (reached: boolean) => 'mat' | 'hand',
): Moment {
  const aside = thereAndBack(part, 0.25);
  const down = Math.min(1, Math.max(0, (part - 0.25) / 0.5));
  const hasParcel = carrying || parcelOnMat;
  const where = hasParcel ? place(part >= 0.5) : undefined;
  const moving = part < 0.25 || part > 0.75;
  return {
    visitor: {
      x: AT_BELL + (AT_MAT - AT_BELL) * aside,
      facing: -1,
      ...(moving && { step: part * 8 }),
      reach: 0,
      bend: thereAndBack(down, 0.5),
      carrying: where === 'hand',
    },
    parcelOnMat: where === 'mat',
  };
}

/** 0 -> 1 over the first `edge`, stays, and 1 -> 0 over the last. */
function thereAndBack(part: number, edge: number): number {
  return easeInOut(Math.min(1, part / edge, (1 - part) / edge));
}

function easeInOut(part: number): number {
  return part * part * (3 - 2 * part);
}
