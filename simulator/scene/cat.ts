import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import type { Box } from './yuv.ts';

const FUR = '#6d5a48';
const GROUND = 690;
const FROM = 1380;
const TO = -120;

/** A cat that walks through the picture from right to left; `part` of its way lies behind it. */
export function drawCat(on: SKRSContext2D, part: number, light: Light): void {
  const x = FROM + (TO - FROM) * part;
  const step = part * 22 * Math.PI;
  on.save();
  on.translate(x, GROUND);
  on.lineCap = 'round';
  on.fillStyle = 'rgba(15, 12, 10, 0.35)';
  on.beginPath();
  on.ellipse(8, 0, 62, 7, 0, 0, Math.PI * 2);
  on.fill();
  on.strokeStyle = lit(FUR, light, 1, 0.75);
  on.lineWidth = 10;
  for (const [hip, phase] of [
    [-30, 0],
    [-22, Math.PI],
    [34, Math.PI],
    [42, 0],
  ] as const) {
    on.beginPath();
    on.moveTo(hip, -30);
    on.lineTo(hip + Math.sin(step + phase) * 13, -4 - Math.max(0, Math.cos(step + phase)) * 5);
    on.stroke();
  }
  on.lineWidth = 8;
  on.beginPath();
  on.moveTo(48, -46);
  on.quadraticCurveTo(84, -50, 86, -84 + Math.sin(step / 3) * 6);
  on.stroke();
  const fur = on.createLinearGradient(0, -66, 0, -20);
  fur.addColorStop(0, lit(FUR, light, 1, 1.25));
  fur.addColorStop(1, lit(FUR, light, 1, 0.7));
  on.fillStyle = fur;
  on.beginPath();
  on.ellipse(6, -42, 52, 19, 0, 0, Math.PI * 2);
  on.ellipse(-52, -56, 19, 16, 0, 0, Math.PI * 2);
  on.fill();
  for (const ear of [-62, -44]) {
    on.beginPath();
    on.moveTo(ear - 7, -66);
    on.lineTo(ear, -84);
    on.lineTo(ear + 8, -66);
    on.fill();
  }
  on.restore();
}

/** Where `drawCat` paints. */
export function catBounds(part: number): Box {
  return { x: FROM + (TO - FROM) * part - 80, y: GROUND - 96, width: 184, height: 106 };
}
