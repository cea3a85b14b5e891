import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import { drawStreaks } from './texture.ts';

const HORIZON = 400;
const SKY: Readonly<Record<Light, readonly [string, string, string]>> = {
  day: ['#8fbfe6', '#d5e8f3', '#f1f3ec'],
  evening: ['#1c2747', '#59527c', '#d08c6d'],
  infrared: ['#0a0a0a', '#0d0d0d', '#121212'],
};

/** Sky, trees, hedge, lawn and the path to the street. */
export function drawGarden(on: SKRSContext2D, light: Light): void {
  const sky = on.createLinearGradient(0, 0, 0, HORIZON);
  for (const [index, place] of [0, 0.7, 1].entries()) sky.addColorStop(place, SKY[light][index] ?? '#000000');
  on.fillStyle = sky;
  on.fillRect(0, 0, 1280, HORIZON + 40);
  for (const [x, y, size] of [
    [1010, 130, 1],
    [1190, 92, 1.3],
    [1120, 220, 0.7],
  ] as const) {
    if (light !== 'infrared') cloud(on, x, y, size, light);
  }
  crowns(on, HORIZON - 46, 62, ['#6f8f78', '#7d9c82'], light);
  crowns(on, HORIZON - 8, 44, ['#4d7550', '#5b8459', '#44694a'], light);
  const lawn = on.createLinearGradient(0, HORIZON, 0, 720);
  lawn.addColorStop(0, lit('#8fae6b', light));
  lawn.addColorStop(1, lit('#5f8a4a', light));
  on.fillStyle = lawn;
  on.fillRect(820, HORIZON + 14, 460, 320);
  drawStreaks(
    on,
    { x: 820, y: HORIZON + 14, width: 460, height: 320 },
    { count: 2600, length: 9, upright: true, strength: 0.12, seed: 21 },
  );
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
  if (light === 'infrared') drawDistance(on);
}

/** The camera's lamp does not reach the street. */
function drawDistance(on: SKRSContext2D): void {
  const dark = on.createLinearGradient(0, HORIZON - 60, 0, 700);
  dark.addColorStop(0, 'rgba(6, 6, 6, 0.92)');
  dark.addColorStop(1, 'rgba(6, 6, 6, 0.3)');
  on.fillStyle = dark;
  on.fillRect(0, 0, 1280, 720);
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
