/** What happens on the porch: pure, so that a moment of a visit can be asked for without drawing it. */
import { GRID, STEP_LENGTH } from './layout.ts';
import type { Who } from './looks.ts';
import { type Around, aroundAt, type Surroundings } from './surroundings.ts';

/** `arrive` brings a parcel unless one lies there already, `come` brings nothing. */
export const ACTS = ['arrive', 'come', 'ring', 'deliver', 'take', 'stand', 'leave'] as const;
export type Act = (typeof ACTS)[number];

/** How long each act takes, in ms. */
export const ACT_MS: Readonly<Record<Act, number>> = {
  arrive: 3200,
  come: 3200,
  ring: 2000,
  deliver: 3200,
  take: 3200,
  stand: 8000,
  leave: 3200,
};

/** Whole visits: a courier, somebody who takes what lies there, somebody who waits and goes. */
export const VISITS = {
  deliver: ['arrive', 'ring', 'deliver', 'leave'],
  take: ['come', 'take', 'leave'],
  stand: ['come', 'stand', 'leave'],
} as const satisfies Record<string, readonly Act[]>;
export type VisitKind = keyof typeof VISITS;
export const VISIT_KINDS = Object.keys(VISITS) as VisitKind[];

/** A visitor at one moment. */
export interface Visitor {
  who: Who;
  /** Where the feet are, as a part of the picture's width; above 1 is out of the picture, to the right. */
  x: number;
  /** -1 looks left, to the door; 0 to the camera; 1 right, away. */
  facing: -1 | 0 | 1;
  /** Phase of the walk in steps; undefined while standing. */
  step?: number;
  /** How long the steps are, 0 to 1. */
  pace: number;
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
  around: Around;
}

/** An act that began from a situation. */
export interface Scene {
  /** Undefined while nothing happens. */
  act?: Act;
  /** Monotonic ms. */
  startedAt: number;
  /** Whether the visitor stood at the door when the act began. */
  present: boolean;
  who: Who;
  carrying: boolean;
  parcelOnMat: boolean;
  surroundings: Surroundings;
}

export const EMPTY_SCENE: Scene = {
  startedAt: 0,
  present: false,
  who: 'courier',
  carrying: false,
  parcelOnMat: false,
  surroundings: { light: 'day', raining: false },
};

type Stage = Omit<Moment, 'around'>;

const OUTSIDE = 1.12;
const AT_BELL = 0.555;
const AT_MAT = 0.43;
/** One step, as a part of the picture's width. */
const STEP = STEP_LENGTH / GRID.width;

/** Begins an act at `now`; what was going on is taken as done. */
export function begin(scene: Scene, act: Act, now: number): Scene {
  const settled = settle(scene);
  const next = { ...settled, act, startedAt: now };
  if (act === 'come') return { ...next, who: 'neighbour', carrying: false };
  if (act !== 'arrive') return next;
  return settled.parcelOnMat
    ? { ...next, who: 'neighbour', carrying: false }
    : { ...next, who: 'courier', carrying: true };
}

/** The situation once the running act is over. */
export function settle(scene: Scene): Scene {
  const { act: _, ...rest } = scene;
  switch (scene.act) {
    case 'arrive':
    case 'come':
    case 'ring':
    case 'stand':
      return { ...rest, present: true };
    case 'deliver':
      return { ...rest, present: true, carrying: false, parcelOnMat: scene.parcelOnMat || scene.carrying };
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
  return { ...stageAt(scene, now), around: aroundAt(scene.surroundings, now) };
}

function stageAt(scene: Scene, now: number): Stage {
  const { act, present, parcelOnMat } = scene;
  if (act === undefined) return present ? { visitor: standing(scene, now), parcelOnMat } : { parcelOnMat };
  const part = (now - scene.startedAt) / ACT_MS[act];
  if (part >= 1) return stageAt(settle(scene), now);
  const p = Math.max(0, part);
  switch (act) {
    case 'arrive':
    case 'come':
      return { visitor: walking(scene, OUTSIDE, AT_BELL, p, -1), parcelOnMat };
    case 'leave':
      return { visitor: walking(scene, AT_BELL, OUTSIDE, p, 1), parcelOnMat };
    case 'ring':
      return {
        visitor: { ...standing(scene, now), facing: -1, reach: thereAndBack(p, 0.35) },
        parcelOnMat,
      };
    case 'stand':
      return { visitor: { ...standing(scene, now), facing: lookAround(p) }, parcelOnMat };
    case 'deliver':
    case 'take':
      return atMat(scene, act, p);
  }
}

/** Nobody stands quite still. */
function standing({ who, carrying }: Scene, now: number): Visitor {
  const x = AT_BELL + 0.0025 * Math.sin(now / 700) * Math.sin(now / 1900);
  return { who, x, facing: 0, pace: 0, reach: 0, bend: 0, carrying };
}

/** To the camera, the door, the camera, the street, the camera. */
function lookAround(part: number): -1 | 0 | 1 {
  if (part > 0.3 && part < 0.45) return -1;
  return part > 0.65 && part < 0.8 ? 1 : 0;
}

function walking({ who, carrying }: Scene, from: number, to: number, part: number, facing: -1 | 1): Visitor {
  const x = from + (to - from) * easeInOut(part);
  return {
    ...{ who, x, facing, reach: 0, bend: 0, carrying },
    step: Math.abs(x - from) / STEP,
    pace: Math.min(1, part * 8, (1 - part) * 8),
  };
}

/** Steps to the mat, bends down, comes up, steps back. What is put down or taken changes its place at the deepest bend. */
function atMat(scene: Scene, act: 'deliver' | 'take', part: number): Stage {
  const aside = thereAndBack(part, 0.25);
  const down = Math.min(1, Math.max(0, (part - 0.25) / 0.5));
  const moving = part < 0.25 ? part * 4 : part > 0.75 ? (1 - part) * 4 : undefined;
  const { who, carrying, parcelOnMat } = part < 0.5 ? scene : settle({ ...scene, act });
  return {
    visitor: {
      ...{ who, carrying, reach: 0 },
      x: AT_BELL + (AT_MAT - AT_BELL) * aside,
      facing: part > 0.75 ? 1 : -1,
      ...(moving !== undefined && { step: ((part > 0.75 ? 1 - aside : aside) * (AT_BELL - AT_MAT)) / STEP }),
      pace: moving === undefined ? 0 : Math.min(1, moving * 4, (1 - moving) * 4),
      bend: thereAndBack(down, 0.5),
    },
    parcelOnMat,
  };
}

/** 0 -> 1 over the first `edge`, stays, and 1 -> 0 over the last. */
function thereAndBack(part: number, edge: number): number {
  return easeInOut(Math.min(1, part / edge, (1 - part) / edge));
}

function easeInOut(part: number): number {
  return part * part * (3 - 2 * part);
}
