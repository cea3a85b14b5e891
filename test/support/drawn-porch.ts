/** A drawn porch for tests of detection: the same pictures in every run, with the noise of a sensor. */
import type { SmallFrame } from '../../plugin/camera/contract.ts';

export const PORCH = { width: 320, height: 180 };
export const PICTURES_A_SECOND = 5;
/** Epoch ms of the first picture. */
export const PORCH_START = 1_700_000_000_000;

/** What happens: draws over the porch at a time in seconds since the start. */
export type Happening = (picture: PorchPicture, second: number) => void;

/** Evenly spread numbers from 0 to 1, the same in every run. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const roll = dice(7);
/** Noise of about 2 steps, drawn once and looked at from another place for each picture. */
const NOISE = Float32Array.from({ length: 65_537 }, () => (roll() + roll() + roll() - 1.5) * 4);

/** Brick wall, door, floor tiles, a strip of sky; light from 0 to 255. */
const EMPTY = Float32Array.from({ length: PORCH.width * PORCH.height }, (_, pixel) => {
  const x = pixel % PORCH.width;
  const y = Math.floor(pixel / PORCH.width);
  if (y < 30) return 190;
  if (x > 120 && x < 180 && y < 140) return x > 128 && x < 172 && y % 50 > 6 ? 70 : 50;
  if (y > 140) return 90 + ((x >> 4) % 2) * 22 + ((y >> 4) % 2) * 10;
  const row = y >> 3;
  const joint = y % 8 === 0 || (x + (row % 2) * 8) % 16 === 0;
  return joint ? 95 : 128;
});

/** A picture that is being drawn; what is beyond its edges is left out. */
export class PorchPicture {
  readonly luma = Float32Array.from(EMPTY);
  colour = 14;

  /** Changes the light of all of it. */
  light(change: (luma: number, x: number, y: number) => number): void {
    for (let y = 0, pixel = 0; y < PORCH.height; y++) {
      for (let x = 0; x < PORCH.width; x++, pixel++) {
        this.luma[pixel] = change(this.luma[pixel] as number, x, y);
      }
    }
  }

  fill(
    left: number,
    top: number,
    width: number,
    height: number,
    light: number | ((was: number) => number),
  ): void {
    const [fromX, toX] = [Math.max(0, Math.round(left)), Math.min(PORCH.width, Math.round(left + width))];
    const toY = Math.min(PORCH.height, Math.round(top + height));
    for (let y = Math.max(0, Math.round(top)); y < toY; y++) {
      for (let x = fromX; x < toX; x++) {
        const pixel = y * PORCH.width + x;
        this.luma[pixel] = typeof light === 'number' ? light : light(this.luma[pixel] as number);
      }
    }
  }

  /** A soft spot of light, as an insect near the lens or a headlight on the wall. */
  spot(x: number, y: number, radius: number, by: number): void {
    const reach = Math.ceil(2 * radius);
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [column, row] = [Math.round(x) + dx, Math.round(y) + dy];
        if (column < 0 || row < 0 || column >= PORCH.width || row >= PORCH.height) continue;
        const pixel = row * PORCH.width + column;
        this.luma[pixel] = (this.luma[pixel] as number) + by * Math.exp(-(dx * dx + dy * dy) / radius ** 2);
      }
    }
  }

  /** Somebody of this height in pixels, with their feet at `x`, `y`; legs that walk, a coat, a face. */
  person(x: number, y: number, height: number, stride = 0, { coat = 40, legs = 60, face = 200 } = {}): void {
    const width = 0.34 * height;
    const step = 0.12 * height * Math.sin(stride);
    this.fill(x - width * 0.4 + step, y - height * 0.45, width * 0.35, height * 0.45, legs);
    this.fill(x + width * 0.05 - step, y - height * 0.45, width * 0.35, height * 0.45, legs);
    this.fill(x - width / 2, y - height * 0.84, width, height * 0.44, coat);
    this.fill(x - width * 0.2, y - height, width * 0.4, height * 0.18, face);
  }

  /** All of it moved by whole pixels. */
  move(by: number, down: number): void {
    const was = this.luma.slice();
    for (let y = 0, pixel = 0; y < PORCH.height; y++) {
      const row = Math.min(PORCH.height - 1, Math.max(0, y + down)) * PORCH.width;
      for (let x = 0; x < PORCH.width; x++, pixel++) {
        this.luma[pixel] = was[row + Math.min(PORCH.width - 1, Math.max(0, x + by))] as number;
      }
    }
  }
}

/** The picture of a moment. */
export function porchFrame(second: number, happening: Happening): SmallFrame {
  const picture = new PorchPicture();
  happening(picture, second);
  const luma = new Uint8ClampedArray(picture.luma.length);
  const from = (Math.round(second * PICTURES_A_SECOND) * 7919) % NOISE.length;
  for (let i = 0; i < luma.length; i++) {
    luma[i] = (picture.luma[i] as number) + (NOISE[(from + i) % NOISE.length] as number);
  }
  const colours = (PORCH.width / 2) * (PORCH.height / 2);
  return {
    ...PORCH,
    at: PORCH_START + Math.round(second * 1000),
    luma: new Uint8Array(luma.buffer),
    cb: new Uint8Array(colours).fill(128 - picture.colour),
    cr: new Uint8Array(colours).fill(128 + picture.colour),
  };
}
