import type { SKRSContext2D } from '@napi-rs/canvas';
import { MAT_SPOT, PARCEL } from './layout.ts';
import { type Light, lit } from './light.ts';

export function drawParcelOnMat(on: SKRSContext2D, light: Light): void {
  const { x, y } = MAT_SPOT;
  const shadow = on.createRadialGradient(0, 0, 10, 0, 0, 84);
  shadow.addColorStop(0, 'rgba(20, 14, 8, 0.5)');
  shadow.addColorStop(1, 'rgba(20, 14, 8, 0)');
  on.save();
  on.translate(x + 6, y - 2);
  on.scale(1, 0.22);
  on.fillStyle = shadow;
  on.fillRect(-90, -90, 180, 180);
  on.restore();
  drawParcel(on, x, y, light);
}

/** A cardboard box with tape and a label; x is its middle, y its bottom edge. */
export function drawParcel(on: SKRSContext2D, x: number, y: number, light: Light): void {
  const { width, height } = PARCEL;
  const left = x - width / 2;
  const top = y - height;
  const depth = 18;
  const front = on.createLinearGradient(left, top, left + width, y);
  front.addColorStop(0, lit('#cfa26c', light));
  front.addColorStop(1, lit('#b28350', light));
  on.fillStyle = front;
  on.fillRect(left, top, width, height);
  on.fillStyle = lit('#dfb983', light);
  on.beginPath();
  on.moveTo(left, top);
  on.lineTo(left + 14, top - depth);
  on.lineTo(left + width - 6, top - depth);
  on.lineTo(left + width, top);
  on.fill();
  on.fillStyle = lit('#e9d9b4', light, 0.75);
  on.fillRect(x - 7, top, 14, height);
  on.beginPath();
  on.moveTo(x - 7, top);
  on.lineTo(x - 2, top - depth);
  on.lineTo(x + 10, top - depth);
  on.lineTo(x + 7, top);
  on.fill();
  on.fillStyle = lit('#f7f4ec', light);
  on.fillRect(left + width - 42, top + 12, 32, 22);
  on.fillStyle = lit('#4a4a4a', light);
  for (const [offset, bar] of [0, 4, 7, 12, 15, 20, 23].entries()) {
    on.fillRect(left + width - 39 + bar, top + 16, offset % 2 === 0 ? 2 : 1, 9);
  }
  on.strokeStyle = lit('#7b5832', light, 0.5);
  on.lineWidth = 1.5;
  on.strokeRect(left, top, width, height);
}
