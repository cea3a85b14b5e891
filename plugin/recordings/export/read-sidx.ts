import { type Box, Fields } from '../../camera/mp4-boxes.ts';
import type { Reference } from '../mp4/file-index.ts';

export interface SegmentIndex {
  track: number;
  timescale: number;
  /** When the first picture is shown, in ticks. */
  time: number;
  /** Bytes between the end of the box and the first fragment. */
  firstOffset: number;
  references: readonly Reference[];
}

/** Reads a `sidx` (ISO/IEC 14496-12, section 8.16.3). Undefined when it is cut off, or points to further indexes. */
export function readSidx(data: Buffer, box: Box): SegmentIndex | undefined {
  const fields = new Fields(data, box);
  const version = fields.u8();
  fields.skip(3);
  const [track, timescale] = [fields.u32(), fields.u32()];
  const number = () => (version === 0 ? fields.u32() : fields.u64());
  const [time, firstOffset] = [number(), number()];
  fields.skip(2);
  const count = fields.u16();
  if (track === undefined || !timescale || time === undefined || firstOffset === undefined) return undefined;
  if (count === undefined || fields.left < count * 12) return undefined;
  const references: Reference[] = [];
  for (let index = 0; index < count; index++) {
    const [bytes = 0, duration = 0, access = 0] = [fields.u32(), fields.u32(), fields.u32()];
    // The upper bit would mean a further index.
    if (bytes > 0x7fffffff || bytes < 8) return undefined;
    references.push({ bytes, duration, sync: access >= 0x80000000 });
  }
  return { track, timescale, time, firstOffset, references };
}
