/**
 * Cuts people out of a clip in which they come one after another into a room that is also seen empty: what differs from the empty room,
 * without holes, with a soft edge.
 */
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { RawSize } from './raw-pictures.ts';

/** Somebody, whole, in one picture: a canvas that is transparent around them. They stand on its lower edge. */
export interface Figure {
  canvas: Canvas;
  /** Whether they walk in this picture. */
  walks: boolean;
}

/** Everything seen of one person, in order. */
export interface Person {
  standing: Figure[];
  /** Walking to the right. */
  walking: Figure[];
}

/** Difference of a colour that begins to count, and that counts fully. */
const [FAINT, CLEAR] = [16, 38];
/** Part of the picture that is somebody at least. */
const LEAST_AREA = 0.02;
/** The room is empty when less than this differs. */
const EMPTY_AREA = 0.004;
/** Pixels that somebody moves sideways from one picture to the next, at least, when they walk. */
const WALKS = 9;
/** A shadow leaves so much of the light, at least. */
const SHADOW = 0.4;
/** How quickly the empty room is learned. */
const LEARNING = 0.2;
/** Pictures of one person standing that are enough. */
const MOST_STANDING = 20;

/** The first picture must show the empty room. */
export async function cutPeople(pictures: AsyncIterable<Buffer>, size: RawSize): Promise<Person[]> {
  const cutter = new Cutter(size);
  for await (const picture of pictures) cutter.push(picture);
  return cutter.people.filter(({ standing, walking }) => standing.length > 5 && walking.length > 2);
}

class Cutter {
  readonly people: Person[] = [];
  readonly #size: RawSize;
  #room: Float32Array | undefined;
  #empty = true;
  #lastMiddle: number | undefined;

  constructor(size: RawSize) {
    this.#size = size;
  }

  push(picture: Buffer): void {
    this.#room ??= Float32Array.from(picture);
    const { width, height } = this.#size;
    const strength = difference(picture, this.#room);
    if (strength.reduce((count, one) => count + (one >> 7), 0) < EMPTY_AREA * width * height) {
      this.#nobody(picture);
      return;
    }
    const solid = largestPiece(withoutHoles(strength, this.#size), this.#size);
    const bounds = boundsOf(solid, this.#size);
    if (!bounds || bounds.area < EMPTY_AREA * width * height) {
      this.#nobody(picture);
      return;
    }
    if (bounds.area < LEAST_AREA * width * height) return;
    if (this.#empty) this.people.push({ standing: [], walking: [] });
    this.#empty = false;
    const middle = (bounds.left + bounds.right) / 2;
    const moved = this.#lastMiddle === undefined ? 0 : middle - this.#lastMiddle;
    this.#lastMiddle = middle;
    const whole = bounds.left > 1 && bounds.right < width - 2 && bounds.bottom < height - 2;
    const person = this.people.at(-1);
    if (!whole || !person) return;
    const walks = moved > WALKS;
    if (!walks && (Math.abs(moved) > 2 || person.standing.length >= MOST_STANDING)) return;
    const canvas = cutOut(picture, solid, strength, bounds, width);
    (walks ? person.walking : person.standing).push({ canvas, walks });
  }

  #nobody(picture: Buffer): void {
    this.#empty = true;
    this.#lastMiddle = undefined;
    const room = this.#room;
    if (!room) return;
    for (let i = 0; i < room.length; i++)
      room[i] = (room[i] as number) + LEARNING * ((picture[i] as number) - (room[i] as number));
  }
}

interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
  area: number;
}

/** For each pixel how surely it is not the room, 0 to 255. */
function difference(picture: Uint8Array, room: Float32Array): Uint8Array {
  const strength = new Uint8Array(picture.length / 4);
  for (let i = 0; i < strength.length; i++) {
    const [red, green, blue] = [picture[4 * i] ?? 0, picture[4 * i + 1] ?? 0, picture[4 * i + 2] ?? 0];
    const [roomRed, roomGreen, roomBlue] = [room[4 * i] ?? 0, room[4 * i + 1] ?? 0, room[4 * i + 2] ?? 0];
    const most = Math.max(Math.abs(red - roomRed), Math.abs(green - roomGreen), Math.abs(blue - roomBlue));
    const darker = (red + green + blue) / (roomRed + roomGreen + roomBlue + 1);
    // On a floor that has a colour, a shadow has the same one.
    const isShadow =
      roomRed - roomBlue > 40 &&
      darker > SHADOW &&
      Math.max(
        Math.abs(red - darker * roomRed),
        Math.abs(green - darker * roomGreen),
        Math.abs(blue - darker * roomBlue),
      ) < 18;
    strength[i] = isShadow ? 0 : Math.max(0, Math.min(255, ((most - FAINT) / (CLEAR - FAINT)) * 255));
  }
  return strength;
}

/** 1 where something is, also in its holes: whatever cannot be reached from the picture's edge (but the lower) over what is nothing. */
function withoutHoles(strength: Uint8Array, { width, height }: RawSize): Uint8Array {
  const solid = new Uint8Array(strength.length).fill(1);
  const stack: number[] = [];
  const reach = (x: number, y: number) => {
    const at = y * width + x;
    if (x < 0 || y < 0 || x >= width || y >= height || !solid[at] || (strength[at] as number) > 90) return;
    solid[at] = 0;
    stack.push(at);
  };
  for (let x = 0; x < width; x++) {
    reach(x, 0);
    reach(x, height - 1);
  }
  for (let y = 0; y < height; y++) {
    reach(0, y);
    reach(width - 1, y);
  }
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const [x, y] = [at % width, Math.floor(at / width)];
    reach(x - 1, y);
    reach(x + 1, y);
    reach(x, y - 1);
    reach(x, y + 1);
  }
  return solid;
}

/** Only the largest piece that hangs together. */
function largestPiece(solid: Uint8Array, { width }: RawSize): Uint8Array {
  const names = new Int32Array(solid.length);
  let best = { name: 0, size: 0 };
  const stack: number[] = [];
  for (let start = 0, name = 0; start < solid.length; start++) {
    if (!solid[start] || names[start]) continue;
    name++;
    let size = 0;
    names[start] = name;
    stack.push(start);
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      size++;
      for (const next of [at - 1, at + 1, at - width, at + width])
        if (solid[next] && !names[next]) {
          names[next] = name;
          stack.push(next);
        }
    }
    if (size > best.size) best = { name, size };
  }
  return names.map((name) => Number(name === best.name && name > 0)) as unknown as Uint8Array;
}

function boundsOf(solid: ArrayLike<number>, { width, height }: RawSize): Bounds | undefined {
  const bounds = { left: width, top: height, right: -1, bottom: -1, area: 0 };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!solid[y * width + x]) continue;
      bounds.left = Math.min(bounds.left, x);
      bounds.right = Math.max(bounds.right, x);
      bounds.top = Math.min(bounds.top, y);
      bounds.bottom = y;
      bounds.area++;
    }
  return bounds.area > 0 ? bounds : undefined;
}

/** What is solid and inside counts fully; at its edge, the mean of the pixels around. */
function cutOut(
  picture: Uint8Array,
  solid: ArrayLike<number>,
  strength: Uint8Array,
  { left, top, right, bottom }: Bounds,
  width: number,
): Canvas {
  const canvas = createCanvas(right - left + 1, bottom - top + 1);
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const from = y * width + x;
      let around = 0;
      for (const step of [0, -1, 1, -width, width]) around += solid[from + step] ? 51 : 0;
      const to = 4 * ((y - top) * canvas.width + (x - left));
      image.data.set(picture.subarray(4 * from, 4 * from + 3), to);
      const edge = around === 255 ? 255 : Math.min(around, Math.max(60, strength[from] as number));
      image.data[to + 3] = solid[from] ? edge : 0;
    }
  context.putImageData(image, 0, 0);
  return canvas;
}
