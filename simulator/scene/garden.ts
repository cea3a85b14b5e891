import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';

const HORIZON = 400;

/** Sky, trees, hedge, lawn and the path to the street. */
export function drawGarden(on: SKRSContext2D, light: Light): void {
  const sky = on.createLinearGradient(0, 0, 0, HORIZON);
  sky.addColorStop(0, light === 'day' ? '#8fbfe6' : '#1c2747');
  sky.addColorStop(0.7, light === 'day' ? '#d5e8f3' : '#59527c');
  sky.addColorStop(1, light === 'day' ? '#f1f3ec' : '#d08c6d');
  on.fillStyle = sky;
  on.fillRect(0, 0, 1280, HORIZON + 40);
  for (const [x, y, size] of [
    [1010, 130, 1],
    [1190, 92, 1.3],
    [1120, 220, 0.7],
  ] as const) {
    cloud(on, x, y, size, light);
  }
  crowns(on, HORIZON - 46, 62, ['#6f8f78', '#7d9c82'], light);
  crowns(on, HORIZON - 8, 44, ['#4d7550', '#5b8459', '#44694a'], light);
  const lawn = on.createLinearGradient(0, HORIZON, 0, 720);
  lawn.addColorStop(0, lit('#8fae6b', light));
  lawn.addColorStop(1, lit('#5f8a4a', light));
  on.fillStyle = lawn;
  on.fillRect(820, HORIZON + 14, 460, 320);
  on.fillStyle = lit('#d6ccba', light);
  on.beginPath();
  on.moveTo(1180, HORIZON + 14);
  on.bezierCurveTo(1150, 470, 1010, 500, 960, 720);
  on.lineTo(1280, 720);
  on.bezierCurveTo(1190, 560, 1230, 490, 1216, HORIZON + 14);
  on.fill();
  on.fillStyle = lit('#3c6140', light);
  for (let x = 850; x < 1300; x += 26) {
    if (x > 1150 && x < 1240) continue;
    on.beginPath();
    on.ellipse(x, HORIZON + 16, 24, 22, 0, 0, Math.PI * 2);
    on.fill();
  }
}

function cloud(on: SKRSContext2D, x: number, y: number, size: number, light: Light): void {
  on.fillStyle = lit('#ffffff', light, light === 'day' ? 0.6 : 0.22);
  for (const [dx, dy, radius] of [
    [-44, 6, 22],
    [-14, -6, 32],
    [24, 0, 27],
    [54, 8, 18],
  ] as const) {
    on.beginPath();
    on.ellipse(x + dx * size, y + dy * size, radius * size * 1.3, radius * size * 0.62, 0, 0, Math.PI * 2);
    on.fill();
  }
}

function crowns(on: SKRSContext2D, y: number, radius: number, tones: readonly string[], light: Light): void {
  for (let index = 0; index < 18; index += 1) {
    on.fillStyle = lit(tones[index % tones.length] as string, light);
    on.beginPath();
    const x = 800 + index * 30;
    on.ellipse(x, y + ((index * 37) % 23), radius * 0.8, radius, 0, 0, Math.PI * 2);
    on.fill();
  }
}
