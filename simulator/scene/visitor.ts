import type { SKRSContext2D } from '@napi-rs/canvas';
import { type Light, lit } from './light.ts';
import { drawParcel } from './parcel.ts';
import { type Limb, type Point, type Pose, poseOf } from './pose.ts';
import type { Visitor } from './scene-state.ts';

const SKIN = '#d9a684';
const SKIN_SHADE = '#b67f60';
const JACKET = '#3d5f93';
const JACKET_SHADE = '#28416a';
const TROUSERS = '#3a3f4a';
const TROUSERS_SHADE = '#262a33';
const STRIPE = '#e6e3d3';

/** A courier: shaded shapes over the joints of a pose. */
export function drawVisitor(on: SKRSContext2D, visitor: Visitor, light: Light): void {
  const pose = poseOf(visitor);
  on.save();
  on.lineCap = 'round';
  on.lineJoin = 'round';
  drawShadow(on, pose);
  drawArm(on, pose.farArm, light, pose.facing === 0 ? JACKET : JACKET_SHADE);
  drawLeg(on, pose.farLeg, pose.facing, light, pose.facing === 0 ? TROUSERS : TROUSERS_SHADE);
  drawLeg(on, pose.nearLeg, pose.facing, light, TROUSERS);
  drawTorso(on, pose, light);
  drawHead(on, pose, light);
  if (pose.carrying) {
    const { x, y } = pose.farArm.to;
    drawParcel(on, pose.facing === 0 ? pose.feet.x : x + pose.facing * 14, y + 26, light);
  }
  drawArm(on, pose.nearArm, light, JACKET);
  if (pose.facing === 0) drawArm(on, pose.farArm, light, JACKET);
  on.restore();
}

function drawShadow(on: SKRSContext2D, { feet }: Pose): void {
  const shadow = on.createRadialGradient(0, 0, 8, 0, 0, 120);
  shadow.addColorStop(0, 'rgba(15, 12, 10, 0.5)');
  shadow.addColorStop(1, 'rgba(15, 12, 10, 0)');
  on.save();
  on.translate(feet.x + 14, feet.y);
  on.scale(1, 0.17);
  on.fillStyle = shadow;
  on.fillRect(-130, -130, 260, 260);
  on.restore();
}

/** A round tube through three joints, darker on its right side. */
function drawTube(
  on: SKRSContext2D,
  { from, joint, to }: Limb,
  width: number,
  colour: string,
  light: Light,
): void {
  const line = (shift: number, thickness: number, style: string) => {
    on.strokeStyle = style;
    on.lineWidth = thickness;
    on.beginPath();
    on.moveTo(from.x + shift, from.y);
    on.quadraticCurveTo(joint.x + shift, joint.y, (joint.x + to.x) / 2 + shift, (joint.y + to.y) / 2);
    on.lineTo(to.x + shift, to.y);
    on.stroke();
  };
  line(0, width, lit(colour, light));
  line(width * 0.27, width * 0.36, 'rgba(0, 0, 0, 0.15)');
  line(-width * 0.26, width * 0.24, 'rgba(255, 255, 255, 0.09)');
}

function drawLeg(on: SKRSContext2D, leg: Limb, facing: number, light: Light, colour: string): void {
  const toe = facing * 15;
  on.fillStyle = lit('#2b2320', light);
  on.beginPath();
  on.ellipse(leg.to.x + toe * 0.6, leg.to.y + 7, facing === 0 ? 17 : 26, 11, 0, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit('#d9d4ca', light);
  on.fillRect(leg.to.x + toe * 0.6 - (facing === 0 ? 15 : 23), leg.to.y + 14, facing === 0 ? 30 : 46, 4);
  drawTube(on, { ...leg, to: { x: leg.to.x, y: leg.to.y - 8 } }, 40, colour, light);
}

function drawArm(on: SKRSContext2D, arm: Limb, light: Light, colour: string): void {
  const hand = arm.to;
  on.fillStyle = lit(SKIN, light);
  on.beginPath();
  on.arc(hand.x, hand.y, 13, 0, Math.PI * 2);
  on.fill();
  const cuff = between(arm.joint, hand, 0.86);
  drawTube(on, { ...arm, to: cuff }, 31, colour, light);
  on.strokeStyle = lit(STRIPE, light);
  on.lineWidth = 30;
  on.lineCap = 'butt';
  const [a, b] = [between(arm.from, arm.joint, 0.5), between(arm.from, arm.joint, 0.62)];
  on.beginPath();
  on.moveTo(a.x, a.y);
  on.lineTo(b.x, b.y);
  on.stroke();
  on.lineCap = 'round';
}

function drawTorso(on: SKRSContext2D, { hip, neck, tilt, facing }: Pose, light: Light): void {
  on.save();
  on.translate(hip.x, hip.y);
  on.rotate(tilt);
  const length = Math.hypot(neck.x - hip.x, neck.y - hip.y);
  const shoulder = facing === 0 ? 62 : 44;
  const waist = facing === 0 ? 46 : 38;
  const cloth = on.createLinearGradient(-shoulder, 0, shoulder, 0);
  cloth.addColorStop(0, lit('#5478b0', light));
  cloth.addColorStop(0.45, lit(JACKET, light));
  cloth.addColorStop(1, lit(JACKET_SHADE, light));
  on.fillStyle = lit(SKIN_SHADE, light);
  on.fillRect(-14 + facing * 3, -length - 22, 28, 40);
  on.beginPath();
  on.moveTo(-waist, 16);
  on.bezierCurveTo(-waist - 2, -60, -shoulder, -70, -shoulder, -length + 20);
  on.quadraticCurveTo(-shoulder + 6, -length - 2, -18, -length - 8);
  on.lineTo(18, -length - 8);
  on.quadraticCurveTo(shoulder - 6, -length - 2, shoulder, -length + 20);
  on.bezierCurveTo(shoulder, -70, waist + 2, -60, waist, 16);
  on.quadraticCurveTo(0, 24, -waist, 16);
  on.closePath();
  on.fillStyle = cloth;
  on.fill();
  on.clip();
  on.fillStyle = lit(STRIPE, light);
  on.fillRect(-80, -66, 160, 13);
  on.fillStyle = lit('#9aa0a0', light, 0.6);
  on.fillRect(-80, -55, 160, 2);
  on.strokeStyle = lit('#1d3154', light);
  on.lineWidth = 2;
  on.beginPath();
  on.moveTo(facing * 22, -length - 6);
  on.lineTo(facing * 24, 20);
  on.stroke();
  // The strap of a shoulder bag.
  on.strokeStyle = lit('#6a4a33', light);
  on.lineWidth = 9;
  on.beginPath();
  on.moveTo(-shoulder + 14, -length);
  on.lineTo(waist + 6, -6);
  on.stroke();
  on.restore();
}

function drawHead(on: SKRSContext2D, { head, tilt, facing }: Pose, light: Light): void {
  on.save();
  on.translate(head.x, head.y);
  on.rotate(tilt * 0.5);
  const look = facing * 10;
  on.fillStyle = lit('#4a3226', light);
  on.beginPath();
  on.ellipse(-look * 0.5, -4, 32, 34, 0, 0, Math.PI * 2);
  on.fill();
  const skin = on.createRadialGradient(-10 + look, -8, 6, 0, 0, 44);
  skin.addColorStop(0, lit('#ecc0a0', light));
  skin.addColorStop(0.6, lit(SKIN, light));
  skin.addColorStop(1, lit(SKIN_SHADE, light));
  on.fillStyle = skin;
  on.beginPath();
  on.ellipse(look * 0.3, 2, 28, 36, 0, 0, Math.PI * 2);
  on.fill();
  if (facing <= 0) ear(on, 28 + look * 1.4, light);
  if (facing >= 0) ear(on, -28 + look * 1.4, light);
  drawFace(on, look, light);
  drawCap(on, look, light);
  on.restore();
}

function ear(on: SKRSContext2D, x: number, light: Light): void {
  on.fillStyle = lit(SKIN_SHADE, light);
  on.beginPath();
  on.ellipse(x, 4, 5, 9, 0, 0, Math.PI * 2);
  on.fill();
}

function drawFace(on: SKRSContext2D, look: number, light: Light): void {
  for (const side of [-1, 1]) {
    const x = look * 1.1 + side * (look === 0 ? 11 : 9);
    on.fillStyle = lit('#fbf7f2', light);
    on.beginPath();
    on.ellipse(x, 0, 5.5, 3.6, 0, 0, Math.PI * 2);
    on.fill();
    on.fillStyle = lit('#33231b', light);
    on.beginPath();
    on.arc(x + look * 0.12, 0.3, 3, 0, Math.PI * 2);
    on.fill();
    on.strokeStyle = lit('#4a3226', light);
    on.lineWidth = 2.6;
    on.beginPath();
    on.moveTo(x - 6, -7);
    on.quadraticCurveTo(x, -10, x + 6, -7);
    on.stroke();
  }
  on.strokeStyle = lit(SKIN_SHADE, light);
  on.lineWidth = 2.4;
  on.beginPath();
  on.moveTo(look * 1.2, 2);
  on.quadraticCurveTo(look * 1.6 + 4, 12, look * 1.2 - 2, 13);
  on.stroke();
  on.strokeStyle = lit('#8f4b3d', light);
  on.lineWidth = 3;
  on.beginPath();
  on.moveTo(look * 1.1 - 8, 20);
  on.quadraticCurveTo(look * 1.1, 25, look * 1.1 + 8, 20);
  on.stroke();
}

function drawCap(on: SKRSContext2D, look: number, light: Light): void {
  const cloth = on.createLinearGradient(-30, 0, 30, 0);
  cloth.addColorStop(0, lit('#4d70a8', light));
  cloth.addColorStop(1, lit(JACKET_SHADE, light));
  on.fillStyle = cloth;
  on.beginPath();
  on.moveTo(-32, -10);
  on.bezierCurveTo(-36, -50, 36, -50, 32, -10);
  on.quadraticCurveTo(0, -18, -32, -10);
  on.fill();
  on.fillStyle = lit('#22365a', light);
  on.beginPath();
  on.ellipse(look * 2, -13, look === 0 ? 30 : 32, 6.5, look * 0.008, 0, Math.PI * 2);
  on.fill();
  on.fillStyle = lit(STRIPE, light);
  on.beginPath();
  on.arc(look * 1.2, -28, 6, 0, Math.PI * 2);
  on.fill();
}

function between(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}
