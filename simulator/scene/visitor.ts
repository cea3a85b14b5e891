import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Light } from './porch.ts';
import type { Visitor } from './scene-state.ts';

export function drawVisitor(on: SKRSContext2D, visitor: Visitor, light: Light): void {
  const x = visitor.x * 1280;
  on.fillStyle = light === 'day' ? '#3b5b8c' : '#24385a';
  on.fillRect(x - 50, 300, 100, 360);
  on.beginPath();
  on.arc(x, 260, 40, 0, Math.PI * 2);
  on.fillStyle = '#d8a98a';
  on.fill();
}
