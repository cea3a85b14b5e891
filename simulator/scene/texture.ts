/** Grain, bristles and stones: what makes a surface look like something. The same in every run. */
import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import type { Box } from './yuv.ts';

/** Numbers from 0 to 1 that look random, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Streaks {
  count: number;
  /** Longest one, in grid units. */
  length: number;
  /** Direction; level unless `upright`. */
  upright?: boolean;
  /** Most opaque, 0 to 1. */
  strength: number;
  seed: number;
}

/** Fine streaks, half of them darker and half of them lighter than the ground, as in wood. */
export function drawStreaks(
  on: SKRSContext2D,
  box: Box,
  { count, length, upright, strength, seed }: Streaks,
): void {
  const random = seeded(seed);
  on.save();
  on.beginPath();
  on.rect(box.x, box.y, box.width, box.height);
  on.clip();
  for (let index = 0; index < count; index += 1) {
    const long = length * (0.3 + 0.7 * random());
    const thick = 0.6 + random() * 1.4;
    const opacity = strength * (0.3 + 0.7 * random());
    on.fillStyle = random() < 0.5 ? `rgba(30, 20, 10, ${opacity})` : `rgba(255, 246, 230, ${opacity * 0.8})`;
    const x = box.x - long / 2 + random() * box.width;
    const y = box.y - long / 2 + random() * box.height;
    on.fillRect(x, y, upright ? thick : long, upright ? long : thick);
  }
  on.restore();
}

/** Soft, wide spots of shade, as weather leaves them. */
export function drawStains(on: SKRSContext2D, box: Box, count: number, strength: number, seed: number): void {
  const random = seeded(seed);
  on.save();
  on.beginPath();
  on.rect(box.x, box.y, box.width, box.height);
  on.clip();
  for (let index = 0; index < count; index += 1) {
    const [x, y] = [box.x + random() * box.width, box.y + random() * box.height];
    const radius = 30 + random() * 90;
    const tone = random() < 0.5 ? '40, 32, 22' : '255, 250, 238';
    const stain = on.createRadialGradient(x, y, 0, x, y, radius);
    stain.addColorStop(0, `rgba(${tone}, ${strength * random()})`);
    stain.addColorStop(1, `rgba(${tone}, 0)`);
    on.fillStyle = stain;
    on.fillRect(x - radius, y - radius, radius * 2, radius * 2);
  }
  on.restore();
}

/** A wall of bricks, each of its own tone. */
export function drawBricks(on: SKRSContext2D, box: Box, light: Light): void {
  const random = seeded(11);
  const [wide, high, joint] = [46, 15, 2.5];
  on.save();
  on.beginPath();
  on.rect(box.x, box.y, box.width, box.height);
  on.clip();
  on.fillStyle = lit('#a99c8b', light);
  on.fillRect(box.x, box.y, box.width, box.height);
  for (let row = 0; row * high < box.height; row += 1) {
    for (let x = box.x - (row % 2 === 0 ? 0 : wide / 2); x < box.x + box.width; x += wide) {
      const [y, tone] = [box.y + row * high, 0.82 + random() * 0.34];
      on.fillStyle = lit('#8f5a47', light, 1, tone);
      on.fillRect(x, y, wide - joint, high - joint);
      on.fillStyle = 'rgba(255, 240, 225, 0.14)';
      on.fillRect(x, y, wide - joint, 1.6);
    }
  }
  on.restore();
  drawStreaks(on, box, { count: 420, length: 9, strength: 0.14, seed: 12 });
}
