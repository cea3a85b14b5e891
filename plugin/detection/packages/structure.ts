import type { Patch, Planes } from './patch.ts';

/** How a place changed. All but `seconds` are without unit. */
export interface Change {
  /** How alike the fine structure inside is before and after, -1 to 1; 0 where there is none to compare. */
  likeness: number;
  /** How much of the structure of before is left in it, as a slope: 1 all of it, 0 none. */
  kept: number;
  /** Mean squared step from cell to cell inside, before and after together, in steps of luma: how much structure there is at all. */
  structure: number;
  /** Mean difference of the light inside, in steps of luma. */
  luma: number;
  /** Mean difference of both parts of the colour inside. */
  colour: number;
  /** How much of the change one brighter or darker light for all of it would explain, 0 to 1. */
  evenness: number;
  /** How steep the difference rises at the border, 0 (a soft shadow) to 1 (a thing). */
  sharpness: number;
}

/** Structure of less than so many steps of luma, squared, a cell is noise. */
const NOISE = 6;

/** Light makes a place darker or brighter by no more than this. */
const MOST_GAIN = 4;

/** Compares a place before and after. */
export function measureChange(patch: Patch): Change {
  const { inside, before, after } = patch;
  const [lightBefore] = meanInside(patch, before);
  const [lightAfter] = meanInside(patch, after);
  // Light takes colour with it.
  const gain = Math.min(MOST_GAIN, Math.max(1 / MOST_GAIN, lightAfter / Math.max(1, lightBefore)));
  let cells = 0;
  let luma = 0;
  let colour = 0;
  let uneven = 0;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    cells++;
    uneven += Math.abs((after.luma[i] as number) - gain * (before.luma[i] as number));
    luma += Math.abs((after.luma[i] as number) - (before.luma[i] as number));
    colour +=
      Math.abs((after.cb[i] as number) - gain * (before.cb[i] as number)) +
      Math.abs((after.cr[i] as number) - gain * (before.cr[i] as number));
  }
  return {
    ...fineStructure(patch),
    luma: luma / Math.max(1, cells),
    evenness: Math.max(0, 1 - uneven / Math.max(1, luma)),
    colour: patch.colour ? colour / Math.max(1, cells) : 0,
    sharpness: sharpnessOf(patch),
  };
}

/** Compares the steps from cell to cell inside, before and after. */
function fineStructure({
  columns,
  inside,
  before,
  after,
}: Patch): Pick<Change, 'likeness' | 'kept' | 'structure'> {
  let both = 0;
  let wasSum = 0;
  let isSum = 0;
  let n = 0;
  for (let i = 0; i < inside.length - columns; i++) {
    if (!inside[i]) continue;
    if ((i + 1) % columns === 0 || !inside[i + 1] || !inside[i + columns]) continue;
    for (let next = i + 1; ; next = i + columns) {
      const was = (before.luma[next] as number) - (before.luma[i] as number);
      const is = (after.luma[next] as number) - (after.luma[i] as number);
      both += was * is;
      wasSum += was * was;
      isSum += is * is;
      n++;
      if (next === i + columns) break;
    }
  }
  if (n === 0) return { likeness: 0, kept: 0, structure: 0 };
  return {
    likeness: both / (Math.sqrt(wasSum * isSum) + NOISE * n),
    kept: both / (wasSum + NOISE * n),
    structure: (wasSum + isSum) / n,
  };
}

/** Steepest step of the difference near the border, against the whole difference. */
function sharpnessOf({ columns, rows, inside, before, after }: Patch): number {
  const difference = new Float32Array(inside.length);
  for (let i = 0; i < inside.length; i++)
    difference[i] = (after.luma[i] as number) - (before.luma[i] as number);
  let steep = 0;
  let whole = 0;
  for (let y = 3; y < rows - 3; y++) {
    for (let x = 3; x < columns - 3; x++) {
      const i = y * columns + x;
      if (!inside[i]) continue;
      for (const step of [1, -1, columns, -columns]) {
        if (inside[i + step]) continue;
        const inner = difference[i - 2 * step] as number;
        const outer = difference[i + 3 * step] as number;
        whole += Math.abs(inner - outer);
        let most = 0;
        for (let k = -2; k < 3; k++) {
          const jump = Math.abs(
            (difference[i + k * step] as number) - (difference[i + (k + 1) * step] as number),
          );
          if (jump > most) most = jump;
        }
        steep += Math.min(most, Math.abs(inner - outer));
      }
    }
  }
  return whole === 0 ? 0 : steep / whole;
}

/** Mean light, and both parts of the colour, inside. */
export function meanInside({ inside }: Pick<Patch, 'inside'>, planes: Planes): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let n = 0;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    n++;
    sum[0] += planes.luma[i] as number;
    sum[1] += planes.cb[i] as number;
    sum[2] += planes.cr[i] as number;
  }
  return [sum[0] / Math.max(1, n), sum[1] / Math.max(1, n), sum[2] / Math.max(1, n)];
}
