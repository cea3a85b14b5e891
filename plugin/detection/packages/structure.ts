import type { Patch, Planes } from './patch.ts';

/** How a place changed. All but `seconds` are without unit. */
export interface Change {
  /** How alike the fine structure inside is before and after, -1 to 1; 0 where there is none to compare. */
  likeness: number;
  /** How much of the structure of before is left in it, as a slope: 1 all of it, 0 none. */
  kept: number;
  /** Mean difference of the light inside, in steps of luma. */
  luma: number;
  /** Mean difference of both parts of the colour inside. */
  colour: number;
  /** How steep the difference rises at the border, 0 (a soft shadow) to 1 (a thing). */
  sharpness: number;
}

/** Structure of less than so many steps of luma, squared, a cell is noise. */
const NOISE = 6;

/** Compares a place before and after. */
export function measureChange(patch: Patch): Change {
  const { columns, rows, inside, before, after } = patch;
  let both = 0;
  let wasSum = 0;
  let isSum = 0;
  let n = 0;
  let cells = 0;
  let luma = 0;
  let colour = 0;
  for (let i = 0; i < inside.length; i++) {
    if (!inside[i]) continue;
    cells++;
    luma += Math.abs((after.luma[i] as number) - (before.luma[i] as number));
    colour +=
      Math.abs((after.cb[i] as number) - (before.cb[i] as number)) +
      Math.abs((after.cr[i] as number) - (before.cr[i] as number));
    const x = i % columns;
    if (x === columns - 1 || i + columns >= columns * rows) continue;
    if (!inside[i + 1] || !inside[i + columns]) continue;
    for (const next of [i + 1, i + columns]) {
      const was = (before.luma[next] as number) - (before.luma[i] as number);
      const is = (after.luma[next] as number) - (after.luma[i] as number);
      both += was * is;
      wasSum += was * was;
      isSum += is * is;
      n++;
    }
  }
  const noise = NOISE * n;
  return {
    likeness: both / (Math.sqrt(wasSum * isSum) + noise),
    kept: both / (wasSum + noise),
    luma: luma / Math.max(1, cells),
    colour: patch.colour ? colour / Math.max(1, cells) : 0,
    sharpness: sharpnessOf(patch),
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
