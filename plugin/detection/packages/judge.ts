import type { SightInfo } from '../../../protocol/detection.ts';
import type { Change } from './structure.ts';
import type { Presence } from './visits.ts';

/** What is known at once of a place that differs from the background. Times in seconds, sizes in parts of the picture. */
export interface Outline {
  /** For how long all of it has been still. */
  still: number;
  /** Part of it that begins to change in this very picture. */
  stirring: number;
  /** Part of it that lies in the doorstep zone. */
  inZone: number;
  width: number;
  height: number;
  area: number;
  /** Whether visits are asked for at all. */
  people: boolean;
}

/** All that is known of it. */
export interface Facts extends Outline {
  /** Part of its surroundings in which something moves, 0 to 1. */
  restless: number;
  /** Part of its surroundings of which nothing is known yet, or has been for a few seconds only. */
  fresh: number;
  /** Part of it that changes by itself, like leaves. */
  lively: number;
  /** Part of it that came to differ slowly, like what light creeps over. */
  drifted: number;
  change: Change;
  /** Whether somebody was near when it changed. */
  visited: boolean;
  /** Whether somebody is there, by a look that is newer than the change. */
  presence: Presence;
}

type WaitsFor = SightInfo['candidates'][number]['waitsFor'];

export type Judgement =
  | { do: 'wait'; for: WaitsFor }
  /** It becomes background, and nothing is told. */
  | { do: 'absorb' }
  /** A package came or went. */
  | { do: 'tell' };

const wait = (reason: WaitsFor): Judgement => ({ do: 'wait', for: reason });
const ABSORB: Judgement = { do: 'absorb' };

/** Stillness before a decision, in seconds. */
const STILL = 2;
/** Without people, hands may come back sooner. */
const STILL_ALONE = 1.6;
/** What no visit explains is background after so long; what is no package by its size or place, too. */
const UNEXPLAINED = 8;
const NO_PACKAGE = 12;
/** For so long a closer look is waited for. */
const LOOK_PATIENCE = 3;
/** Leaves beside it may never rest. */
const RESTLESS_PATIENCE = 8;
const MOST_RESTLESS = 0.06;
const MOST_STIRRING = 0.2;
const MOST_FRESH = 0.3;
const MOST_LIVELY = 0.4;
const MOST_DRIFTED = 0.6;
const WEAK = { luma: 15, colour: 4 };
const LEAST_IN_ZONE = 0.6;

const SMALLEST_SIDE = 0.02;
const SMALLEST_AREA = 0.0012;
const LARGEST = { width: 0.65, height: 0.75, area: 0.2 };

/** Whether a place need not be measured yet: it has not been still for long enough, or cannot be a package. */
export function tooEarly(outline: Outline, leaning: number): boolean {
  const { still, people, stirring } = outline;
  if (stirring > MOST_STIRRING) return true;
  if (still < (people ? STILL : STILL_ALONE) - 0.3 * leaning) return true;
  return still <= NO_PACKAGE && !couldBePackage(outline, leaning);
}

/** What to do with a place that differs. `leaning` is -1 (careful) to 1 (keen). */
export function judge(facts: Facts, leaning: number): Judgement {
  const { still, change, presence } = facts;
  if (tooEarly(facts, leaning)) return wait('stillness');
  if (facts.restless > MOST_RESTLESS && still < RESTLESS_PATIENCE) return wait('stillness');
  if (facts.people && presence === 'somebody') return wait('nobody-near');
  if (!couldBePackage(facts, leaning)) return ABSORB;
  if (
    isLight(change, leaning) ||
    facts.fresh > MOST_FRESH ||
    facts.lively > MOST_LIVELY ||
    facts.drifted > MOST_DRIFTED
  )
    return ABSORB;
  if (!facts.people) return isWeak(change) ? ABSORB : { do: 'tell' };
  if (!facts.visited) return still > UNEXPLAINED ? ABSORB : wait('visit');
  if (presence === 'unknown' && still < STILL + LOOK_PATIENCE) return wait('closer-look');
  return { do: 'tell' };
}

/** By place and size. */
function couldBePackage({ inZone, width, height, area }: Outline, leaning: number): boolean {
  if (inZone < LEAST_IN_ZONE) return false;
  const scale = 1 - 0.3 * leaning;
  if (Math.min(width, height) < SMALLEST_SIDE * scale || area < SMALLEST_AREA * scale) return false;
  return width < LARGEST.width && height < LARGEST.height && area < LARGEST.area;
}

/** What no visit explains must be clear: the shadow of an arm is gray and weak. */
const isWeak = ({ luma, colour }: Change) => luma < WEAK.luma && colour < WEAK.colour;
/** Sun and shade are of other colours, but not by so much. */
const OTHER_COLOUR = 16;
/** Hardly brighter or darker, and what there is of structure still shows: another tint of the light. */
const TINT = { luma: 7, likeness: 0.35 };
/** A place with so much structure has another one when both are less alike than this. */
const MUCH_STRUCTURE = 200;
const OTHER_STRUCTURE = 0.15;
/** Less of it will do where the change is strong and its border steep. */
const SOME_STRUCTURE = 80;
const SHARP = 0.7;
const STRONG = 25;

/** Light or shadow: the structure is what it was, only brighter or darker; or one soft veil over all of it. */
export function isLight(
  { likeness, kept, structure, luma, colour, evenness, sharpness }: Change,
  leaning: number,
): boolean {
  if (luma < 7 - leaning && colour < 6) return true;
  const sameStructure = kept > 0.3 && kept < 2.2;
  if (colour > 10) {
    const alike = likeness > (luma < TINT.luma ? TINT.likeness : 0.8);
    return alike && sameStructure && colour < OTHER_COLOUR;
  }
  if (likeness > 0.6 && sameStructure) return true;
  if (likeness > 0.45 && sameStructure && sharpness < 0.6) return true;
  // A veil of light leaves the structure below it to be seen.
  const enough = sharpness > SHARP && luma > STRONG ? SOME_STRUCTURE : MUCH_STRUCTURE;
  if (structure > enough && likeness < OTHER_STRUCTURE) return false;
  return evenness > 0.75 && (sharpness < 0.6 || colour < 4);
}
