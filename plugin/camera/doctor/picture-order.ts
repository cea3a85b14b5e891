/** Tells B-frames, which a decoder gets in another order than they are shown in. */

const SLICE = 1;
const B_SLICES = new Set([1, 6]);

/**
 * Whether an H.264 picture has a slice of type B (ITU-T H.264, 7.3.3 and 7.4.3). Bytes that make no sense have none.
 *
 * @param sample NAL units with their length before each
 * @param lengthBytes how many bytes each length has, 1 to 4
 */
export function hasBSlice(sample: Buffer, lengthBytes: number): boolean {
  for (let at = 0; at + lengthBytes < sample.length; ) {
    const start = at + lengthBytes;
    const end = start + sample.readUIntBE(at, lengthBytes);
    if (end > sample.length) return false;
    if (
      (sample.readUInt8(start) & 0x1f) === SLICE &&
      B_SLICES.has(sliceType(sample.subarray(start + 1, end)))
    )
      return true;
    at = end;
  }
  return false;
}

/** The second number of a slice header, after `first_mb_in_slice`; -1 when it is not there. */
function sliceType(header: Buffer): number {
  const first = expGolomb(header, 0);
  return first ? (expGolomb(header, first.next)?.value ?? -1) : -1;
}

/** An unsigned Exp-Golomb number (9.1) at a bit position. Numbers at the start of a slice need no look at emulation prevention bytes. */
function expGolomb(data: Buffer, from: number): { value: number; next: number } | undefined {
  const bits = Math.min(data.length * 8, from + 64);
  const bit = (index: number) => ((data[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
  let zeros = 0;
  while (from + zeros < bits && bit(from + zeros) === 0) zeros++;
  const next = from + 2 * zeros + 1;
  if (next > bits || zeros > 30) return undefined;
  let value = 1;
  for (let index = from + zeros + 1; index < next; index++) value = value * 2 + bit(index);
  return { value: value - 1, next };
}
