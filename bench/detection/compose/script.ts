/**
 * What happens in a composed clip, out of chance: who comes from where, what is put down or taken, and what else moves. Pure; times in
 * seconds from the start, places and sizes in parts of the picture.
 */
import type { Act, Stay } from '../truth.ts';
import { EARLY, LATE } from '../truth.ts';
import { type Chance, chanceOf } from './random.ts';

export const KINDS = [
  'delivery',
  'removal',
  'both',
  /** Somebody comes, bends down and goes; nothing changes. */
  'visit',
  'passer-by',
  /** A package is carried in and out again. */
  'carried-through',
  'clouds',
  'door',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Walker {
  /** Index of the person, or any number. */
  person: number;
  height: number;
  comesFrom: Side;
  goesTo: Side;
  /** Where they stop: the middle of their feet. */
  x: number;
  y: number;
  /** When they appear, stop, bend down at their lowest, go, and are gone. */
  appears: number;
  stops: number;
  bends: number | undefined;
  goes: number;
  gone: number;
  /** Which package they hold, and when. */
  holds: { parcel: number; from: number; to: number } | undefined;
}
type Side = 'left' | 'right' | 'below';

/** Something lies there, the middle of its lower edge at x, y. */
export interface Lying {
  parcel: number;
  x: number;
  y: number;
  height: number;
  from: number;
  to: number;
}

export interface Script {
  kind: Kind;
  length: number;
  walkers: Walker[];
  lying: Lying[];
  /** Swaying leaves, a door that slides open, the shadow of a cloud. */
  leaves: boolean;
  door: Stay | undefined;
  clouds: boolean;
  gray: boolean;
  /** How bright the people are, 1 as they were taken. */
  light: number;
  /** For ffmpeg: grain, and quality of H.264. */
  noise: number;
  crf: number;
}

/** The kind of the clip with this number: two thirds are deliveries and removals. */
export function kindOf(number: number): Kind {
  const round: readonly Kind[] = [
    ...(['delivery', 'removal', 'visit', 'delivery', 'removal', 'both', 'delivery', 'removal'] as const),
    ...([
      'passer-by',
      'delivery',
      'removal',
      'carried-through',
      'both',
      'clouds',
      'removal',
      'door',
    ] as const),
  ];
  return round[number % round.length] ?? 'delivery';
}

/** `place` is a spot on the ground. The same number gives the same script. */
export function writeScript(kind: Kind, seed: number, places: readonly { x: number; y: number }[]): Script {
  const chance = chanceOf(seed);
  const spot = chance.pick(places);
  const place = {
    x: clamp(spot.x + chance.between(-0.12, 0.12), 0.15, 0.85),
    y: clamp(spot.y + chance.between(-0.03, 0.04), 0.6, 0.93),
  };
  const height = chance.between(0.08, 0.19);
  const writer = new Writer(chance, place, height);
  writer.write(kind);
  const length = Math.max(16, writer.until) + chance.between(8, 11);
  return {
    kind,
    length,
    walkers: writer.walkers,
    lying: writer.lying.map((one) => ({ ...one, to: Math.min(one.to, length) })),
    leaves: chance.happens(0.15),
    door: kind === 'door' ? { from: length * 0.3, to: length * 0.6 } : undefined,
    clouds: kind === 'clouds' || chance.happens(0.2),
    gray: chance.happens(0.2),
    light: chance.between(0.7, 1.05),
    noise: Math.round(chance.between(3, 14)),
    crf: Math.round(chance.between(28, 35)),
  };
}

/** When the picture changes for good: the truth of it. */
export function actsOf({ lying, length }: Script): Act[] {
  const act = (at: number, phase: Act['phase']): Act => ({ at, phase, early: EARLY, late: LATE });
  return lying
    .flatMap(({ from, to }) => [
      ...(from > 0 ? [act(from, 'delivered')] : []),
      ...(to < length ? [act(to, 'removed')] : []),
    ])
    .sort((one, other) => one.at - other.at);
}

export function staysOf({ walkers }: Script): Stay[] {
  return walkers.map(({ appears, gone }) => ({ from: appears, to: gone }));
}

class Writer {
  readonly walkers: Walker[] = [];
  readonly lying: Lying[] = [];
  until: number;
  readonly #chance: Chance;
  readonly #place: { x: number; y: number };
  readonly #height: number;
  readonly #parcel: number;

  constructor(chance: Chance, place: { x: number; y: number }, height: number) {
    this.#chance = chance;
    this.#place = place;
    this.#height = height;
    this.#parcel = Math.floor(chance.between(0, 1000));
    this.until = chance.between(2.5, 8);
  }

  write(kind: Kind): void {
    const parcel = this.#parcel;
    switch (kind) {
      case 'delivery': {
        const { bends, appears } = this.#visit(true);
        this.#hold(appears, bends);
        this.#lie(bends, Number.POSITIVE_INFINITY);
        break;
      }
      case 'removal': {
        const { bends, gone } = this.#visit(true);
        this.#hold(bends, gone);
        this.#lie(0, bends);
        break;
      }
      case 'both': {
        const first = this.#visit(true);
        this.#hold(first.appears, first.bends);
        this.until += this.#chance.between(9, 14);
        const second = this.#visit(true);
        this.#hold(second.bends, second.gone);
        this.#lie(first.bends, second.bends);
        break;
      }
      case 'visit':
        this.#visit(this.#chance.happens(0.5));
        if (this.#chance.happens(0.5)) this.#lie(0, Number.POSITIVE_INFINITY);
        break;
      case 'passer-by':
        this.#visit(false, 0);
        if (this.#chance.happens(0.5)) this.#lie(0, Number.POSITIVE_INFINITY);
        break;
      case 'carried-through': {
        const { appears, gone } = this.#visit(false);
        this.#hold(appears, gone);
        break;
      }
      case 'clouds':
      case 'door':
        this.lying.push({
          parcel,
          ...this.#place,
          height: this.#height,
          from: 0,
          to: Number.POSITIVE_INFINITY,
        });
        break;
    }
  }

  #visit(bendsDown: boolean, stay?: number): { appears: number; bends: number; gone: number } {
    const chance = this.#chance;
    const height = clamp(this.#height * chance.between(4.5, 7), 0.5, 1);
    const appears = this.until;
    const stops = appears + chance.between(1.4, 3.5);
    // Short visits are more frequent than long ones.
    const rest = stay ?? 20 ** chance.between(0, 1);
    const bends = stops + BEND / 2 + rest * chance.between(0.1, 0.8);
    const goes = bendsDown ? Math.max(stops + rest, bends + BEND / 2) : stops + rest;
    const gone = goes + chance.between(1.2, 3);
    const aside = chance.between(-0.35, 0.35) * height * 0.5;
    this.walkers.push({
      ...{ person: Math.floor(chance.between(0, 1000)), height },
      ...{ comesFrom: chance.pick(SIDES), goesTo: chance.pick(SIDES) },
      ...{ x: this.#place.x + aside, y: Math.min(0.98, this.#place.y + chance.between(0, 0.05)) },
      ...{ appears, stops, bends: bendsDown ? bends : undefined, goes, gone, holds: undefined },
    });
    this.until = gone;
    return { appears, bends, gone };
  }

  #hold(from: number, to: number): void {
    const walker = this.walkers.at(-1);
    if (walker) walker.holds = { parcel: this.#parcel, from, to };
  }

  #lie(from: number, to: number): void {
    this.lying.push({ parcel: this.#parcel, ...this.#place, height: this.#height, from, to });
  }
}

const SIDES = ['left', 'right', 'left', 'right', 'below'] as const;
/** How long somebody bends down and rises, in seconds. */
export const BEND = 1.5;

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value));

/** Where a walker is at a time; undefined while they are not there. */
export interface Pose {
  x: number;
  y: number;
  walks: boolean;
  facesRight: boolean;
  /** 1 upright, less while they bend. */
  upright: number;
}

/** How far outside a walker begins and ends, as a part of their height. */
const OUTSIDE = 0.3;

export function poseAt(walker: Walker, at: number, aspect: number): Pose | undefined {
  const { appears, stops, goes, gone, bends, x, y } = walker;
  if (at < appears || at > gone) return undefined;
  const edge = (side: Side) => {
    const margin = (OUTSIDE * walker.height) / aspect;
    if (side === 'below') return { x, y: 1 + walker.height };
    return { x: side === 'left' ? -margin : 1 + margin, y };
  };
  const between = (from: { x: number; y: number }, to: { x: number; y: number }, share: number) => ({
    ...{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share },
    ...{ walks: true, facesRight: to.x > from.x, upright: 1 },
  });
  if (at < stops) return between(edge(walker.comesFrom), { x, y }, (at - appears) / (stops - appears));
  if (at > goes) return between({ x, y }, edge(walker.goesTo), (at - goes) / (gone - goes));
  const down = bends === undefined ? 0 : Math.max(0, Math.cos(((at - bends) / BEND) * Math.PI));
  const isBending = bends !== undefined && Math.abs(at - bends) < BEND / 2;
  return { x, y, walks: false, facesRight: true, upright: isBending ? 1 - 0.42 * down : 1 };
}
