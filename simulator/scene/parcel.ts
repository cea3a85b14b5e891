import type { SKRSContext2D } from '@napi-rs/canvas';
import { MAT_SPOT, PARCEL } from './layout.ts';
import { type Light, lit } from './light.ts';
import type { Box } from './yuv.ts';

const DEPTH = 24;
/** Where `drawParcelOnMat` paints. */
export const PARCEL_BOUNDS: Box = {
  x: MAT_SPOT.x - 118,
  y: MAT_SPOT.y - PARCEL.height - DEPTH - 4,
  width: 258,
  height: PARCEL.height + DEPTH + 36,
};

export function drawParcelOnMat(on: SKRSContext2D, light: Light): void {
  const { x, y } = MAT_SPOT;
  const shadow = on.createRadialGradient(0, 0, 30, 0, 0, 122);
  shadow.addColorStop(0, 'rgba(20, 14, 8, 0.62)');
  shadow.addColorStop(1, 'rgba(20, 14, 8, 0)');
  on.save();
  on.translate(x + 12, y - 4);
  on.scale(1, 0.24);
  on.fillStyle = shadow;
  on.fillRect(-130, -130, 260, 260);
  on.restore();
  drawParcel(on, x, y, light, PARCEL.width);
}

/** A cardboard box with tape and a label; x is its middle, y its bottom edge, `width` what shows of its front. */
export function drawParcel(on: SKRSContext2D, x: number, y: number, light: Light, width: number): void {
  const { height } = PARCEL;
  const left = x - width / 2;
  const top = y - height;
  const front = on.createLinearGradient(left, top, left + width * 0.6, y);
  front.addColorStop(0, lit('#c99c66', light));
  front.addColorStop(0.7, lit('#b58753', light));
  front.addColorStop(1, lit('#9c7043', light));
  on.fillStyle = front;
  on.fillRect(left, top, width, height);
  const lid = on.createLinearGradient(0, top - DEPTH, 0, top);
  lid.addColorStop(0, lit('#cfa874', light));
  lid.addColorStop(1, lit('#e2bf8c', light));
  on.fillStyle = lid;
  four(on, left, top, left + 18, top - DEPTH, left + width - 8, top - DEPTH, left + width, top);
  on.fillStyle = lit('#8d6337', light, 0.5);
  on.fillRect(left, top, width, 2);
  // The flaps meet under the tape, which comes down over the front.
  on.fillStyle = lit('#ead9b2', light, 0.72);
  four(on, left + 8, top - 10, left + 11, top - 16, left + width - 4, top - 16, left + width - 2, top - 10);
  on.fillRect(x - 9, top, 18, height * 0.34);
  on.fillStyle = lit('#fdf6e0', light, 0.4);
  on.fillRect(x - 9, top, 4, height * 0.34);
  drawLabel(on, left + width * 0.56, top + height * 0.4, width * 0.36, light);
  on.strokeStyle = lit('#6d4c2a', light, 0.55);
  on.lineWidth = 1.4;
  on.strokeRect(left, top, width, height);
}

function drawLabel(on: SKRSContext2D, x: number, y: number, width: number, light: Light): void {
  on.fillStyle = lit('#f3f0e8', light);
  on.fillRect(x, y, width, 42);
  on.fillStyle = lit('#55524d', light);
  for (const [row, part] of [0.7, 0.5, 0.6].entries()) on.fillRect(x + 5, y + 5 + row * 5, width * part, 2);
  for (const [index, bar] of [0, 0.08, 0.14, 0.25, 0.31, 0.42, 0.5, 0.56, 0.66, 0.76, 0.82].entries()) {
    on.fillRect(x + 5 + bar * (width - 12), y + 23, index % 3 === 0 ? 3 : 1.5, 14);
  }
}

function four(
  on: SKRSContext2D,
  ...[ax, ay, bx, by, cx, cy, dx, dy]: [number, number, number, number, number, number, number, number]
): void {
  on.beginPath();
  on.moveTo(ax, ay);
  on.lineTo(bx, by);
  on.lineTo(cx, cy);
  on.lineTo(dx, dy);
  on.fill();
}
