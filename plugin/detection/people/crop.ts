import type { Box } from '../../../protocol/detection.ts';
import type { SmallFrame } from '../../camera/contract.ts';
import type { Crop } from '../contract.ts';
import { toRgb } from '../models/model-input.ts';
import { heightOf, widened, widthOf } from '../places.ts';

/** Shown around a thing, as a part of its size. */
const MARGIN = 0.15;
const LEAST_PIXELS = 16;

/** A part of a picture in colour, at the size it has there. */
export function cropOf(frame: SmallFrame, box: Box): Crop {
  const part = widened(box, MARGIN);
  const width = Math.max(LEAST_PIXELS, Math.round(widthOf(part) * frame.width));
  const height = Math.max(LEAST_PIXELS, Math.round(heightOf(part) * frame.height));
  return { width, height, rgb: toRgb(frame, part, { width, height }) };
}
