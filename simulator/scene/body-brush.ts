import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import type { Point } from './pose.ts';

/** Where the light comes from: above, a little to the left. */
const LIGHT_FROM = { x: -0.6, y: -0.8 } as const;

/** A round thing between two points, wider at one end, darker on the side away from the light. */
export function drawBone(
  on: SKRSContext2D,
  [a, startWidth]: readonly [Point, number],
  [b, endWidth]: readonly [Point, number],
  colour: string,
  light: Light,
): void {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = Math.max(1, Math.hypot(dx, dy));
  const across = { x: -dy / length, y: dx / length };
  const [r, s] = [startWidth / 2, endWidth / 2];
  const sign = across.x * LIGHT_FROM.x + across.y * LIGHT_FROM.y > 0 ? 1 : -1;
  const wide = Math.max(r, s) * sign;
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const cloth = on.createLinearGradient(
    middle.x + across.x * wide,
    middle.y + across.y * wide,
    middle.x - across.x * wide,
    middle.y - across.y * wide,
  );
  addRoundness(cloth, colour, light);
  const angle = Math.atan2(dy, dx);
  on.fillStyle = cloth;
  on.beginPath();
  on.arc(a.x, a.y, r, angle + Math.PI / 2, angle - Math.PI / 2);
  on.arc(b.x, b.y, s, angle - Math.PI / 2, angle + Math.PI / 2);
  on.closePath();
  on.fill();
}

/** Colours across something round, from its lit side to its dark one. */
export function addRoundness(
  gradient: ReturnType<SKRSContext2D['createLinearGradient']>,
  colour: string,
  light: Light,
): void {
  for (const [place, tone] of [
    [0, 0.95],
    [0.22, 1.2],
    [0.5, 0.98],
    [0.82, 0.62],
    [1, 0.72],
  ] as const) {
    gradient.addColorStop(place, lit(colour, light, 1, tone));
  }
}

/** A crease of cloth from one point to another, its middle pulled aside. */
export function drawFold(on: SKRSContext2D, from: Point, pull: Point, to: Point, strength: number): void {
  for (const [shift, style] of [
    [0, `rgba(10, 10, 16, ${strength})`],
    [2.2, `rgba(255, 255, 255, ${strength * 0.4})`],
  ] as const) {
    on.strokeStyle = style;
    on.lineWidth = 2.4;
    on.beginPath();
    on.moveTo(from.x, from.y + shift);
    on.quadraticCurveTo(pull.x, pull.y + shift, to.x, to.y + shift);
    on.stroke();
  }
}

export function between(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}
