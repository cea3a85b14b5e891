import type { Box } from '../../../protocol/detection.ts';
import type { Blob } from './blobs.ts';
import type { Facts, Outline } from './judge.ts';
import { dilated, type Patch } from './patch.ts';
import type { Scene } from './scene.ts';
import { measureChange } from './structure.ts';
import type { Visits } from './visits.ts';

/** A visit explains what changed so long after it, or so shortly before it was seen, in ms. */
export const VISIT_BEFORE_MS = 20_000;
export const VISIT_AFTER_MS = 1500;
/** Cells around a blob that must be still, and for how long, in ms. */
const SURROUNDINGS = 4;
const RESTLESS_MS = { people: 1800, alone: 1000 };
/**
 * What moves counts where so many of the eight cells around it move as well: hands are solid, a thread or a trembling edge is thin.
 * Where people are looked for, all of it counts.
 */
const SOLID = { people: 0, alone: 4 };
/** What was learned from nothing less than this ago may be what somebody left bare, in ms. */
const FRESH_MS = 6000;
/** A thing differs at once; what begins to differ so long after its last change is light, in ms. */
const DRIFT_MS = 4000;

/** An outline, and when the place changed, and when the last of it did, epoch ms. */
export interface PlaceOutline extends Outline {
  changedAt: number;
  lastAt: number;
}

/** The facts of a place, and when it changed, epoch ms. */
export interface PlaceFacts extends Facts {
  changedAt: number;
}

interface Where {
  blob: Blob;
  place: Box;
  scene: Scene;
  people: boolean;
  /** Epoch ms of now. */
  at: number;
}

/** What can be told at once. */
export function outlineOf({ blob: { cells }, place, scene, people, at }: Where): PlaceOutline {
  const { since, strikes } = scene.settle;
  const times = new Float64Array(cells.length);
  let inZone = 0;
  let stirring = 0;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as number;
    times[i] = since[cell] as number;
    if (scene.doorstep[cell]) inZone++;
    if (strikes[cell]) stirring++;
  }
  times.sort();
  const changedAt = times[Math.floor(times.length * 0.5)] as number;
  const settledAt = times[Math.floor(times.length * 0.9)] as number;
  // Hands leave shadows and another exposure behind, which fade while the thing already stands.
  const lastAt = people
    ? settledAt
    : Math.min(settledAt, scene.history.stillSince(cells, scene.settle.value.luma, at));
  return {
    still: (at - lastAt) / 1000,
    stirring: stirring / cells.length,
    inZone: inZone / cells.length,
    width: place.right - place.left,
    height: place.bottom - place.top,
    area: cells.length / (scene.columns * scene.rows),
    changedAt: Math.min(changedAt, lastAt),
    ...{ lastAt, people },
  };
}

/** Everything that the judgement rests on. */
export function gatherFacts(
  { blob, place, scene, people, at }: Where,
  { lastAt, ...outline }: PlaceOutline,
  patch: Patch,
  visits: Visits,
): PlaceFacts {
  const { changedAt } = outline;
  return {
    ...outline,
    ...surroundings(blob, scene, at, people ? 'people' : 'alone'),
    lively: people ? scene.lively.share(blob.cells) : 0,
    drifted: driftedShare(blob.cells, scene),
    change: measureChange(patch),
    visited: visits.near(place, changedAt - VISIT_BEFORE_MS, lastAt + VISIT_AFTER_MS),
    presence: visits.at(place, lastAt + 300),
  };
}

/** Part of these cells that differ only since long after they last became something else: light crept over them. */
function driftedShare(cells: readonly number[], { background, settle }: Scene): number {
  let drifted = 0;
  for (const cell of cells) {
    if ((background.differsSince[cell] as number) - (settle.since[cell] as number) > DRIFT_MS) drifted++;
  }
  return drifted / cells.length;
}

/** How much around it moves, and how much is not known for long. */
function surroundings(
  { cells, box }: Blob,
  scene: Scene,
  at: number,
  mode: 'people' | 'alone',
): { restless: number; fresh: number } {
  const { columns, rows, settle, background } = scene;
  const left = Math.max(0, box.left - SURROUNDINGS);
  const top = Math.max(0, box.top - SURROUNDINGS);
  const width = Math.min(columns, box.right + SURROUNDINGS) - left;
  const height = Math.min(rows, box.bottom + SURROUNDINGS) - top;
  const inside = new Uint8Array(width * height);
  for (const cell of cells) {
    const column = cell % columns;
    inside[((cell - column) / columns - top) * width + column - left] = 1;
  }
  const near = dilated(inside, width, height, SURROUNDINGS);
  const cellOf = (i: number) => (top + Math.floor(i / width)) * columns + left + (i % width);
  const moves = new Uint8Array(near.length);
  for (let i = 0; i < near.length; i++) {
    const cell = cellOf(i);
    const differs = !background.known[cell] || background.differs[cell];
    if (differs && at - (settle.since[cell] as number) < RESTLESS_MS[mode]) moves[i] = 1;
  }
  let restless = 0;
  let fresh = 0;
  let n = 0;
  for (let i = 0; i < near.length; i++) {
    if (!near[i] || inside[i]) continue;
    const cell = cellOf(i);
    n++;
    if (moves[i] && neighbours(moves, i, width) >= SOLID[mode]) restless++;
    if (!background.known[cell] || at - (background.learnedLateAt[cell] as number) < FRESH_MS) fresh++;
  }
  return { restless: restless / Math.max(1, n), fresh: fresh / Math.max(1, n) };
}

/** How many of the eight cells around are set; those beyond the sides are not. */
function neighbours(set: Uint8Array, cell: number, width: number): number {
  const column = cell % width;
  let count = -(set[cell] as number);
  for (let row = cell - width; row <= cell + width; row += width) {
    for (let x = -1; x <= 1; x++) {
      if (column + x >= 0 && column + x < width) count += set[row + x] ?? 0;
    }
  }
  return count;
}
