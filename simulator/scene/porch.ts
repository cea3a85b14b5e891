import type { SKRSContext2D } from '@napi-rs/canvas';
import { drawGarden } from './garden.ts';
import { BELL } from './layout.ts';
import { type Light, lit } from './light.ts';
import { drawPot, PLANTS } from './plants.ts';
import { drawBricks, drawStains, drawStreaks, seeded } from './texture.ts';

const WALL_END = 842;
const FLOOR = 556;
/** Below it the wall is of bricks. */
const PLINTH = 512;
const DOOR = { x: 286, y: 128, width: 214, height: FLOOR - 128 } as const;

const LAMP: Readonly<Record<Light, string>> = { day: '#e9dfc4', evening: '#ffe2a0', infrared: '#8a8a8a' };
/** Panes by day, with the room behind them lit, and dark. */
const GLASS: Readonly<Record<Light, readonly [string, string]>> = {
  day: ['#c7d9de', '#7f9ba4'],
  evening: ['#ffd691', '#d99b4e'],
  infrared: ['#2c2c2c', '#484848'],
};

/** The empty porch: everything that never moves, which is all but the leaves. */
export function drawPorch(on: SKRSContext2D, light: Light): void {
  drawGarden(on, light);
  drawWall(on, light);
  drawDoor(on, light);
  drawFloor(on, light);
  drawMat(on, light);
  for (const plant of PLANTS) drawPot(on, plant, light);
  drawRoof(on, light);
  drawBell(on, light);
  drawLantern(on, 640, 232, light);
  if (light === 'evening') drawGlow(on, 640, 262);
  drawVignette(on, light === 'infrared' ? 0.72 : 0.34);
}

function drawWall(on: SKRSContext2D, light: Light): void {
  const wall = on.createLinearGradient(0, 0, WALL_END, 0);
  wall.addColorStop(0, lit('#d3cbbb', light));
  wall.addColorStop(0.7, lit('#ebe5d8', light));
  wall.addColorStop(1, lit('#dcd5c6', light));
  on.fillStyle = wall;
  on.fillRect(0, 0, WALL_END, FLOOR);
  const random = seeded(3);
  for (let y = -16; y < PLINTH; y += 30) {
    on.fillStyle = lit(random() < 0.5 ? '#fff8ea' : '#8d8474', light, 0.05 + random() * 0.07);
    on.fillRect(0, y, WALL_END, 30);
    on.fillStyle = lit('#857c6b', light, 0.55);
    on.fillRect(0, y, WALL_END, 2);
    on.fillStyle = lit('#857c6b', light, 0.16);
    on.fillRect(0, y + 2, WALL_END, 5);
    on.fillStyle = lit('#fffdf7', light, 0.4);
    on.fillRect(0, y + 27, WALL_END, 2);
  }
  const boards = { x: 0, y: 0, width: WALL_END, height: PLINTH };
  drawStreaks(on, boards, { count: 1500, length: 110, strength: 0.05, seed: 4 });
  drawStains(on, boards, 26, 0.1, 5);
  drawBricks(on, { x: 0, y: PLINTH, width: WALL_END, height: FLOOR - PLINTH }, light);
  on.fillStyle = lit('#f5f1e8', light);
  on.fillRect(WALL_END - 26, 0, 26, FLOOR);
  on.fillStyle = lit('#b8b0a0', light);
  on.fillRect(WALL_END - 28, 0, 2, FLOOR);
}

function drawDoor(on: SKRSContext2D, light: Light): void {
  const { x, y, width, height } = DOOR;
  on.fillStyle = lit('#f7f4ec', light);
  on.fillRect(x - 24, y - 26, width + 48, height + 26);
  on.fillStyle = lit('#c9c1b0', light);
  on.fillRect(x - 4, y - 4, width + 8, height + 4);
  const wood = on.createLinearGradient(x, y, x + width, y + height);
  wood.addColorStop(0, lit('#3f7470', light));
  wood.addColorStop(1, lit('#2a5653', light));
  on.fillStyle = wood;
  on.fillRect(x, y, width, height);
  drawStreaks(on, DOOR, { count: 420, length: 120, upright: true, strength: 0.1, seed: 6 });
  drawDoorWindow(on, x + 34, y + 32, width - 68, 126, light);
  for (const [top, tall] of [
    [186, 96],
    [302, 96],
  ] as const) {
    for (const left of [34, width / 2 + 8]) panel(on, x + left, y + top, width / 2 - 42, tall, light);
  }
  const knob = on.createRadialGradient(x + width - 24, y + 246, 1, x + width - 20, y + 250, 12);
  knob.addColorStop(0, lit('#fff0bd', light));
  knob.addColorStop(1, lit('#9a7426', light));
  on.fillStyle = knob;
  on.beginPath();
  on.arc(x + width - 20, y + 250, 10, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit('#c39b48', light);
  on.fillRect(x + width / 2 - 34, y + 168, 68, 11);
  on.fillStyle = lit('#5d5346', light);
  on.fillRect(x - 24, FLOOR - 10, width + 48, 10);
  on.fillStyle = lit('#4a4438', light);
  on.font = '600 34px "DejaVu Serif", serif';
  on.textAlign = 'center';
  on.fillText('24', 214, 262);
  on.textAlign = 'start';
}

function drawDoorWindow(
  on: SKRSContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  light: Light,
): void {
  on.fillStyle = lit('#21413f', light);
  on.fillRect(x - 5, y - 5, width + 10, height + 10);
  const glass = on.createLinearGradient(x, y, x + width, y + height);
  const [upper, lower] = GLASS[light];
  glass.addColorStop(0, upper);
  glass.addColorStop(1, lower);
  on.fillStyle = glass;
  on.fillRect(x, y, width, height);
  on.fillStyle = 'rgba(255, 255, 255, 0.22)';
  on.beginPath();
  on.moveTo(x + 14, y);
  on.lineTo(x + 56, y);
  on.lineTo(x + 16, y + height);
  on.lineTo(x, y + height);
  on.lineTo(x, y + 46);
  on.fill();
  on.fillStyle = lit('#2d5b58', light);
  on.fillRect(x + width / 2 - 4, y, 8, height);
  on.fillRect(x, y + height / 2 - 4, width, 8);
}

function panel(on: SKRSContext2D, x: number, y: number, width: number, height: number, light: Light): void {
  on.fillStyle = lit('#1f4543', light);
  on.fillRect(x, y, width, height);
  on.fillStyle = lit('#4c8580', light);
  on.fillRect(x + 3, y + 3, width - 3, height - 3);
  on.fillStyle = lit('#346663', light);
  on.fillRect(x + 6, y + 6, width - 12, height - 12);
}

function drawFloor(on: SKRSContext2D, light: Light): void {
  const edge = 1010;
  const boards = on.createLinearGradient(0, FLOOR, 0, 720);
  boards.addColorStop(0, lit('#9a7d5f', light));
  boards.addColorStop(1, lit('#c3a380', light));
  // Steps down to the path, to the right.
  for (const [index, colour] of ['#8d7257', '#a1866a', '#b69a7c'].entries()) {
    const right = edge + 150 - index * 52;
    on.fillStyle = lit('#6b553f', light);
    quad(on, 800, 592 + (2 - index) * 26, right, 592 + (2 - index) * 26, right + 110, 752, 800, 752);
    on.fillStyle = lit(colour, light);
    quad(on, 800, 580 + (2 - index) * 26, right - 6, 580 + (2 - index) * 26, right + 100, 740, 800, 740);
  }
  on.fillStyle = boards;
  quad(on, 0, FLOOR, WALL_END + 40, FLOOR, edge + 30, 720, 0, 720);
  on.strokeStyle = lit('#6d543b', light, 0.55);
  on.lineWidth = 2;
  for (let index = 1; index < 7; index += 1) {
    const y = FLOOR + 164 * (index / 7) ** 1.5;
    on.beginPath();
    on.moveTo(0, y);
    on.lineTo(WALL_END + 40 + (y - FLOOR) * 0.9, y);
    on.stroke();
  }
  drawStreaks(
    on,
    { x: 0, y: FLOOR, width: edge, height: 164 },
    { count: 1100, length: 150, strength: 0.09, seed: 8 },
  );
  const shade = on.createLinearGradient(0, FLOOR, 0, FLOOR + 50);
  shade.addColorStop(0, 'rgba(30, 20, 10, 0.4)');
  shade.addColorStop(1, 'rgba(30, 20, 10, 0)');
  on.fillStyle = shade;
  quad(on, 0, FLOOR, WALL_END + 40, FLOOR, WALL_END + 70, FLOOR + 50, 0, FLOOR + 50);
}

function drawMat(on: SKRSContext2D, light: Light): void {
  on.fillStyle = 'rgba(20, 14, 8, 0.35)';
  quad(on, 256, 592, 542, 592, 570, 660, 232, 660);
  on.fillStyle = lit('#5d4830', light);
  quad(on, 258, 588, 538, 588, 562, 654, 236, 654);
  on.fillStyle = lit('#86694a', light);
  quad(on, 260, 586, 536, 586, 559, 650, 239, 650);
  on.save();
  on.beginPath();
  on.moveTo(260, 586);
  on.lineTo(536, 586);
  on.lineTo(559, 650);
  on.lineTo(239, 650);
  on.clip();
  const bristles = { x: 236, y: 584, width: 326, height: 68 };
  drawStreaks(on, bristles, { count: 3200, length: 6, upright: true, strength: 0.32, seed: 9 });
  on.restore();
  on.strokeStyle = lit('#46351f', light, 0.8);
  on.lineWidth = 4;
  on.beginPath();
  on.moveTo(274, 594);
  on.lineTo(522, 594);
  on.lineTo(540, 641);
  on.lineTo(258, 641);
  on.closePath();
  on.stroke();
}

function drawRoof(on: SKRSContext2D, light: Light): void {
  on.fillStyle = lit('#f3eee3', light);
  on.fillRect(0, 0, 960, 46);
  on.fillStyle = lit('#c9c0ae', light);
  on.fillRect(0, 44, 960, 7);
  const shade = on.createLinearGradient(0, 50, 0, 150);
  shade.addColorStop(0, 'rgba(40, 34, 26, 0.34)');
  shade.addColorStop(1, 'rgba(40, 34, 26, 0)');
  on.fillStyle = shade;
  on.fillRect(0, 50, WALL_END, 100);
  const post = on.createLinearGradient(906, 0, 946, 0);
  post.addColorStop(0, lit('#fffcf4', light));
  post.addColorStop(1, lit('#cbc3b2', light));
  on.fillStyle = post;
  on.fillRect(908, 50, 36, 560);
  on.fillStyle = lit('#e6dfd0', light);
  on.fillRect(898, 50, 56, 22);
  on.fillRect(898, 592, 56, 24);
}

function drawBell(on: SKRSContext2D, light: Light): void {
  on.fillStyle = lit('#2c2c2e', light);
  on.beginPath();
  on.roundRect(BELL.x - 14, BELL.y - 42, 28, 72, 9);
  on.fill();
  on.fillStyle = lit('#11161c', light);
  on.beginPath();
  on.arc(BELL.x, BELL.y - 24, 8, 0, Math.PI * 2);
  on.fill();
  on.strokeStyle = '#7ec8ff';
  on.lineWidth = 2.5;
  on.beginPath();
  on.arc(BELL.x, BELL.y + 8, 9, 0, Math.PI * 2);
  on.stroke();
}

function drawLantern(on: SKRSContext2D, x: number, y: number, light: Light): void {
  on.fillStyle = lit('#2b2723', light);
  on.fillRect(x - 3, y - 34, 6, 24);
  quad(on, x - 12, y - 14, x + 12, y - 14, x + 24, y + 4, x - 24, y + 4);
  quad(on, x - 20, y + 4, x + 20, y + 4, x + 14, y + 56, x - 14, y + 56);
  on.fillStyle = LAMP[light];
  quad(on, x - 15, y + 8, x + 15, y + 8, x + 10, y + 51, x - 10, y + 51);
  on.fillStyle = lit('#2b2723', light);
  on.fillRect(x - 1.5, y + 8, 3, 44);
}

function drawGlow(on: SKRSContext2D, x: number, y: number): void {
  const glow = on.createRadialGradient(x, y, 8, x, y, 520);
  glow.addColorStop(0, 'rgba(255, 205, 120, 0.75)');
  glow.addColorStop(0.15, 'rgba(255, 185, 95, 0.34)');
  glow.addColorStop(1, 'rgba(255, 160, 70, 0)');
  on.save();
  on.globalCompositeOperation = 'screen';
  on.fillStyle = glow;
  on.fillRect(0, 0, 1280, 720);
  on.restore();
}

/** Darker corners; by infrared they are out of the camera's lamp. */
function drawVignette(on: SKRSContext2D, strength: number): void {
  const edge = on.createRadialGradient(640, 400, 340, 640, 400, 800);
  edge.addColorStop(0, 'rgba(0, 0, 0, 0)');
  edge.addColorStop(1, `rgba(0, 0, 0, ${strength})`);
  on.fillStyle = edge;
  on.fillRect(0, 0, 1280, 720);
}

/** A filled four-cornered shape. */
function quad(on: SKRSContext2D, ...[ax, ay, bx, by, cx, cy, dx, dy]: Corners): void {
  on.beginPath();
  on.moveTo(ax, ay);
  on.lineTo(bx, by);
  on.lineTo(cx, cy);
  on.lineTo(dx, dy);
  on.closePath();
  on.fill();
}

type Corners = [number, number, number, number, number, number, number, number];
