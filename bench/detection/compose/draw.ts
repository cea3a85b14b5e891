/** Draws the pictures of a script: doorstep, packages, people, and what else moves. */
import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Person } from './cut-people.ts';
import type { Parcel } from './doorsteps.ts';
import { poseAt, type Script, type Walker } from './script.ts';

export interface Props {
  /** The empty doorstep, as large as the pictures. */
  doorstep: Canvas;
  people: readonly Person[];
  parcels: readonly Parcel[];
}

/** RGBA, `rate` pictures a second. */
export function* drawScript(script: Script, props: Props, rate: number): Generator<Uint8Array> {
  const { width, height } = props.doorstep;
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  for (let index = 0; index < script.length * rate; index++) {
    const at = index / rate;
    context.drawImage(props.doorstep, 0, 0);
    if (script.door) drawDoor(context, props.doorstep, openness(script.door, at));
    drawThings(context, script, props, at, index);
    if (script.leaves) drawLeaves(context, at);
    if (script.clouds) drawCloud(context, at, script.length);
    yield context.getImageData(0, 0, width, height).data as unknown as Uint8Array;
  }
}

/** What lies farther away is drawn first. */
function drawThings(context: SKRSContext2D, script: Script, props: Props, at: number, index: number): void {
  const lying = script.lying
    .filter(({ from, to }) => at >= from && at < to)
    .map((one) => ({ y: one.y, draw: () => drawParcel(context, props, one) }));
  const walking = script.walkers.map((walker) => ({
    y: walker.y + 0.001,
    draw: () => drawWalker(context, walker, script, props, at, index),
  }));
  for (const { draw } of [...lying, ...walking].sort((one, other) => one.y - other.y)) draw();
}

interface Spot {
  parcel: number;
  x: number;
  y: number;
  height: number;
}

function drawParcel(context: SKRSContext2D, { parcels }: Props, spot: Spot, onGround = true): void {
  const picture = parcels[spot.parcel % parcels.length]?.canvas;
  if (!picture) return;
  const { width, height } = context.canvas;
  const high = spot.height * height;
  const wide = (high * picture.width) / picture.height;
  const [x, y] = [spot.x * width, spot.y * height];
  if (onGround) drawShadow(context, x, y - high * 0.06, wide * 0.58, high * 0.12, 0.45);
  context.drawImage(picture, x - wide / 2, y - high, wide, high);
}

function drawWalker(
  context: SKRSContext2D,
  walker: Walker,
  script: Script,
  props: Props,
  at: number,
  index: number,
): void {
  const { width, height } = context.canvas;
  const pose = poseAt(walker, at, width / height);
  const person = props.people[walker.person % props.people.length];
  if (!pose || !person) return;
  const figures = pose.walks ? person.walking : person.standing;
  // There and back again, so that nothing jumps.
  const turn = index % (2 * figures.length - 2);
  const figure = figures[turn < figures.length ? turn : 2 * figures.length - 2 - turn]?.canvas;
  const upright = person.standing[0]?.canvas;
  if (!figure || !upright) return;
  const scale = (walker.height * height) / upright.height;
  const [x, y] = [pose.x * width, pose.y * height];
  const [wide, high] = [figure.width * scale, figure.height * scale * pose.upright];
  drawShadow(context, x, y - 2, wide * 0.55, high * 0.035, 0.4);
  context.save();
  context.translate(x, y);
  if (!pose.facesRight) context.scale(-1, 1);
  context.drawImage(lit(figure, script.light), -wide / 2, -high, wide, high);
  context.restore();
  const { holds } = walker;
  if (!holds || at < holds.from || at >= holds.to) return;
  const size = script.lying[0]?.height ?? walker.height * 0.16;
  const ahead = (pose.walks ? (pose.facesRight ? 1 : -1) : 0) * wide * 0.25;
  const held = { parcel: holds.parcel, x: (x + ahead) / width, y: (y - high * 0.45) / height, height: size };
  drawParcel(context, props, held, false);
}

const darkened = new WeakMap<Canvas, { light: number; canvas: Canvas }>();

/** The figure in this light; remembered, for it is drawn often. */
function lit(figure: Canvas, light: number): Canvas {
  const before = darkened.get(figure);
  if (before?.light === light) return before.canvas;
  const canvas = createCanvas(figure.width, figure.height);
  const context = canvas.getContext('2d');
  context.filter = `brightness(${light.toFixed(2)})`;
  context.drawImage(figure, 0, 0);
  darkened.set(figure, { light, canvas });
  return canvas;
}

function drawShadow(
  context: SKRSContext2D,
  x: number,
  y: number,
  wide: number,
  high: number,
  dark: number,
): void {
  context.save();
  context.translate(x, y);
  context.scale(1, Math.max(1, high) / wide);
  const shade = context.createRadialGradient(0, 0, wide * 0.4, 0, 0, wide * 1.15);
  shade.addColorStop(0, `rgba(0, 0, 0, ${dark})`);
  shade.addColorStop(1, 'rgba(0, 0, 0, 0)');
  context.fillStyle = shade;
  context.fillRect(-wide * 1.2, -wide * 1.2, wide * 2.4, wide * 2.4);
  context.restore();
}

/** 0 shut, 1 open; two seconds either way. */
function openness({ from, to }: { from: number; to: number }, at: number): number {
  return Math.max(0, Math.min(1, (at - from) / 2, (to - at) / 2));
}

/** A part of the picture slides aside; behind it, it is dark. */
function drawDoor(context: SKRSContext2D, doorstep: Canvas, open: number): void {
  const { width, height } = doorstep;
  const [left, wide, high] = [width * 0.3, width * 0.35, height * 0.62];
  context.fillStyle = '#2a241f';
  context.fillRect(left, 0, wide, high);
  const shut = wide * (1 - 0.85 * open);
  context.drawImage(doorstep, left, 0, wide, high, left, 0, shut, high);
}

const LEAVES = 60;

function drawLeaves(context: SKRSContext2D, at: number): void {
  const { width, height } = context.canvas;
  for (let leaf = 0; leaf < LEAVES; leaf++) {
    const home = { x: ((leaf * 0.618) % 1) * 0.22, y: 0.25 + ((leaf * 0.414) % 1) * 0.55 };
    const wind = Math.sin(at * (1.1 + (leaf % 7) * 0.13) + leaf) * (1 + Math.sin(at * 0.31));
    context.fillStyle = `hsl(${95 + (leaf % 5) * 12}, 45%, ${22 + (leaf % 6) * 5}%)`;
    context.beginPath();
    const [x, y] = [(home.x + 0.012 * wind) * width, (home.y + 0.006 * wind) * height];
    context.ellipse(x, y, 0.02 * width, 0.009 * width, leaf + 0.3 * wind, 0, 2 * Math.PI);
    context.fill();
  }
}

/** A soft shadow whose edge wanders across the picture and back. */
function drawCloud(context: SKRSContext2D, at: number, length: number): void {
  const { width, height } = context.canvas;
  const edge = width * (-0.4 + 1.9 * Math.abs(Math.sin((Math.PI * at) / length)));
  const shade = context.createLinearGradient(edge - width * 0.15, 0, edge, height * 0.2);
  shade.addColorStop(0, 'rgba(0, 0, 10, 0.38)');
  shade.addColorStop(1, 'rgba(0, 0, 10, 0)');
  context.fillStyle = shade;
  context.fillRect(0, 0, width, height);
}
