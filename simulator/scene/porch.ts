import type { SKRSContext2D } from '@napi-rs/canvas';

export type Light = 'day' | 'evening';

export function drawPorch(on: SKRSContext2D, light: Light): void {
  const sky = on.createLinearGradient(0, 0, 0, 420);
  sky.addColorStop(0, light === 'day' ? '#9cc4e4' : '#1d2742');
  sky.addColorStop(1, light === 'day' ? '#e9f1f5' : '#5b5a78');
  on.fillStyle = sky;
  on.fillRect(0, 0, 1280, 720);
  on.fillStyle = light === 'day' ? '#d9d2c4' : '#5d5a5c';
  on.fillRect(0, 0, 820, 560);
  on.fillStyle = light === 'day' ? '#2f5d62' : '#1c3a3e';
  on.fillRect(270, 120, 230, 440);
  on.fillStyle = light === 'day' ? '#b59a7a' : '#4d4237';
  on.fillRect(0, 560, 1280, 160);
}

export function drawParcelOnMat(on: SKRSContext2D, light: Light): void {
  on.fillStyle = light === 'day' ? '#c49a64' : '#7d6241';
  on.fillRect(330, 570, 110, 70);
}
