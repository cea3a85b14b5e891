/**
 * What happens at a door in some days and nights, out of chance: light, weather, insects, cars, and a few visits that bring or take
 * packages. Pure; times in seconds from the start, which is midnight, places in parts of the picture.
 */
import { type Chance, chanceOf } from '../compose/random.ts';
import type { Act, Stay } from '../truth.ts';
import { EARLY, LATE } from '../truth.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

export interface Visit extends Stay {
  /** The package they bring or take, the moment of it, and nothing where they only look. */
  act: { at: number; phase: Act['phase']; parcel: Lying } | undefined;
  /** Where they stop. */
  x: number;
  fromLeft: boolean;
  height: number;
  /** How dark they are dressed: luma. */
  dress: number;
}

export interface Lying {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Luma of its sides. */
  shade: number;
}

/** Something brief: a car's lights, an insect, a car on the street. */
export interface Brief extends Stay {
  x: number;
  y: number;
  size: number;
}

export interface Day {
  visits: Visit[];
  headlights: Brief[];
  insects: Brief[];
  cars: Brief[];
  showers: Stay[];
  clouds: { period: number; phase: number; depth: number }[];
}

/** `length` in seconds. The same seed gives the same days. */
export function writeDays(length: number, seed: number): Day {
  const chance = chanceOf(seed);
  const often = (everySeconds: number, at: (time: number) => boolean) =>
    timesOf(chance, everySeconds, length).filter(at);
  const brief = (from: number, seconds: number): Brief => ({
    ...{ from, to: from + seconds, x: chance.between(0.1, 0.9), y: chance.between(0.2, 0.9) },
    size: chance.between(0.08, 0.35),
  });
  return {
    visits: writeVisits(chance, length),
    headlights: often(900, isNight).map((at) => brief(at, chance.between(2, 5))),
    insects: often(600, isNight).map((at) => brief(at, chance.between(0.3, 1.2))),
    cars: often(400, () => true).map((at) => brief(at, chance.between(1.5, 4))),
    showers: often(5 * HOUR, () => true).map((from) => ({ from, to: from + chance.between(600, 2400) })),
    clouds: [37, 173, 911, 2300].map((period) => ({
      ...{
        period: period * chance.between(0.8, 1.2),
        phase: chance.between(0, 6),
        depth: chance.between(0.01, 0.06),
      },
    })),
  };
}

export function actsOf({ visits }: Day): Act[] {
  return visits.flatMap(({ act }) =>
    act ? [{ at: act.at, phase: act.phase, early: EARLY, late: LATE }] : [],
  );
}

/** What lies there at a time. */
export function lyingAt({ visits }: Day, at: number): Lying[] {
  const lying: Lying[] = [];
  for (const { act } of visits) {
    if (!act || act.at > at) continue;
    if (act.phase === 'delivered') lying.push(act.parcel);
    else lying.splice(lying.indexOf(act.parcel), 1);
  }
  return lying;
}

/** 0 at night, 1 at noon. */
export function daylight(at: number): number {
  const hour = (at % DAY) / HOUR;
  return Math.max(0, Math.min(1, Math.min(hour - 6, 19 - hour) / 2.5));
}

/** Infrared by night: the camera switches where it is nearly dark. */
export function isNight(at: number): boolean {
  return daylight(at) < 0.06;
}

function timesOf(chance: Chance, everySeconds: number, length: number): number[] {
  const times: number[] = [];
  for (let at = chance.between(0, everySeconds); at < length; at += everySeconds * chance.between(0.3, 1.7))
    times.push(at);
  return times;
}

/** Some 14 a day, in the waking hours; half of them bring or take something. */
function writeVisits(chance: Chance, length: number): Visit[] {
  const visits: Visit[] = [];
  const lying: Lying[] = [];
  let last = 0;
  for (const from of timesOf(chance, 1.2 * HOUR, length)) {
    const hour = (from % DAY) / HOUR;
    if (hour < 6.5 || hour > 22.5 || from < last + 60) continue;
    const stay = 7 + 25 ** chance.between(0, 1);
    last = from + stay;
    if (last > length - 60) break;
    const takes = lying.length > 1 || (lying.length === 1 && chance.happens(0.6));
    const place = chance.between(0.2, 0.75);
    const parcel = takes ? lying[0] : newParcel(chance, place, lying);
    const acts = parcel && chance.happens(0.55);
    if (acts && takes) lying.shift();
    if (acts && !takes) lying.push(parcel);
    visits.push({
      ...{ from, to: last, x: (acts ? parcel.x : place) + chance.between(-0.06, 0.06) },
      ...{ fromLeft: chance.happens(0.5), height: chance.between(0.5, 0.8), dress: chance.between(30, 150) },
      act: acts
        ? { at: from + chance.between(0.4, 0.6) * stay, phase: takes ? 'removed' : 'delivered', parcel }
        : undefined,
    });
  }
  return visits;
}

/** Not where another lies. */
function newParcel(chance: Chance, x: number, lying: readonly Lying[]): Lying | undefined {
  const parcel = {
    ...{
      x,
      y: chance.between(0.78, 0.92),
      width: chance.between(0.06, 0.13),
      height: chance.between(0.09, 0.18),
    },
    shade: chance.happens(0.5) ? chance.between(150, 190) : chance.between(60, 90),
  };
  return lying.some((other) => Math.abs(other.x - x) < 0.2) ? undefined : parcel;
}
