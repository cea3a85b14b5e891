/** Tells a change of the light of the whole picture from somebody who comes close. */
import type { SmallFrame } from '../../camera/contract.ts';

/** What the whole picture is like. */
export interface LightReading {
  /** Mean distance of the colours from gray, in steps. */
  colour: number;
  /** Brightness and energy of structure (mean square of steps between pixels) of each cell. */
  mean: Float32Array;
  energy: Float32Array;
}

/** A picture without colours has less than this; one with them more than that. */
const GRAY = 0.8;
const COLOURED = 2;
/** A cell whose brightness goes by more steps than this within two pictures has changed. */
const STEP = 9;
/** So much of the picture changes at once when the light does. */
const MOST = 0.45;
/** So little of it changes from one picture to the next when nothing moves. */
const STILL = 0.06;
/** How alike the pattern of structure stays: a visitor hides it, light leaves it. */
const SAME_PATTERN = 0.5;
/** Structure is gone with the light when so little of it is left. */
const NOTHING_LEFT = 0.15;

/** How colourful a picture is: every fourth pixel of the small planes. */
export function colourOf({ cb, cr }: SmallFrame): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < cb.length; i += 4, count++) {
    sum += Math.abs((cb[i] as number) - 128) + Math.abs((cr[i] as number) - 128);
  }
  return count > 0 ? sum / count : 0;
}

/**
 * Whether the light has changed since one of the last pictures.
 *
 * @param before the two pictures before, newest last, or fewer
 */
export function lightChanged(before: readonly LightReading[], now: LightReading): boolean {
  const [older, last] = before;
  if (before.some((one) => changedBetween(one, now))) return true;
  if (!older || !last) return false;
  // All at once, and then nothing more: a visitor who fills the picture goes on moving.
  return changedShare(older.mean, now.mean) > MOST && changedShare(last.mean, now.mean) < STILL;
}

function changedBetween(before: LightReading, now: LightReading): boolean {
  const switched =
    (before.colour > COLOURED && now.colour < GRAY) || (before.colour < GRAY && now.colour > COLOURED);
  const share = changedShare(before.mean, now.mean);
  if (switched && share > 0.1) return true;
  if (share < MOST) return false;
  const pattern = samePattern(before.energy, now.energy);
  return pattern > SAME_PATTERN || (allGone(before.energy, now.energy) && isFlat(now.mean));
}

function changedShare(before: Float32Array, now: Float32Array): number {
  let count = 0;
  for (let i = 0; i < now.length; i++) {
    if (Math.abs((now[i] as number) - (before[i] as number)) > STEP) count++;
  }
  return now.length > 0 ? count / now.length : 0;
}

/** Correlation of where structure is, -1 to 1. Roots, so that one bright edge does not decide. */
export function samePattern(before: Float32Array, now: Float32Array): number {
  let [sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0];
  for (let i = 0; i < now.length; i++) {
    const a = Math.sqrt(before[i] as number);
    const b = Math.sqrt(now[i] as number);
    sumA += a;
    sumB += b;
    sumAA += a * a;
    sumBB += b * b;
    sumAB += a * b;
  }
  const n = Math.max(1, now.length);
  const spread = Math.sqrt(
    Math.max(0, sumAA / n - (sumA / n) ** 2) * Math.max(0, sumBB / n - (sumB / n) ** 2),
  );
  return spread > 0 ? (sumAB / n - (sumA * sumB) / (n * n)) / spread : 0;
}

function allGone(before: Float32Array, now: Float32Array): boolean {
  let [had, has] = [0, 0];
  for (let i = 0; i < now.length; i++) {
    had += before[i] as number;
    has += now[i] as number;
  }
  return has < NOTHING_LEFT * had;
}

/** Nearly one brightness all over, as in the dark or when the lens is blinded. */
function isFlat(mean: Float32Array): boolean {
  let [sum, squares] = [0, 0];
  for (const value of mean) {
    sum += value;
    squares += value * value;
  }
  const n = Math.max(1, mean.length);
  return squares / n - (sum / n) ** 2 < 60;
}
