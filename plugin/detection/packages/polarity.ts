import { dilated, type Patch, type Planes } from './patch.ts';
import type { Change } from './structure.ts';

/** Which of both pictures of a place holds a thing: each from -1 (before: it was taken away) to 1 (after: it came). */
export interface Polarity {
  /** Where the border is steep. */
  edges: number;
  /** Where the inside is unlike what its surroundings would continue to. */
  fill: number;
  /** Where the inside has other lights and colours than the surroundings. */
  unlike: number;
  /** All together. */
  sum: number;
}

/** The direction of a weak change must be clearer than that of a strong one: light and reflections change little, and either way. */
const NEEDED = { most: 0.4, least: 0.12, atNone: 0.5, perStep: 0.009 };
const COLOUR_STRENGTH = 1.5;
const DISAGREEMENT = 1.5;
/** Without a visit, it must be as clear as this. */
const NEEDED_ALONE = 0.5;

/** How clear the direction of a change must be to tell of it, 0 to 1; `visited` where a visit explains it. */
export function clarityNeeded(
  { luma, colour }: Pick<Change, 'luma' | 'colour'>,
  { edges, fill, unlike }: Polarity,
  visited: boolean,
): number {
  const strength = luma + COLOUR_STRENGTH * colour;
  const needed = Math.max(NEEDED.least, Math.min(NEEDED.most, NEEDED.atNone - NEEDED.perStep * strength));
  const agree = Math.sign(edges) === Math.sign(fill) && Math.sign(fill) === Math.sign(unlike);
  return Math.max(visited ? 0 : NEEDED_ALONE, agree ? needed : needed * DISAGREEMENT);
}

const WEIGHTS = { edges: 0.45, fill: 0.25, unlike: 0.3 };
/** Colour counts more than light: shadows have none. */
const COLOUR_WEIGHT = 2;
const ROUNDS = 40;

/** Looks at the border, the inside and the surroundings of a place, before and after. */
export function measurePolarity(patch: Patch): Polarity {
  const edges = balance(borderStep(patch, patch.after), borderStep(patch, patch.before), 2);
  const fill = balance(misfit(patch, patch.after), misfit(patch, patch.before), 2);
  const unlike = balance(unlikeness(patch, patch.after), unlikeness(patch, patch.before), 3);
  return {
    ...{ edges, fill, unlike },
    sum: WEIGHTS.edges * edges + WEIGHTS.fill * fill + WEIGHTS.unlike * unlike,
  };
}

const balance = (after: number, before: number, noise: number) => (after - before) / (after + before + noise);

function distance(patch: Patch, planes: Planes, a: number, b: number): number {
  const light = Math.abs((planes.luma[a] as number) - (planes.luma[b] as number));
  if (!patch.colour) return light;
  return (
    light +
    COLOUR_WEIGHT *
      (Math.abs((planes.cb[a] as number) - (planes.cb[b] as number)) +
        Math.abs((planes.cr[a] as number) - (planes.cr[b] as number)))
  );
}

/** Mean step from just inside the border to just outside of it. */
function borderStep(patch: Patch, planes: Planes): number {
  const { columns, rows, inside } = patch;
  let sum = 0;
  let n = 0;
  for (let y = 2; y < rows - 2; y++) {
    for (let x = 2; x < columns - 2; x++) {
      const i = y * columns + x;
      if (!inside[i]) continue;
      for (const step of [1, -1, columns, -columns]) {
        if (inside[i + step] || !patch.ring[i + 2 * step]) continue;
        sum += distance(patch, planes, i, i + 2 * step);
        n++;
      }
    }
  }
  return n === 0 ? 0 : sum / n;
}

/** How far the inside is from what a smooth continuation of its surroundings would be. */
function misfit(patch: Patch, planes: Planes): number {
  const { inside } = patch;
  const filled: Planes = {
    luma: continued(patch, planes.luma),
    cb: continued(patch, planes.cb),
    cr: continued(patch, planes.cr),
  };
  let sum = 0;
  let n = 0;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    n++;
    sum += Math.abs((planes.luma[i] as number) - (filled.luma[i] as number));
    if (!patch.colour) continue;
    sum +=
      COLOUR_WEIGHT *
      (Math.abs((planes.cb[i] as number) - (filled.cb[i] as number)) +
        Math.abs((planes.cr[i] as number) - (filled.cr[i] as number)));
  }
  return n === 0 ? 0 : sum / n;
}

/** The surroundings, smoothly continued into the inside and one cell around it. */
function continued({ columns, rows, inside, ring }: Patch, plane: Float32Array): Float32Array {
  const open = dilated(inside, columns, rows, 1);
  let mean = 0;
  let n = 0;
  for (let i = 0; i < plane.length; i++) {
    if (open[i] || !ring[i]) continue;
    mean += plane[i] as number;
    n++;
  }
  mean /= Math.max(1, n);
  const out = Float32Array.from(plane, (value, i) => (ring[i] && !open[i] ? value : mean));
  for (let round = 0; round < ROUNDS; round++) {
    for (let i = 0; i < out.length; i++) {
      if (!open[i]) continue;
      const x = i % columns;
      const leftward = out[x > 0 ? i - 1 : i] as number;
      const rightward = out[x < columns - 1 ? i + 1 : i] as number;
      const upward = out[i >= columns ? i - columns : i] as number;
      const downward = out[i + columns < out.length ? i + columns : i] as number;
      out[i] = (leftward + rightward + upward + downward) / 4;
    }
  }
  return out;
}

/** Distance between the lights and colours inside and those of the surroundings, wherever they are. */
function unlikeness(patch: Patch, planes: Planes): number {
  const one = (plane: Float32Array) => spread(plane, patch.inside, patch.ring);
  const light = one(planes.luma);
  return patch.colour ? light + COLOUR_WEIGHT * (one(planes.cb) + one(planes.cr)) : light;
}

const QUANTILES = 16;

/** Mean difference between the sorted values of both sets. */
function spread(plane: Float32Array, a: Uint8Array, b: Uint8Array): number {
  const inA = plane.filter((_, i) => a[i]).sort();
  const inB = plane.filter((_, i) => b[i] && !a[i]).sort();
  if (inA.length === 0 || inB.length === 0) return 0;
  let sum = 0;
  for (let q = 0; q < QUANTILES; q++) {
    const part = (q + 0.5) / QUANTILES;
    sum += Math.abs(
      (inA[Math.floor(part * inA.length)] as number) - (inB[Math.floor(part * inB.length)] as number),
    );
  }
  return sum / QUANTILES;
}
