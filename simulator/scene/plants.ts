import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import type { Box } from './yuv.ts';

export interface Plant {
  x: number;
  y: number;
  size: number;
}

export const PLANTS: readonly Plant[] = [
  { x: 150, y: 640, size: 1.05 },
  { x: 44, y: 668, size: 0.7 },
];

const LEAVES = 64;
/** Where the leaves are, in units of the plant. */
const CROWN = { x: -112, y: -262, width: 224, height: 206 } as const;

/** Where the leaves of a plant move, on the grid of the layout. */
export function crownBox({ x, y, size }: Plant): Box {
  return {
    x: x + CROWN.x * size,
    y: y + CROWN.y * size,
    width: CROWN.width * size,
    height: CROWN.height * size,
  };
}

export function drawPot(on: SKRSContext2D, { x, y, size }: Plant, light: Light): void {
  on.save();
  on.translate(x, y);
  on.scale(size, size);
  const shadow = on.createRadialGradient(0, 0, 10, 0, 0, 92);
  shadow.addColorStop(0, 'rgba(20, 14, 8, 0.5)');
  shadow.addColorStop(1, 'rgba(20, 14, 8, 0)');
  on.save();
  on.translate(12, 2);
  on.scale(1, 0.2);
  on.fillStyle = shadow;
  on.fillRect(-95, -95, 190, 190);
  on.restore();
  const clay = on.createLinearGradient(-50, 0, 50, 0);
  clay.addColorStop(0, lit('#b56c4a', light));
  clay.addColorStop(0.3, lit('#cd8460', light));
  clay.addColorStop(1, lit('#74402a', light));
  on.fillStyle = clay;
  on.beginPath();
  on.moveTo(-52, -84);
  on.lineTo(52, -84);
  on.lineTo(38, 4);
  on.lineTo(-38, 4);
  on.fill();
  on.fillRect(-58, -98, 116, 20);
  on.fillStyle = 'rgba(30, 14, 6, 0.35)';
  on.fillRect(-52, -78, 104, 6);
  on.restore();
}

/** The leaves, leaning with the wind: `sway` from -1 to 1. */
export function drawLeaves(on: SKRSContext2D, { x, y, size }: Plant, sway: number, light: Light): void {
  on.save();
  on.translate(x, y);
  on.scale(size, size);
  for (let leaf = LEAVES - 1; leaf >= 0; leaf -= 1) {
    // The golden angle spreads the leaves evenly without a random number.
    const angle = leaf * 2.39996;
    const radius = 9.2 * Math.sqrt(leaf);
    const height = -Math.sin(angle) * radius;
    const lean = sway * (4 + height * 0.04) * (0.7 + 0.3 * Math.cos(leaf * 1.7));
    const tone = ['#2f5a36', '#3c7043', '#4f8a52', '#689f60'][leaf % 4] as string;
    const depth = 0.72 + 0.004 * height + 0.28 * (1 - leaf / LEAVES);
    on.fillStyle = lit(tone, light, 1, depth);
    on.beginPath();
    on.ellipse(
      Math.cos(angle) * radius + lean,
      -152 - height * 0.95,
      21,
      9,
      angle + sway * 0.03,
      0,
      Math.PI * 2,
    );
    on.fill();
    on.strokeStyle = 'rgba(220, 240, 200, 0.13)';
    on.lineWidth = 1.2;
    on.stroke();
  }
  on.restore();
}
