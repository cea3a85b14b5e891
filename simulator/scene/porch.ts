import type { SKRSContext2D } from '@napi-rs/canvas';
import { drawGarden } from './garden.ts';
import { BELL } from './layout.ts';
import { type Light, lit } from './light.ts';

const WALL_END = 842;
const FLOOR = 556;
const DOOR = { x: 286, y: 128, width: 214, height: FLOOR - 128 } as const;

/** The empty porch: everything that never moves. */
export function drawPorch(on: SKRSContext2D, light: Light): void {
  drawGarden(on, light);
  drawWall(on, light);
  drawDoor(on, light);
  drawFloor(on, light);
  drawMat(on, light);
  drawPlant(on, 176, 640, 1.05, light);
  drawPlant(on, 790, 590, 0.72, light);
  drawRoof(on, light);
  drawBell(on, light);
  drawLantern(on, 640, 232, light);
  if (light === 'evening') drawGlow(on, 640, 262);
  drawVignette(on);
}

function drawWall(on: SKRSContext2D, light: Light): void {
  const wall = on.createLinearGradient(0, 0, WALL_END, 0);
  wall.addColorStop(0, lit('#d3cbbb', light));
  wall.addColorStop(0.7, lit('#ebe5d8', light));
  wall.addColorStop(1, lit('#dcd5c6', light));
  on.fillStyle = wall;
  on.fillRect(0, 0, WALL_END, FLOOR);
  for (let y = 14; y < FLOOR; y += 30) {
    on.fillStyle = lit('#9b9280', light, 0.5);
    on.fillRect(0, y, WALL_END, 2);
    on.fillStyle = lit('#fffdf7', light, 0.5);
    on.fillRect(0, y + 2, WALL_END, 2);
  }
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
  glass.addColorStop(0, light === 'day' ? '#c7d9de' : '#ffd691');
  glass.addColorStop(1, light === 'day' ? '#7f9ba4' : '#d99b4e');
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
  const shade = on.createLinearGradient(0, FLOOR, 0, FLOOR + 50);
  shade.addColorStop(0, 'rgba(30, 20, 10, 0.4)');
  shade.addColorStop(1, 'rgba(30, 20, 10, 0)');
  on.fillStyle = shade;
  quad(on, 0, FLOOR, WALL_END + 40, FLOOR, WALL_END + 70, FLOOR + 50, 0, FLOOR + 50);
}

function drawMat(on: SKRSContext2D, light: Light): void {
  on.fillStyle = lit('#4d3b2a', light);
  quad(on, 290, 590, 508, 590, 528, 650, 272, 650);
  on.fillStyle = lit('#8b6b48', light);
  quad(on, 294, 588, 504, 588, 522, 645, 278, 645);
  on.strokeStyle = lit('#5b4630', light);
  on.lineWidth = 3;
  on.beginPath();
  on.moveTo(306, 595);
  on.lineTo(492, 595);
  on.lineTo(506, 638);
  on.lineTo(294, 638);
  on.closePath();
  on.stroke();
}

function drawPlant(on: SKRSContext2D, x: number, y: number, size: number, light: Light): void {
  on.save();
  on.translate(x, y);
  on.scale(size, size);
  on.fillStyle = 'rgba(20, 14, 8, 0.3)';
  on.beginPath();
  on.ellipse(10, 2, 84, 14, 0, 0, Math.PI * 2);
  on.fill();
  const pot = on.createLinearGradient(-50, 0, 50, 0);
  pot.addColorStop(0, lit('#c67a55', light));
  pot.addColorStop(1, lit('#84462c', light));
  on.fillStyle = pot;
  quad(on, -52, -84, 52, -84, 38, 4, -38, 4);
  on.fillStyle = lit('#b3694a', light);
  on.fillRect(-58, -98, 116, 20);
  for (let leaf = 0; leaf < 64; leaf += 1) {
    // The golden angle spreads the leaves evenly without a random number.
    const angle = leaf * 2.39996;
    const radius = 9.2 * Math.sqrt(leaf);
    const tone = ['#2f5a36', '#3c7043', '#4f8a52', '#689f60'][leaf % 4] as string;
    on.fillStyle = lit(tone, light);
    on.beginPath();
    on.ellipse(
      Math.cos(angle) * radius,
      -152 + Math.sin(angle) * radius * 0.95,
      21,
      9,
      angle,
      0,
      Math.PI * 2,
    );
    on.fill();
  }
  on.restore();
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
  on.fillStyle = light === 'day' ? '#e9dfc4' : '#ffe2a0';
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

function drawVignette(on: SKRSContext2D): void {
  const edge = on.createRadialGradient(640, 360, 380, 640, 360, 800);
  edge.addColorStop(0, 'rgba(0, 0, 0, 0)');
  edge.addColorStop(1, 'rgba(0, 0, 0, 0.34)');
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
