import { BELL, FEET_Y, GRID, MAT_SPOT, PARCEL, STEP_LENGTH } from './layout.ts';
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

export interface Leg extends Limb {
  /** How far the toes point down, in radians. */
  pitch: number;
}

/** A visitor's joints on the grid of the layout. The far limbs are those behind the body. */
export interface Pose {
  feet: Point;
  hip: Point;
  neck: Point;
  head: Point;
  /** Forward tilt of the body in radians, to the right when positive. */
  tilt: number;
  /** Of the head; more when somebody looks down. */
  nod: number;
  farLeg: Leg;
  nearLeg: Leg;
  farArm: Limb;
  nearArm: Limb;
  facing: -1 | 0 | 1;
  /** Middle of the bottom edge of what is carried, and how much of its front shows. */
  parcel?: Point & { width: number };
}

/** Bones of somebody of seven and a half heads, 440 high without a cap. */
const LEG = { upper: 108, lower: 106, ankle: 17 } as const;
const ARM = { upper: 80, lower: 66 } as const;
const TORSO = 130;
/** The foot is on the ground for this part of a walk's cycle of two steps. */
const STANCE = 0.6;
const REACH_OF_FOOT = STANCE * STEP_LENGTH;

export function poseOf(visitor: Visitor): Pose {
  const { facing, bend, carrying, step } = visitor;
  const feet = { x: visitor.x * GRID.width, y: FEET_Y };
  const at = (x: number, y: number): Point => ({ x: feet.x + x, y: feet.y + y });
  const cycle = step === undefined ? undefined : step / 2;
  const pace = cycle === undefined ? 0 : visitor.pace;
  const sink = cycle === undefined ? 3 : 3 + pace * (9 + 6 * Math.cos(4 * Math.PI * (cycle - 0.05)));

  const hip = at(-facing * 46 * bend, -(LEG.upper + LEG.lower + LEG.ankle) + sink + 84 * bend);
  const tilt = facing * (1.08 * bend + 0.06 * pace + 0.02);
  const neck = turned(hip, 0, -TORSO, tilt);
  const nod = tilt * 0.5 + facing * 0.16 * bend;
  const head = turned(neck, facing * 7, -49, tilt * 0.75);

  const leg = (side: -1 | 1, shift: number): Leg => {
    const from = { x: hip.x + (facing === 0 ? side * 19 : side * 4), y: hip.y };
    const step = cycle === undefined ? standingFoot(facing, side) : steppingFoot(cycle + shift, pace);
    const ankle = at((facing || 1) * step.x, -LEG.ankle - step.lift);
    const limb = bent(from, ankle, LEG, facing === 0 ? side * 0.12 : facing);
    return { ...limb, pitch: step.pitch };
  };

  const parcel = carrying ? heldParcel(visitor, neck) : undefined;
  const arm = (side: -1 | 1, shift: number): Limb => {
    const from = turned(neck, facing === 0 ? side * 46 : side * 7, 13, tilt);
    const swing = cycle === undefined ? 0 : Math.cos(2 * Math.PI * (cycle + shift)) * 0.42 * pace;
    const loose = hanging(from, facing, side, swing);
    const box = parcel ?? { ...MAT_SPOT, width: PARCEL.width };
    const hold = gripOf(box, facing, side);
    const goal = parcel ? hold : mixed(loose.to, hold, bend);
    const hand = side === 1 ? mixed(goal, { x: BELL.x + 6, y: BELL.y + 8 }, visitor.reach) : goal;
    if (!parcel && bend === 0 && (visitor.reach === 0 || side === -1)) return loose;
    return bent(from, hand, ARM, facing === 0 ? side * 0.8 : -facing * 0.9);
  };

  return {
    ...{ feet, hip, neck, head, tilt, nod, facing },
    farLeg: leg(-1, 0.5),
    nearLeg: leg(1, 0),
    farArm: arm(-1, 0),
    nearArm: arm(1, 0.5),
    ...(parcel && { parcel }),
  };
}

interface Foot {
  /** Before the body when positive. */
  x: number;
  lift: number;
  pitch: number;
}

function standingFoot(facing: number, side: -1 | 1): Foot {
  return { x: facing === 0 ? side * 23 : side * 9, lift: 0, pitch: 0 };
}

/** Where a foot is in a walk's cycle: heel down before the body, back under it, off with the toes, and through the air. */
function steppingFoot(cycle: number, pace: number): Foot {
  const phase = cycle - Math.floor(cycle);
  const reach = REACH_OF_FOOT * pace;
  if (phase < STANCE) {
    const part = phase / STANCE;
    const heelDown = Math.max(0, 1 - part / 0.2);
    const pushOff = Math.max(0, (part - 0.6) / 0.4);
    return {
      x: reach * (1 - 2 * part),
      lift: 14 * pushOff ** 2 * pace,
      pitch: (0.75 * pushOff - 0.3 * heelDown) * pace,
    };
  }
  const part = (phase - STANCE) / (1 - STANCE);
  return {
    x: reach * (2 * part * part * (3 - 2 * part) - 1),
    lift: (14 * (1 - part) + 24 * Math.sin(Math.PI * part)) * pace,
    pitch: (0.75 - 1.05 * part) * pace,
  };
}

/** An arm with nothing to do, the elbow a little bent. */
function hanging(from: Point, facing: number, side: -1 | 1, swing: number): Limb {
  const upper = facing === 0 ? side * 0.15 : facing * (swing - 0.06);
  const lower = facing === 0 ? side * 0.02 : facing * (swing + 0.22 + Math.max(0, swing) * 0.6);
  const joint = { x: from.x + Math.sin(upper) * ARM.upper, y: from.y + Math.cos(upper) * ARM.upper };
  const to = { x: joint.x + Math.sin(lower) * ARM.lower, y: joint.y + Math.cos(lower) * ARM.lower };
  return { from, joint, to };
}

/** What somebody carries: before the chest, lower with one hand at the bell, and where it will lie when bent all the way. */
function heldParcel({ facing, bend, reach }: Visitor, neck: Point): Point & { width: number } {
  if (facing === 0) return { x: neck.x, y: neck.y + 166, width: PARCEL.shortSide };
  const held = { x: neck.x + facing * (74 - 22 * reach), y: neck.y + 134 + 34 * reach };
  const { x, y } = mixed(held, MAT_SPOT, bend ** 1.5);
  return { x, y, width: PARCEL.shortSide + (PARCEL.width - PARCEL.shortSide) * bend };
}

function gripOf(box: Point & { width: number }, facing: number, side: -1 | 1): Point {
  if (facing === 0) return { x: box.x + side * (box.width / 2 - 2), y: box.y - 34 };
  return { x: box.x - facing * (side === 1 ? box.width * 0.2 : -box.width * 0.1), y: box.y - 22 };
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
