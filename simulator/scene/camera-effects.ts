/** What lens, sensor and weather do to a whole picture; on its luma alone, which is cheap. */
import { seeded } from './texture.ts';
import type { YuvPicture } from './yuv.ts';

const BLACK = 16;
const WHITE = 235;

/** Makes the picture brighter or darker; 1 leaves it as it is. */
export function expose({ width, height, data }: YuvPicture, exposure: number): void {
  if (Math.abs(exposure - 1) < 0.002) return;
  const levels = Uint8Array.from({ length: 256 }, (_, luma) => bounded(BLACK + (luma - BLACK) * exposure));
  const pixels = width * height;
  for (let index = 0; index < pixels; index += 1) data[index] = levels[data[index] as number] as number;
}

/** Takes the colours away, as a camera does by infrared. */
export function fadeColours({ width, height, data }: YuvPicture): void {
  data.fill(128, width * height);
}

/** Light of a car that turns: a wide soft spot that goes over the wall from right to left. */
export function sweepHeadlights({ width, height, data }: YuvPicture, part: number): void {
  const middle = width * (1.2 - 1.4 * part);
  const columns = Float32Array.from({ length: width }, (_, x) => 90 * bell((x - middle) / (width * 0.16)));
  const strength = Math.sin(Math.PI * part);
  for (let y = 0; y < height; y += 1) {
    const row = bell((y / height - 0.5) / 0.3) * strength;
    const start = y * width;
    for (let x = 0; x < width; x += 1)
      data[start + x] = bounded((data[start + x] as number) + (columns[x] as number) * row);
  }
}

/** Streaks of rain, others in every picture. */
export function drawRain({ width, height, data }: YuvPicture, at: number): void {
  const random = seeded(Math.round(at));
  const length = Math.round(height / 16);
  for (let drop = 0; drop < 160; drop += 1) {
    const [left, top, strength] = [random() * width, random() * height, 16 + random() * 30];
    for (let step = 0; step < length; step += 1) {
      const [x, y] = [Math.floor(left - step * 0.14), Math.floor(top + step)];
      if (x < 0 || y >= height) break;
      const index = y * width + x;
      data[index] = bounded((data[index] as number) + strength);
    }
  }
}

/** An insect close to the lens: out of focus, bright in the lamp, on a crooked way. */
export function drawInsect({ width, height, data }: YuvPicture, part: number): void {
  const middleX = width * (1.1 - 1.2 * part + 0.05 * Math.sin(part * 23));
  const middleY = height * (0.4 + 0.22 * Math.sin(part * 9) + 0.06 * Math.sin(part * 31));
  const radius = height * (0.05 + 0.03 * Math.sin(part * 40));
  const [left, right] = [Math.max(0, middleX - radius * 2), Math.min(width, middleX + radius * 2)];
  const [top, bottom] = [Math.max(0, middleY - radius * 2), Math.min(height, middleY + radius * 2)];
  for (let y = Math.floor(top); y < bottom; y += 1) {
    for (let x = Math.floor(left); x < right; x += 1) {
      const distance = Math.hypot(x - middleX, y - middleY) / radius;
      const index = y * width + x;
      data[index] = bounded((data[index] as number) + 110 * bell(distance));
    }
  }
}

function bell(x: number): number {
  return Math.exp(-x * x);
}

function bounded(luma: number): number {
  return luma < BLACK ? BLACK : luma > WHITE ? WHITE : luma;
}
