/** A picture in the middle of an input of another shape, with gray beside it, as detectors of the YOLO family were trained. */
import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import { type Size, toRgb, toWhole } from './model-input.ts';

/** Gray beside the picture, 0 to 1. */
const GRAY = 114 / 255;

/** Where the picture lies in the input, in pixels. */
export interface Inner extends Size {
  left: number;
  top: number;
}

/** Where a picture of this size goes in an input of that size. */
export function innerOf(picture: Size, input: Size): Inner {
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  return {
    ...{ width, height },
    left: Math.floor((input.width - width) / 2),
    top: Math.floor((input.height - height) / 2),
  };
}

/** A part of the picture as a model's input: 3 planes, red, green and blue, 0 to 1. */
export function letterbox(frame: SmallFrame, part: Box, input: Size, inner: Inner): Float32Array {
  const rgb = toRgb(frame, part, inner);
  const plane = input.width * input.height;
  const numbers = new Float32Array(3 * plane).fill(GRAY);
  for (let y = 0, from = 0; y < inner.height; y++) {
    let to = (inner.top + y) * input.width + inner.left;
    for (let x = 0; x < inner.width; x++, to++) {
      for (let colour = 0; colour < 3; colour++) numbers[colour * plane + to] = (rgb[from++] as number) / 255;
    }
  }
  return numbers;
}

/** A box in pixels of the input as a box of the whole picture; undefined where it lies beside it. */
export function outOfLetterbox(box: Box, inner: Inner, part: Box): Box | undefined {
  const across = (x: number) => (x - inner.left) / inner.width;
  const down = (y: number) => (y - inner.top) / inner.height;
  const inPart = {
    left: across(box.left),
    right: across(box.right),
    top: down(box.top),
    bottom: down(box.bottom),
  };
  const place = toWhole(inPart, part);
  return place.right > place.left && place.bottom > place.top ? place : undefined;
}
