/** Draws a door through day and night as small pictures, without ffmpeg: as cheap as may be, for there are over a million of them. */
import type { SmallFrame } from '../../../plugin/camera/contract.ts';
import type { Detected } from '../../../plugin/detection/contract.ts';
import type { Box } from '../../../protocol/detection.ts';
import { chanceOf } from '../compose/random.ts';
import { type Brief, type Day, daylight, isNight, type Lying, lyingAt, type Visit } from './day.ts';

const WIDTH = 320;
const HEIGHT = 180;
/** Where people walk: the lower edge of their feet. */
const GROUND = 0.93;
/** How long somebody walks in, and out again, in seconds. */
const WALK = 3;
/** Numbers of noise that are drawn from, for no picture like the one before. */
const NOISE = 1 << 18;

export class Scene {
  readonly #day: Day;
  readonly #base = baseLight();
  readonly #noise = noiseOf(NOISE);
  readonly #cb = new Uint8Array((WIDTH * HEIGHT) / 4).fill(120);
  readonly #cr = new Uint8Array((WIDTH * HEIGHT) / 4).fill(134);
  readonly #gray = new Uint8Array((WIDTH * HEIGHT) / 4).fill(128);
  readonly #chance = chanceOf(99);
  #lying: { at: number; parcels: Lying[] } = { at: -1, parcels: [] };

  constructor(day: Day) {
    this.#day = day;
  }

  /** The picture of so many seconds after midnight of the first day; `startsAt` is that midnight, epoch ms. */
  picture(at: number, startsAt: number): SmallFrame {
    const light = new Float32Array(this.#base);
    this.#shine(light, at);
    if (Math.floor(at) !== this.#lying.at)
      this.#lying = { at: Math.floor(at), parcels: lyingAt(this.#day, at) };
    const parcels = this.#isVisited(at) ? lyingAt(this.#day, at) : this.#lying.parcels;
    sway(light, this.#base, at);
    for (const parcel of parcels) drawParcel(light, parcel);
    for (const visit of this.#day.visits) drawVisitor(light, visit, at);
    for (const car of this.#day.cars) if (isIn(car, at)) drawCar(light, car, at);
    const luma = this.#expose(light, at);
    const night = isNight(at);
    return {
      ...{ width: WIDTH, height: HEIGHT, at: startsAt + Math.round(at * 1000), luma },
      ...{ cb: night ? this.#gray : this.#cb, cr: night ? this.#gray : this.#cr },
    };
  }

  /** What a model that is never mistaken sees in it. */
  people(at: number, part: Box | undefined): Detected[] {
    return this.#day.visits.flatMap((visit): Detected[] => {
      const box = visitorBox(visit, at);
      if (!box || (part && !overlaps(box, part))) return [];
      return [{ label: 'person', score: 0.5, box }];
    });
  }

  #isVisited(at: number): boolean {
    return this.#day.visits.some((visit) => isIn(visit, at));
  }

  /** Sun, clouds, and the shadow of the house that wanders over the ground. */
  #shine(light: Float32Array, at: number): void {
    const sun = daylight(at);
    if (sun === 0) return;
    const clouds = this.#day.clouds.reduce(
      (sum, { period, phase, depth }) => sum + depth * Math.sin((2 * Math.PI * at) / period + phase),
      0,
    );
    const edge = WIDTH * (1.3 - 1.8 * (((at % 86_400) / 3600 - 6) / 13));
    const shade = 1 - 0.3 * sun * Math.max(0, 1 - 4 * Math.abs(clouds));
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      const from = edge + y * 0.6;
      for (let x = 0; x < WIDTH; x++, i++) {
        const inShade = Math.max(0, Math.min(1, (x - from) / 6));
        light[i] = (light[i] as number) * (1 + clouds) * (1 + (shade - 1) * inShade);
      }
    }
  }

  /** What the sensor makes of it: exposure, infrared by night, headlights, insects, rain, noise. */
  #expose(light: Float32Array, at: number): Uint8Array {
    const night = isNight(at);
    const gain = night ? 0.62 : 0.55 + 0.45 * Math.sqrt(daylight(at));
    const grain = night ? 2.4 : 1.2 + 2 * (1 - daylight(at));
    if (night)
      for (const lamp of this.#day.headlights) if (isIn(lamp, at)) drawGlow(light, lamp, at, 70, 2.5);
    if (night)
      for (const insect of this.#day.insects) if (isIn(insect, at)) drawGlow(light, insect, at, 170, 1);
    if (this.#day.showers.some((shower) => isIn(shower, at))) this.#rain(light);
    const luma = new Uint8Array(light.length);
    let noise = Math.floor(this.#chance.between(0, NOISE - light.length));
    for (let i = 0; i < luma.length; i++) {
      const value = 16 + gain * (light[i] as number) + grain * (this.#noise[noise++] as number);
      luma[i] = value < 16 ? 16 : value > 235 ? 235 : value;
    }
    return luma;
  }

  #rain(light: Float32Array): void {
    for (let drop = 0; drop < 90; drop++) {
      const x = Math.floor(this.#chance.between(0, WIDTH));
      const top = Math.floor(this.#chance.between(0, HEIGHT - 14));
      for (let y = top; y < top + 12; y++) light[y * WIDTH + x] = (light[y * WIDTH + x] as number) + 38;
    }
  }
}

const isIn = ({ from, to }: { from: number; to: number }, at: number) => at >= from && at < to;

function overlaps(one: Box, other: Box): boolean {
  const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return wide > 0 && high > 0.4 * (one.bottom - one.top);
}

/** A wall of bricks, a door, flags on the ground, a bush at the left. */
function baseLight(): Float32Array {
  const chance = chanceOf(7);
  const light = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0, i = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++, i++) {
      const isGround = y > HEIGHT * 0.55;
      const isDoor = x > 130 && x < 195 && y > 12 && !isGround;
      const joint = isGround
        ? (x + y * 0.7) % 44 < 2 || y % 26 < 2
        : y % 9 === 0 || (x + (y % 18 < 9 ? 0 : 9)) % 18 === 0;
      const isBush = x < 46 && y > 50 && y < 140;
      const plain = isBush ? 70 : isDoor ? 95 : isGround ? 135 : 115;
      const rough = isBush ? 30 : 4;
      light[i] = plain - (joint && !isDoor && !isBush ? 22 : 0) + chance.between(-rough, rough);
    }
  return light;
}

/** Normal numbers, as a sensor's noise is. */
function noiseOf(count: number): Float32Array {
  const chance = chanceOf(3);
  return Float32Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += chance.between(0, 1);
    return sum;
  });
}

/** The bush in the wind, more or less of it. */
function sway(light: Float32Array, base: Float32Array, at: number): void {
  const wind = 1.5 + 1.5 * Math.sin(at / 97);
  for (let y = 50; y < 140; y++) {
    const shift = Math.round(wind * Math.sin(at * 1.9 + y / 13));
    for (let x = 0; x < 46; x++) {
      const from = y * WIDTH + Math.max(0, Math.min(45, x + shift));
      const lit = (light[y * WIDTH + x] as number) / (base[y * WIDTH + x] as number);
      light[y * WIDTH + x] = (base[from] as number) * lit;
    }
  }
}

/** Fills a rectangle; `shade` gives the light at a place in it, 0 to 1 across and down. Lit like what it covers. */
function fill(light: Float32Array, box: Box, shade: (x: number, y: number) => number): void {
  const [left, top] = [Math.round(box.left * WIDTH), Math.round(box.top * HEIGHT)];
  const [right, bottom] = [Math.round(box.right * WIDTH), Math.round(box.bottom * HEIGHT)];
  for (let y = Math.max(0, top); y < Math.min(HEIGHT, bottom); y++)
    for (let x = Math.max(0, left); x < Math.min(WIDTH, right); x++)
      light[y * WIDTH + x] = shade((x - left) / (right - left), (y - top) / (bottom - top));
}

function drawParcel(light: Float32Array, { x, y, width, height, shade }: Lying): void {
  const box = { left: x - width / 2, right: x + width / 2, top: y - height, bottom: y };
  fill(light, { ...box, top: y - 0.012, bottom: y + 0.02, right: box.right + 0.01 }, () => 60);
  fill(light, box, (across, down) => {
    if (Math.abs(across - 0.5) < 0.06) return shade * 1.2;
    return down < 0.35 ? shade * 1.1 : shade * (across < 0.03 || across > 0.97 ? 0.6 : 0.85);
  });
}

/** Where somebody is; undefined while they are not there. */
function visitorBox(visit: Visit, at: number): Box | undefined {
  if (!isIn(visit, at)) return undefined;
  const { x, height, fromLeft, act } = visit;
  const half = (height * 0.3 * HEIGHT) / WIDTH / 2;
  const outside = fromLeft ? -half : 1 + half;
  const walked = Math.min(1, (at - visit.from) / WALK, (visit.to - at) / WALK);
  const middle = outside + (x - outside) * walked;
  // Whoever puts something down bends for it.
  const bent = act && Math.abs(act.at - at) < 0.8 ? 0.35 * Math.cos(((act.at - at) / 1.6) * Math.PI) : 0;
  const box = {
    left: middle - half,
    right: middle + half,
    top: GROUND - height * (1 - bent),
    bottom: GROUND,
  };
  return box.right > 0.02 && box.left < 0.98 ? box : undefined;
}

function drawVisitor(light: Float32Array, visit: Visit, at: number): void {
  const box = visitorBox(visit, at);
  if (!box) return;
  const { dress, act } = visit;
  const wide = box.right - box.left;
  const high = box.bottom - box.top;
  const head = {
    left: box.left + wide * 0.32,
    right: box.right - wide * 0.32,
    bottom: box.top + high * 0.16,
  };
  fill(
    light,
    { ...box, top: box.top + high * 0.16, bottom: box.top + high * 0.55 },
    (x) => dress * (0.9 + 0.2 * x),
  );
  const step = Math.sin(at * 6) * 0.12;
  for (const side of [0.28 + step, 0.72 - step])
    fill(
      light,
      {
        top: box.top + high * 0.55,
        bottom: box.bottom,
        left: box.left + wide * (side - 0.18),
        right: box.left + wide * (side + 0.18),
      },
      () => dress * 0.6,
    );
  fill(light, { ...head, top: box.top }, () => 150);
  const holds = act && (act.phase === 'delivered' ? at < act.at : at >= act.at);
  if (act && holds)
    drawParcel(light, { ...act.parcel, x: (box.left + box.right) / 2, y: box.top + high * 0.6 });
}

/** On the street, above. */
function drawCar(light: Float32Array, { from, to, size }: Brief, at: number): void {
  const x = (at - from) / (to - from);
  const box = { left: x * 1.4 - 0.4, right: x * 1.4 - 0.4 + 0.2 + size, top: 0.01, bottom: 0.12 };
  fill(light, box, (_, down) => (down < 0.4 ? 60 : 170));
}

function drawGlow(
  light: Float32Array,
  { from, to, x, y, size }: Brief,
  at: number,
  strength: number,
  speed: number,
): void {
  const share = (at - from) / (to - from) - 0.5;
  const [middleX, middleY] = [(x + speed * share * 0.5) * WIDTH, (y + 0.1 * Math.sin(at * 5)) * HEIGHT];
  const reach = size * WIDTH * 0.6 * speed;
  const [top, bottom] = [Math.max(0, Math.floor(middleY - 2 * reach)), Math.min(HEIGHT, middleY + 2 * reach)];
  const [left, right] = [Math.max(0, Math.floor(middleX - 2 * reach)), Math.min(WIDTH, middleX + 2 * reach)];
  for (let row = top; row < bottom; row++)
    for (let column = left; column < right; column++) {
      const far = ((column - middleX) ** 2 + (row - middleY) ** 2) / reach ** 2;
      light[row * WIDTH + column] = (light[row * WIDTH + column] as number) + strength * Math.exp(-2 * far);
    }
}
