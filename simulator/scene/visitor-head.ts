import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import type { Looks } from './looks.ts';
import type { Pose } from './pose.ts';

/** The head is drawn 62 high around its middle; in profile it looks to the right, and is mirrored for the left. */
export function drawHead(on: SKRSContext2D, { head, nod, facing }: Pose, looks: Looks, light: Light): void {
  on.save();
  on.translate(head.x, head.y);
  on.rotate(nod);
  if (facing === 0) drawFront(on, looks, light);
  else {
    on.scale(facing, 1);
    drawProfile(on, looks, light, facing === 1);
  }
  on.restore();
}

function skinOf(on: SKRSContext2D, from: number, to: number, skin: string, light: Light) {
  const gradient = on.createLinearGradient(from, -20, to, 24);
  gradient.addColorStop(0, lit(skin, light, 1, 1.14));
  gradient.addColorStop(0.55, lit(skin, light));
  gradient.addColorStop(1, lit(skin, light, 1, 0.68));
  return gradient;
}

function drawProfile(on: SKRSContext2D, looks: Looks, light: Light, litFromBehind: boolean): void {
  const { skin, hair } = looks;
  on.fillStyle = skinOf(on, litFromBehind ? -24 : 26, litFromBehind ? 26 : -24, skin, light);
  on.beginPath();
  on.moveTo(-17, 34);
  on.bezierCurveTo(-20, 16, -27, 8, -26, -6);
  on.bezierCurveTo(-25, -26, -10, -33, 3, -32);
  on.bezierCurveTo(16, -31, 22, -22, 21.5, -12);
  on.quadraticCurveTo(21, -7, 22, -3);
  on.quadraticCurveTo(26, 4, 29, 8);
  on.quadraticCurveTo(27, 11, 22.5, 11);
  on.quadraticCurveTo(25, 14, 23, 16.5);
  on.quadraticCurveTo(25, 19, 21.5, 21);
  on.quadraticCurveTo(23, 28, 17, 30.5);
  on.quadraticCurveTo(8, 31, 0, 25);
  on.lineTo(2, 40);
  on.closePath();
  on.fill();
  on.fillStyle = lit(skin, light, 0.55, 0.5);
  on.beginPath();
  on.moveTo(17, 30.5);
  on.quadraticCurveTo(4, 30, -6, 17);
  on.quadraticCurveTo(-2, 30, 1, 38);
  on.lineTo(3, 38);
  on.quadraticCurveTo(4, 31, 17, 30.5);
  on.fill();
  on.fillStyle = lit(hair, light);
  on.beginPath();
  on.moveTo(-19, 21);
  on.bezierCurveTo(-29, 12, -31, -14, -20, -26);
  on.bezierCurveTo(-8, -38, 16, -37, 21, -19);
  on.bezierCurveTo(10, -20, 2, -18, 0, -6);
  on.lineTo(-3, 2);
  on.lineTo(-9, -1);
  on.quadraticCurveTo(-12, 12, -19, 21);
  on.fill();
  on.fillStyle = lit(skin, light, 1, 0.86);
  on.beginPath();
  on.ellipse(-6, 4, 5, 8.5, -0.15, 0, Math.PI * 2);
  on.fill();
  on.strokeStyle = lit(skin, light, 1, 0.58);
  on.lineWidth = 1.6;
  on.beginPath();
  on.arc(-6.5, 3, 3.4, 2.2, 5.6);
  on.stroke();
  eye(on, 15, -3, 4.4, looks, light);
  on.strokeStyle = lit('#8d463b', light);
  on.lineWidth = 1.8;
  on.beginPath();
  on.moveTo(23, 16.5);
  on.lineTo(16, 17.4);
  on.stroke();
  if (looks.cap) profileCap(on, looks.cap, light);
}

function profileCap(on: SKRSContext2D, cap: string, light: Light): void {
  const cloth = on.createLinearGradient(-24, -40, 22, -12);
  cloth.addColorStop(0, lit(cap, light, 1, 1.3));
  cloth.addColorStop(1, lit(cap, light, 1, 0.7));
  on.fillStyle = cloth;
  on.beginPath();
  on.moveTo(-27, -10);
  on.bezierCurveTo(-32, -46, 22, -48, 23, -15);
  on.quadraticCurveTo(0, -12, -27, -10);
  on.fill();
  on.fillStyle = lit(cap, light, 1, 0.72);
  on.beginPath();
  on.moveTo(14, -17);
  on.quadraticCurveTo(34, -20, 46, -11);
  on.quadraticCurveTo(30, -11, 15, -12);
  on.fill();
}

function drawFront(on: SKRSContext2D, looks: Looks, light: Light): void {
  const { skin, hair } = looks;
  on.fillStyle = lit(skin, light, 1, 0.66);
  on.beginPath();
  on.roundRect(-13, 14, 26, 30, 8);
  on.fill();
  for (const side of [-1, 1]) {
    on.fillStyle = lit(skin, light, 1, side < 0 ? 0.95 : 0.72);
    on.beginPath();
    on.ellipse(side * 23.5, 2, 4, 8, side * 0.12, 0, Math.PI * 2);
    on.fill();
  }
  on.fillStyle = lit(hair, light);
  on.beginPath();
  on.ellipse(0, -9, 25, 25, 0, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = skinOf(on, -24, 24, skin, light);
  on.beginPath();
  on.moveTo(-22, -16);
  on.bezierCurveTo(-24, 8, -20, 20, -9, 29);
  on.quadraticCurveTo(0, 34, 9, 29);
  on.bezierCurveTo(20, 20, 24, 8, 22, -16);
  on.quadraticCurveTo(0, -27, -22, -16);
  on.fill();
  for (const side of [-1, 1]) eye(on, side * 9.5, -3, 5, looks, light);
  on.fillStyle = lit(skin, light, 0.7, 0.6);
  on.beginPath();
  on.moveTo(1, -2);
  on.quadraticCurveTo(6, 8, 5, 10);
  on.quadraticCurveTo(1, 13, -4, 10.5);
  on.quadraticCurveTo(3, 10, 1, -2);
  on.fill();
  on.strokeStyle = lit('#8d463b', light);
  on.lineWidth = 2.4;
  on.beginPath();
  on.moveTo(-7, 18);
  on.quadraticCurveTo(0, 20.5, 7, 18);
  on.stroke();
  if (looks.cap) frontCap(on, looks.cap, light);
}

function frontCap(on: SKRSContext2D, cap: string, light: Light): void {
  const cloth = on.createLinearGradient(-25, 0, 25, 0);
  cloth.addColorStop(0, lit(cap, light, 1, 1.2));
  cloth.addColorStop(1, lit(cap, light, 1, 0.7));
  on.fillStyle = cloth;
  on.beginPath();
  on.moveTo(-25, -12);
  on.bezierCurveTo(-28, -47, 28, -47, 25, -12);
  on.quadraticCurveTo(0, -21, -25, -12);
  on.fill();
  on.fillStyle = lit(cap, light, 1, 0.6);
  on.beginPath();
  on.moveTo(-25, -12);
  on.quadraticCurveTo(0, -22, 25, -12);
  on.quadraticCurveTo(0, -6, -25, -12);
  on.fill();
}

function eye(on: SKRSContext2D, x: number, y: number, width: number, looks: Looks, light: Light): void {
  on.fillStyle = lit(looks.skin, light, 0.6, 0.62);
  on.beginPath();
  on.ellipse(x, y - 1, width + 2, 4.6, 0, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit('#efe9e2', light);
  on.beginPath();
  on.ellipse(x, y, width * 0.85, 2.3, 0, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit('#241a15', light);
  on.beginPath();
  on.arc(x + 0.4, y - 0.2, 2.1, 0, Math.PI * 2);
  on.fill();
  on.strokeStyle = lit(looks.hair, light);
  on.lineWidth = 2.2;
  on.beginPath();
  on.moveTo(x - width - 0.5, y - 6);
  on.quadraticCurveTo(x, y - 9, x + width, y - 6.4);
  on.stroke();
}
