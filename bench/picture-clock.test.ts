import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, it, test } from 'vitest';
import { drawClock } from '../simulator/scene/clock-overlay.ts';
import { GRID } from '../simulator/scene/layout.ts';
import { likeness, readPictureClock } from './picture-clock.ts';

const NAME = 'Front door';
const HAD = 1_790_000_009_400;

/** A picture of this width with the clock on a busy ground, as the camera draws it. */
async function picture(width: number, at?: number): Promise<Buffer> {
  const canvas = createCanvas(width, (width * GRID.height) / GRID.width);
  const context = canvas.getContext('2d');
  context.scale(width / GRID.width, width / GRID.width);
  for (let x = 0; x < GRID.width; x += 40) {
    context.fillStyle = `hsl(${x % 360} 30% ${30 + (x % 7) * 3}%)`;
    context.fillRect(x, 0, 40, GRID.height);
  }
  if (at !== undefined) drawClock(context, NAME, new Date(at));
  return await canvas.encode('jpeg', 70);
}

describe('readPictureClock', () => {
  test.each([
    [1280, 0],
    [1280, 1],
    [1280, 9],
    [640, 2],
    [640, 11],
  ])('%d pixels wide, %d s old', async (width, seconds) => {
    const at = HAD - 100 - seconds * 1000;
    expect(await readPictureClock(await picture(width, at), NAME, HAD)).toBe(Math.floor(at / 1000) * 1000);
  });

  it('reads nothing where there is nothing', async () => {
    await expect(readPictureClock(await picture(1280), NAME, HAD)).rejects.toThrow('no clock');
  });
});

test.each([
  [[1, 2, 3], [1, 2, 3], 1],
  [[1, 2, 3], [10, 20, 30], 1],
  [[1, 2, 3], [3, 2, 1], -1],
  [[1, 2, 3], [5, 5, 5], 0],
])('%j is like %j: %d', (one, other, expected) => {
  expect(likeness(one, other)).toBeCloseTo(expected);
});
