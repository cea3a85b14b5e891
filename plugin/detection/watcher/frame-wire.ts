/** Small pictures as bytes: light, then both colours, one after the other. */
import type { SmallFrame } from '../../camera/contract.ts';

/** The planes of a picture in one piece. */
export function framePayload({ luma, cb, cr }: SmallFrame): Buffer {
  return Buffer.concat([luma, cb, cr]);
}

/** The picture again; its planes are views of the payload. Throws `RangeError` where its size does not fit. */
export function frameOf(
  { width, height, at }: Pick<SmallFrame, 'width' | 'height' | 'at'>,
  payload: Buffer,
): SmallFrame {
  const pixels = width * height;
  if (payload.length !== 1.5 * pixels)
    throw new RangeError(`A picture of ${width} x ${height} came as ${payload.length} bytes.`);
  return {
    ...{ width, height, at },
    luma: payload.subarray(0, pixels),
    cb: payload.subarray(pixels, 1.25 * pixels),
    cr: payload.subarray(1.25 * pixels),
  };
}
