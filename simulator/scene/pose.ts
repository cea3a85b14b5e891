import { BELL, FEET_Y, GRID } from './layout.ts';
import type { Visitor } from './scene-state.ts';

export interface Point {
  x: number;
  y: number;
}

/** Three joints of an arm or a leg. */
export interface Limb {
  from: Point;
  joint: Point;
  to: Point;
}

/** A visitor's joints on the grid of the layout. The far limbs are those behind the body. */
export interface Pose {
  feet: Point;
  hip: Point;
  neck: Point;
  head: Point;
  /** Forward tilt of the body in radians, to the right when positive. */
  tilt: number;
  farLeg: Limb;
  nearLeg: Limb;
  farArm: Limb;
  nearArm: Limb;
  facing: -1 | 0 | 1;
  carrying: boolean;
}

const LEG = { upper: 106, lower: 104 } as const;
const ARM = { upper: 74, lower: 76 } as const;
const STRIDE = 48;
const LIFT = 20;

export function poseOf(visitor: Visitor): Pose {
  const { facing, bend, carrying, step } = visitor;
  const feet = { x: visitor.x * GRID.width, y: FEET_Y };
  const at = (x: number, y: number): Point => ({ x: feet.x + x, y: feet.y + y });
  const stance = facing === 0 ? 24 : 13;
  const phase = step === undefined ? undefined : step * Math.PI;
  const bob = phase === undefined ? 0 : Math.abs(Math.sin(phase)) * 4;

  const hip = at(-facing * 34 * bend, -205 + 62 * bend - bob);
  const tilt = facing * (0.95 * bend + (phase === undefined ? 0 : 0.05));
  const neck = turned(hip, 0, -148, tilt);
  const head = turned(neck, facing * 5, -50, tilt * 0.6);

  const leg = (side: -1 | 1, shift: number): Limb => {
    const from = { x: hip.x + (facing === 0 ? side * 20 : side * 7), y: hip.y };
    const foot =
      phase === undefined
        ? at(side * stance, 0)
        : at(facing * STRIDE * Math.cos(phase + shift), -LIFT * Math.max(0, -Math.sin(phase + shift)));
    return bent(from, { x: foot.x, y: foot.y - 12 }, LEG, facing === 0 ? side * 0.2 : facing);
  };

  const arm = (side: -1 | 1, shift: number, raised: boolean): Limb => {
    const from = turned(neck, facing === 0 ? side * 50 : side * 10, 14, tilt);
    const swing = phase === undefined ? 0 : -facing * 36 * Math.cos(phase + shift);
    const hanging = { x: from.x + (facing === 0 ? side * 16 : facing * 10) + swing, y: from.y + 142 };
    // With one hand at the bell the other holds the parcel lower and closer, so that it doesn't hide the bell.
    const heldAside = turned(neck, facing * (60 - 44 * visitor.reach), 92 + 44 * visitor.reach, tilt * 0.3);
    const held = facing === 0 ? at(side * 42, -236) : heldAside;
    const low = at(facing * 104, -66);
    const rest = mixed(carrying ? held : hanging, low, bend);
    const hand = raised ? mixed(rest, BELL, visitor.reach) : rest;
    return bent(from, hand, ARM, facing === 0 ? side * 0.6 : -facing);
  };

  return {
    ...{ feet, hip, neck, head, tilt, facing, carrying },
    farLeg: leg(-1, Math.PI),
    nearLeg: leg(1, 0),
    farArm: arm(-1, 0, false),
    nearArm: arm(1, Math.PI, true),
  };
}

function turned(origin: Point, x: number, y: number, angle: number): Point {
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  return { x: origin.x + x * cos - y * sin, y: origin.y + x * sin + y * cos };
}

function mixed(a: Point, b: Point, part: number): Point {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

/** Two bones from one point towards another; the joint bends to the right when `side` is positive, less when it is small. */
function bent(
  from: Point,
  to: Point,
  { upper, lower }: { upper: number; lower: number },
  side: number,
): Limb {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const distance = Math.max(1, Math.hypot(dx, dy));
  const reach = Math.min(distance, upper + lower - 1);
  const end = { x: from.x + (dx / distance) * reach, y: from.y + (dy / distance) * reach };
  const along = (upper ** 2 - lower ** 2 + reach ** 2) / (2 * reach);
  const out = Math.sqrt(Math.max(0, upper ** 2 - along ** 2)) * side;
  const joint = {
    x: from.x + (dx / distance) * along + (dy / distance) * out,
    y: from.y + (dy / distance) * along - (dx / distance) * out,
  };
  return { from, joint, to: end };
}
