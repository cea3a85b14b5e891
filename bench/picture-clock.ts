/** Reads the time that the simulated camera writes into its pictures: the one witness of a picture's age that no hub can sway. */
import { createCanvas, type Image, loadImage } from '@napi-rs/canvas';
import { drawClock } from '../simulator/scene/clock-overlay.ts';
import { GRID } from '../simulator/scene/layout.ts';
import { mean } from './statistics.ts';

/** Where the date and the time stand, in the camera's grid; the name after them never changes. */
const BOX = { x: 26, y: 670, width: 282, height: 32 } as const;
const OLDEST_SECONDS = 15;
/** Below this likeness it is no clock, or one from longer ago. 1 is the same picture. */
const LEAST_LIKENESS = 0.6;

/**
 * The second, as epoch ms of its beginning, that the clock in the picture shows. `had` is when the picture came.
 * @throws when no second of the last 15 is on it
 */
export async function readPictureClock(jpeg: Buffer, name: string, had: number): Promise<number> {
  const picture = brightness(await loadImage(jpeg));
  const now = Math.floor(had / 1000) * 1000;
  const candidates = Array.from({ length: OLDEST_SECONDS }, (_, ago) => now - ago * 1000).map((second) => ({
    second,
    likeness: likeness(picture, brightness(new Date(second), name)),
  }));
  const best = candidates.reduce((one, other) => (other.likeness > one.likeness ? other : one));
  if (best.likeness < LEAST_LIKENESS) throw new Error('The picture has no clock of the last 15 s.');
  return best.second;
}

/** The box out of a picture of any size, or as the camera draws it for a time. */
function brightness(of: Image | Date, name = ''): number[] {
  const context = createCanvas(GRID.width, GRID.height).getContext('2d');
  if (of instanceof Date) drawClock(context, name, of);
  else context.drawImage(of, 0, 0, GRID.width, GRID.height);
  const { data } = context.getImageData(BOX.x, BOX.y, BOX.width, BOX.height);
  return Array.from({ length: data.length / 4 }, (_, index) => data[index * 4 + 1] ?? 0);
}

/** Pearson's correlation: 1 for the same picture, whatever its contrast and brightness. */
export function likeness(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [mean(one), mean(other)];
  let [both, ones, others] = [0, 0, 0];
  for (const [index, value] of one.entries()) {
    const [x, y] = [value - a, (other[index] ?? b) - b];
    both += x * y;
    ones += x * x;
    others += y * y;
  }
  return ones === 0 || others === 0 ? 0 : both / Math.sqrt(ones * others);
}
