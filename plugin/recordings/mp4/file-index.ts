/** The two indexes of a file: `sidx` before its fragments, `mfra` after them. ISO/IEC 14496-12, sections 8.16.3 and 8.8.9. */
import { box, fullBox, u32, u64 } from '../../camera/mp4-build.ts';

export interface SyncPoint {
  /** When it is shown, in ticks of the video track. */
  time: number;
  /** Where its `moof` lies in the file. */
  offset: number;
}

/** The index at the end of a file: lets a player jump to each keyframe without reading what is between. */
export function mfra(track: number, points: readonly SyncPoint[]): Buffer {
  const numbers = Buffer.from([1, 1, 1]); // first traf, first trun, first sample, one byte each
  const entries = points.map(({ time, offset }) => Buffer.concat([u64(time), u64(offset), numbers]));
  const tfra = fullBox('tfra', 1, 0, u32(track, 0, points.length), Buffer.concat(entries));
  const size = 8 + tfra.length + 16;
  return box('mfra', tfra, fullBox('mfro', 0, 0, u32(size)));
}

/** A stretch of the file: one fragment, or some, one after the other. */
export interface Reference {
  bytes: number;
  /** In ticks. */
  duration: number;
  /** Whether decoding can start with it. */
  sync: boolean;
}

/** The box counts its references in 16 bits: nine hours in halves of a second. */
const MAX_REFERENCES = 0xffff;
const STARTS_WITH_SAP_TYPE_1 = 0x90000000;

/**
 * The index between the start of a file and its first fragment: a player that reads by ranges knows from it where everything is. `time` is when
 * the first picture is shown. Empty when there is more than it can hold.
 */
export function sidx(
  track: number,
  timescale: number,
  time: number,
  references: readonly Reference[],
): Buffer {
  if (references.length > MAX_REFERENCES) return Buffer.alloc(0);
  const entries = references.map(({ bytes, duration, sync }) =>
    u32(bytes, duration, sync ? STARTS_WITH_SAP_TYPE_1 : 0),
  );
  // The fragments follow at once (offset 0). Of the last number the upper 16 bits are reserved.
  const count = u32(references.length);
  return fullBox('sidx', 1, 0, u32(track, timescale), u64(time), u64(0), count, Buffer.concat(entries));
}
