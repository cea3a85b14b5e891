/** What is to be seen besides visitors: light, weather, what passes by. Pure, like the scene. Times are monotonic ms. */
import type { Light } from './light.ts';

/** What passes by once, and how long it takes, in ms. */
export const PASSING_MS = { cat: 7000, headlights: 3500, insect: 2500 } as const;
export type Passing = keyof typeof PASSING_MS;
export const PASSING = Object.keys(PASSING_MS) as Passing[];

export interface Surroundings {
  light: Light;
  /** When this light began; undefined when it was so from the beginning. */
  lightSince?: number;
  raining: boolean;
  passing?: { what: Passing; since: number };
}

/** The surroundings at one moment. */
export interface Around {
  light: Light;
  /** How bright the camera makes the picture; 1 is right. */
  exposure: number;
  /** How far the plants lean, -1 to 1. */
  sway: number;
  /** Ms into the rain's pattern; undefined while it is dry. */
  rain?: number;
  /** What passes by, and how much of its way lies behind it, 0 to 1. */
  passing?: { what: Passing; part: number };
}

/** What may be asked for; what is left out stays. */
export interface Change {
  light?: Light;
  raining?: boolean;
  passing?: Passing;
}

/** What is changed at `now`. */
export function changed(was: Surroundings, { light, raining, passing }: Change, now: number): Surroundings {
  return {
    ...was,
    ...(light !== undefined && light !== was.light && { light, lightSince: now }),
    ...(raining !== undefined && { raining }),
    ...(passing !== undefined && { passing: { what: passing, since: now } }),
  };
}

export function aroundAt({ light, lightSince, raining, passing }: Surroundings, now: number): Around {
  const part = passing ? (now - passing.since) / PASSING_MS[passing.what] : 1;
  const swing = lightSince === undefined ? 1 : exposureAfterSwitch(now - lightSince);
  return {
    light,
    exposure: swing * (light === 'day' ? cloudsAt(now) : 1),
    sway: 0.6 * wave(now, 2300) + 0.4 * wave(now, 5100),
    ...(raining && { rain: now }),
    ...(passing && part < 1 && { passing: { what: passing.what, part: Math.max(0, part) } }),
  };
}

/** Cameras that switch between day and night see nearly nothing, then too much, then settle. */
function exposureAfterSwitch(ms: number): number {
  if (ms < 300) return 0.3;
  if (ms < 800) return 0.3 + (1 * (ms - 300)) / 500;
  return ms < 2000 ? 1.3 - (0.3 * (ms - 800)) / 1200 : 1;
}

/** Thin clouds: a few percent, within many seconds. */
function cloudsAt(now: number): number {
  return 1 + 0.03 * wave(now, 61_000) + 0.015 * wave(now, 23_000);
}

function wave(now: number, periodMs: number): number {
  return Math.sin((now / periodMs) * 2 * Math.PI);
}
