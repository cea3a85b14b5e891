/** From a small picture, or a part of it, to the numbers that a model takes. */
import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';

export interface Size {
  width: number;
  height: number;
}

/** A part is at least so many pixels of the picture wide and high: there is nothing to see in less. */
const LEAST_PIXELS = 32;

/** A part that can be looked at: inside the picture, and not too small. */
export function lookablePart(part: Box, { width, height }: Size): Box {
  const [left, right] = stretch(part.left, part.right, Math.min(1, LEAST_PIXELS / width));
  const [top, bottom] = stretch(part.top, part.bottom, Math.min(1, LEAST_PIXELS / height));
  return { left, top, right, bottom };
}

/** From and to, within 0 and 1 and at least so far from each other. */
function stretch(from: number, to: number, least: number): [from: number, to: number] {
  const size = Math.min(1, Math.max(least, to - from));
  const start = Math.min(1 - size, Math.max(0, (from + to - size) / 2));
  return [start, start + size];
}

/** A box inside a part of the picture, as a box of the whole picture. */
export function toWhole(box: Box, part: Box): Box {
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  const inside = (value: number) => Math.min(1, Math.max(0, value));
  return {
    left: inside(part.left + box.left * width),
    top: inside(part.top + box.top * height),
    right: inside(part.left + box.right * width),
    bottom: inside(part.top + box.bottom * height),
  };
}

/**
 * A part of the picture as RGB of another size, 3 bytes a pixel, bilinear. Colours by BT.601 with limited range, as ffmpeg gives 4:2:0.
 *
 * @param into takes it, where the caller has room already: `size.width * size.height * 3` numbers, 0 to 255
 */
export function toRgb<Room extends Uint8Array | Int32Array = Uint8Array>(
  frame: SmallFrame,
  part: Box,
  size: Size,
  into: Room = new Uint8Array(size.width * size.height * 3) as Room,
): Room {
  const light = taps(frame.width, part.left, part.right, size.width);
  const colour = taps(frame.width / 2, part.left, part.right, size.width);
  const lightRows = taps(frame.height, part.top, part.bottom, size.height);
  const colourRows = taps(frame.height / 2, part.top, part.bottom, size.height);
  let at = 0;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const luma = 1.164383 * (sample(frame.luma, frame.width, light, x, lightRows, y) - 16);
      const cb = sample(frame.cb, frame.width / 2, colour, x, colourRows, y) - 128;
      const cr = sample(frame.cr, frame.width / 2, colour, x, colourRows, y) - 128;
      into[at++] = byte(luma + 1.596027 * cr);
      into[at++] = byte(luma - 0.391762 * cb - 0.812968 * cr);
      into[at++] = byte(luma + 2.017232 * cb);
    }
  }
  return into;
}

/** For each place of a row of the result: the two places of the source that it lies between, and how far towards the second. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  share: Float32Array;
}

function taps(length: number, from: number, to: number, count: number): Taps {
  const [first, second, share] = [new Int32Array(count), new Int32Array(count), new Float32Array(count)];
  const step = ((to - from) * length) / count;
  for (let i = 0; i < count; i++) {
    const place = Math.min(length - 1, Math.max(0, from * length + (i + 0.5) * step - 0.5));
    const whole = Math.floor(place);
    first[i] = whole;
    second[i] = Math.min(length - 1, whole + 1);
    share[i] = place - whole;
  }
  return { first, second, share };
}

function sample(plane: Uint8Array, stride: number, columns: Taps, x: number, rows: Taps, y: number): number {
  const upper = (rows.first[y] as number) * stride;
  const lower = (rows.second[y] as number) * stride;
  const left = columns.first[x] as number;
  const right = columns.second[x] as number;
  const across = columns.share[x] as number;
  const above = mix(plane[upper + left] as number, plane[upper + right] as number, across);
  const below = mix(plane[lower + left] as number, plane[lower + right] as number, across);
  return mix(above, below, rows.share[y] as number);
}

const mix = (a: number, b: number, share: number) => a + (b - a) * share;

const byte = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value));
