/** The areas of all kinds while they are drawn: what was changed, and the way back. Nothing here changes what it is given. */
import type { Zones } from '../../../protocol/detection.ts';
import type { Drawn, DrawnArea, Place } from './zone-shapes.ts';

export const ZONE_KINDS = ['doorstep', 'motion', 'ignore', 'privacy'] as const satisfies (keyof Zones)[];
export type ZoneKind = (typeof ZONE_KINDS)[number];
type AllAreas = Readonly<Record<ZoneKind, readonly DrawnArea[]>>;

export interface Sketch {
  areas: AllAreas;
  /** The kind that is drawn now. */
  kind: ZoneKind;
  /** The corner of that kind that was touched last. */
  at?: Place;
  /** What can be gone back to, oldest first. */
  past: readonly AllAreas[];
  /** What the last step was part of: a drag is one step. */
  gesture?: string;
}

/** Enough for an evening. */
const MOST_STEPS = 100;

export function sketchOf({ doorstep, motion, ignore, privacy }: Zones, kind: ZoneKind): Sketch {
  return { areas: { doorstep, motion, ignore, privacy }, kind, past: [] };
}

export function drawnIn({ areas, kind, at }: Sketch): Drawn {
  return { areas: areas[kind], ...(at && { at }) };
}

/** Takes a change of the present kind in. Steps of one `gesture` that follow each other are one step back. */
export function changed(sketch: Sketch, change: (drawn: Drawn) => Drawn, gesture?: string): Sketch {
  const { areas, kind, past } = sketch;
  const drawn = change(drawnIn(sketch));
  const at = drawn.at && { at: drawn.at };
  if (drawn.areas === areas[kind]) {
    return { areas, kind, past, ...at, ...(sketch.gesture !== undefined && { gesture: sketch.gesture }) };
  }
  const goesOn = gesture !== undefined && gesture === sketch.gesture;
  return {
    areas: { ...areas, [kind]: drawn.areas },
    kind,
    past: goesOn ? past : [...past, areas].slice(-MOST_STEPS),
    ...at,
    ...(gesture !== undefined && { gesture }),
  };
}

/** Goes one step back, and to the kind in which it was made. */
export function undone({ areas, kind, past }: Sketch): Sketch {
  const before = past.at(-1);
  if (!before) return { areas, kind, past };
  const changedKind = ZONE_KINDS.find((each) => before[each] !== areas[each]) ?? kind;
  return { areas: before, kind: changedKind, past: past.slice(0, -1) };
}

export function chosenKind({ areas, past }: Sketch, kind: ZoneKind): Sketch {
  return { areas, kind, past };
}

/** What is told to the hub. An area that has not three corners yet covers nothing and stays away. */
export function zonesOf({ areas }: Sketch): Zones {
  const finished = (kind: ZoneKind) =>
    areas[kind]
      .filter(({ length }) => length > 2)
      .map((area) => area.map(([x, y]): [number, number] => [x, y]));
  return {
    doorstep: finished('doorstep'),
    motion: finished('motion'),
    ignore: finished('ignore'),
    privacy: finished('privacy'),
  };
}

/** Which kinds are other than what the hub has. */
export function changedKinds(sketch: Sketch, saved: Zones): ZoneKind[] {
  const now = zonesOf(sketch);
  return ZONE_KINDS.filter((kind) => JSON.stringify(now[kind]) !== JSON.stringify(saved[kind]));
}

/**
 * What is drawn, on top of what the hub has `now` and not `before`: kinds that were not touched are as the hub has them, those that were
 * keep their drawing, and get the areas that somebody else added. What was undone stays undone for touched kinds alone.
 */
export function rebased(sketch: Sketch, before: Zones, now: Zones): Sketch {
  const touched = changedKinds(sketch, before);
  const known = (kind: ZoneKind) => before[kind].map((area) => JSON.stringify(area));
  const on = (areas: AllAreas): AllAreas => {
    const of = (kind: ZoneKind): readonly DrawnArea[] => {
      if (!touched.includes(kind)) return now[kind];
      const added = now[kind].filter((area) => !known(kind).includes(JSON.stringify(area)));
      return [...areas[kind], ...added];
    };
    return { doorstep: of('doorstep'), motion: of('motion'), ignore: of('ignore'), privacy: of('privacy') };
  };
  return { areas: on(sketch.areas), kind: sketch.kind, past: sketch.past.map(on) };
}

/** After the hub took `sent`: as the hub has it, unless something was drawn meanwhile. */
export function savedAs(sketch: Sketch, sent: Sketch, now: Zones): Sketch {
  return sketch.areas === sent.areas ? sketchOf(now, sketch.kind) : sketch;
}
