import type { SKRSContext2D } from '@napi-rs/canvas';
import { addRoundness, between, drawBone, drawFold } from './body-brush.ts';
import { type Light, lit } from './light.ts';
import { LOOKS, type Looks } from './looks.ts';
import { drawParcel } from './parcel.ts';
import { type Leg, type Limb, type Pose, poseOf } from './pose.ts';
import type { Visitor } from './scene-state.ts';
import { drawHead } from './visitor-head.ts';
import type { Box } from './yuv.ts';

/** A person: shaded shapes over the joints of a pose. */
export function drawVisitor(on: SKRSContext2D, visitor: Visitor, light: Light): void {
  const pose = poseOf(visitor);
  const looks = LOOKS[visitor.who];
  const { parcel, facing } = pose;
  on.save();
  on.lineCap = 'round';
  on.lineJoin = 'round';
  drawShadow(on, pose);
  if (facing !== 0) drawArm(on, pose.farArm, looks, light, 0.72);
  drawLeg(on, pose.farLeg, facing, looks, light, facing === 0 ? 1 : 0.72);
  drawLeg(on, pose.nearLeg, facing, looks, light, 1);
  const throat = { x: pose.neck.x + facing * 2, y: pose.neck.y + 4 };
  drawBone(on, [throat, 27], [between(throat, pose.head, 0.5), 25], toned(looks.skin, 0.8), light);
  drawTorso(on, pose, looks, light);
  drawHead(on, pose, looks, light);
  if (parcel) drawParcel(on, parcel.x, parcel.y, light, parcel.width);
  drawArm(on, pose.nearArm, looks, light, 1);
  if (facing === 0) drawArm(on, pose.farArm, looks, light, 1);
  on.restore();
}

/** Where `drawVisitor` paints, on the grid of the layout. */
export function visitorBounds(visitor: Visitor): Box {
  const pose = poseOf(visitor);
  const limbs = [pose.farLeg, pose.nearLeg, pose.farArm, pose.nearArm];
  const xs = [pose.feet.x - 90, pose.feet.x + 120, pose.head.x - 50, pose.head.x + 50];
  const ys = [pose.head.y - 52, pose.feet.y + 26];
  for (const { from, joint, to } of limbs)
    xs.push(from.x - 24, joint.x + 24, joint.x - 24, to.x + 34, to.x - 34);
  if (pose.parcel) {
    xs.push(pose.parcel.x - pose.parcel.width / 2 - 4, pose.parcel.x + pose.parcel.width / 2 + 26);
    ys.push(pose.parcel.y + 4);
  }
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function drawShadow(on: SKRSContext2D, { feet, farLeg, nearLeg }: Pose): void {
  const soft = (x: number, y: number, wide: number, flat: number, strength: number) => {
    const shadow = on.createRadialGradient(0, 0, 2, 0, 0, wide);
    shadow.addColorStop(0, `rgba(15, 12, 10, ${strength})`);
    shadow.addColorStop(1, 'rgba(15, 12, 10, 0)');
    on.save();
    on.translate(x, y);
    on.scale(1, flat);
    on.fillStyle = shadow;
    on.fillRect(-wide, -wide, wide * 2, wide * 2);
    on.restore();
  };
  soft(feet.x + 22, feet.y + 1, 92, 0.18, 0.4);
  for (const { to } of [farLeg, nearLeg]) soft(to.x + 4, feet.y + 2, 36, 0.24, 0.5);
}

function drawLeg(
  on: SKRSContext2D,
  leg: Leg,
  facing: number,
  looks: Looks,
  light: Light,
  tone: number,
): void {
  const { from, joint, to } = leg;
  drawShoe(on, leg, facing, looks, light, tone);
  const cloth = toned(looks.trousers, tone);
  const hem = { x: to.x, y: to.y - 2 };
  drawBone(on, [joint, 36], [hem, 29], cloth, light);
  drawBone(on, [from, 50], [joint, 37], cloth, light);
  const bend = facing === 0 ? 0.5 : 1;
  const back = -(facing || 1) * 15;
  drawFold(
    on,
    { x: joint.x + back, y: joint.y - 6 },
    joint,
    { x: joint.x - back * 0.6, y: joint.y + 7 },
    0.24 * bend,
  );
  drawFold(
    on,
    { x: to.x - 12, y: to.y - 16 },
    { x: to.x, y: to.y - 10 },
    { x: to.x + 12, y: to.y - 17 },
    0.2,
  );
}

function drawShoe(
  on: SKRSContext2D,
  { to, pitch }: Leg,
  facing: number,
  looks: Looks,
  light: Light,
  tone: number,
): void {
  on.save();
  on.translate(to.x, to.y);
  if (facing === 0) {
    on.fillStyle = lit(looks.soles, light, 1, tone);
    on.beginPath();
    on.ellipse(0, 15, 17, 6, 0, 0, Math.PI * 2);
    on.fill();
    on.fillStyle = lit(looks.shoes, light, 1, tone);
    on.beginPath();
    on.ellipse(0, 7, 16, 11, 0, 0, Math.PI * 2);
    on.fill();
  } else {
    on.scale(facing, 1);
    on.rotate(pitch);
    on.fillStyle = lit(looks.shoes, light, 1, tone);
    on.beginPath();
    on.moveTo(-15, 13);
    on.quadraticCurveTo(-17, -6, -9, -8);
    on.lineTo(11, -8);
    on.quadraticCurveTo(18, 2, 33, 5);
    on.quadraticCurveTo(39, 8, 37, 14);
    on.closePath();
    on.fill();
    on.fillStyle = lit(looks.soles, light, 1, tone * 0.9);
    on.fillRect(-15, 13, 52, 4);
  }
  on.restore();
}

function drawArm(on: SKRSContext2D, arm: Limb, looks: Looks, light: Light, tone: number): void {
  const { from, joint, to } = arm;
  const cloth = toned(looks.jacket, tone);
  drawHand(on, arm, looks, light, tone);
  drawBone(on, [joint, 29], [between(joint, to, 0.94), 23], cloth, light);
  drawBone(on, [from, 38], [joint, 29], cloth, light);
  const across = { x: joint.x - (from.x + to.x) / 2, y: joint.y - (from.y + to.y) / 2 };
  const inner = between(joint, { x: joint.x - across.x, y: joint.y - across.y }, 0.55);
  drawFold(on, { x: inner.x, y: inner.y - 5 }, joint, between(joint, to, 0.3), 0.2);
  drawFold(on, between(from, joint, 0.55), between(from, joint, 0.8), inner, 0.16);
  if (!looks.bands) return;
  on.strokeStyle = lit(looks.bands, light, 1, tone);
  on.lineWidth = 31;
  on.lineCap = 'butt';
  const [a, b] = [between(from, joint, 0.62), between(from, joint, 0.74)];
  on.beginPath();
  on.moveTo(a.x, a.y);
  on.lineTo(b.x, b.y);
  on.stroke();
  on.lineCap = 'round';
}

function drawHand(on: SKRSContext2D, { joint, to }: Limb, looks: Looks, light: Light, tone: number): void {
  on.save();
  on.translate(to.x, to.y);
  on.rotate(Math.atan2(to.y - joint.y, to.x - joint.x));
  on.fillStyle = lit(looks.skin, light, 1, tone);
  on.beginPath();
  on.ellipse(9, 0, 15, 10, 0, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit(looks.skin, light, 1, tone * 0.8);
  on.beginPath();
  on.ellipse(9, 8, 9, 4, 0.4, 0, Math.PI * 2);
  on.fill();
  on.restore();
}

function drawTorso(on: SKRSContext2D, pose: Pose, looks: Looks, light: Light): void {
  const { hip, neck, tilt, facing } = pose;
  const length = Math.hypot(neck.x - hip.x, neck.y - hip.y);
  on.save();
  on.translate(hip.x, hip.y);
  on.rotate(tilt);
  if (facing !== 0) on.scale(facing, 1);
  const half = facing === 0 ? 58 : 40;
  // Mirrored for one who looks left, so that the light stays where it is.
  const across = (facing === -1 ? -1 : 1) * half;
  const cloth = on.createLinearGradient(-across, -length, across, 0);
  addRoundness(cloth, looks.jacket, light);
  on.fillStyle = cloth;
  on.beginPath();
  if (facing === 0) frontOutline(on, length);
  else sideOutline(on, length);
  on.fill();
  on.clip();
  if (looks.bands) {
    on.fillStyle = lit(looks.bands, light, 1, 0.95);
    on.fillRect(-80, -52, 160, 12);
  }
  const hem = on.createLinearGradient(0, -30, 0, 24);
  hem.addColorStop(0, 'rgba(8, 8, 14, 0)');
  hem.addColorStop(1, 'rgba(8, 8, 14, 0.4)');
  on.fillStyle = hem;
  on.fillRect(-80, -30, 160, 60);
  const front = facing === 0 ? 0 : 26;
  on.strokeStyle = lit(looks.jacket, light, 1, 0.5);
  on.lineWidth = 2.2;
  on.beginPath();
  on.moveTo(front, -length - 8);
  on.lineTo(front + (facing === 0 ? 0 : 4), 26);
  on.stroke();
  for (const [side, y] of [
    [-1, -84],
    [1, -78],
    [-1, -22],
    [1, -16],
  ] as const) {
    drawFold(
      on,
      { x: side * half * 0.95, y: y - 8 },
      { x: side * half * 0.5, y },
      { x: side * half * 0.2, y: y - 3 },
      0.2,
    );
  }
  on.restore();
}

function frontOutline(on: SKRSContext2D, length: number): void {
  on.moveTo(-42, 22);
  on.bezierCurveTo(-44, -30, -46, -60, -52, -length + 40);
  on.bezierCurveTo(-60, -length + 16, -52, -length + 2, -15, -length - 9);
  on.quadraticCurveTo(0, -length + 4, 15, -length - 9);
  on.bezierCurveTo(52, -length + 2, 60, -length + 16, 52, -length + 40);
  on.bezierCurveTo(46, -60, 44, -30, 42, 22);
  on.quadraticCurveTo(0, 30, -42, 22);
}

/** Of one who looks right. */
function sideOutline(on: SKRSContext2D, length: number): void {
  on.moveTo(-32, 20);
  on.bezierCurveTo(-34, -20, -28, -40, -33, -78);
  on.bezierCurveTo(-38, -length + 14, -30, -length - 2, -12, -length - 12);
  on.quadraticCurveTo(2, -length - 2, 13, -length - 8);
  on.bezierCurveTo(32, -length + 14, 38, -84, 34, -52);
  on.quadraticCurveTo(32, -16, 32, 20);
  on.quadraticCurveTo(0, 28, -32, 20);
}

/** The colour in the shade of the body. */
function toned(hex: string, tone: number): string {
  if (tone === 1) return hex;
  const parts = [1, 3, 5].map((from) => Math.round(Number.parseInt(hex.slice(from, from + 2), 16) * tone));
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
