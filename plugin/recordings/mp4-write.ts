/** Building MP4 boxes. ISO/IEC 14496-12. */
import type { Sample } from './mp4-samples.ts';

export function box(type: string, ...parts: Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
}

export function fullBox(type: string, version: number, flags: number, ...parts: Buffer[]): Buffer {
  return box(type, u32(((version << 24) | flags) >>> 0), ...parts);
}

export function u32(...values: number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, index) => {
    data.writeUInt32BE(value >>> 0, 4 * index);
  });
  return data;
}

export function u64(value: number): Buffer {
  const data = Buffer.alloc(8);
  data.writeBigUInt64BE(BigInt(value));
  return data;
}

/** One run of samples with the bytes that belong to them, in order. */
export interface Run {
  track: number;
  /** Decode time of the first sample, in ticks. */
  time: number;
  samples: readonly Pick<Sample, 'duration' | 'size' | 'flags' | 'compositionOffset'>[];
  data: readonly Buffer[];
}

// tfhd: default-base-is-moof. trun: data offset, and duration, size, flags and composition offset of each sample.
const TFHD_FLAGS = 0x020000;
const TRUN_FLAGS = 0x000f01;

/** One `moof` + `mdat` holding a run for each track. */
export function fragmentOf(sequence: number, runs: readonly Run[]): Buffer {
  const build = (offsets: readonly number[]) =>
    box(
      'moof',
      fullBox('mfhd', 0, 0, u32(sequence)),
      ...runs.map((run, index) =>
        box(
          'traf',
          fullBox('tfhd', 0, TFHD_FLAGS, u32(run.track)),
          fullBox('tfdt', 1, 0, u64(run.time)),
          trun(run, offsets[index] ?? 0),
        ),
      ),
    );
  const sizes = runs.map(({ samples }) => samples.reduce((sum, { size }) => sum + size, 0));
  // The length of the moof does not depend on the offsets in it.
  let offset = build([]).length + 8;
  const offsets = sizes.map((size) => {
    offset += size;
    return offset - size;
  });
  return Buffer.concat([build(offsets), box('mdat', ...runs.flatMap(({ data }) => data))]);
}

function trun({ samples }: Run, offset: number): Buffer {
  const fields = samples.flatMap(({ duration, size, flags, compositionOffset }) => [
    duration,
    size,
    flags,
    compositionOffset,
  ]);
  return fullBox('trun', 1, TRUN_FLAGS, u32(samples.length, offset, ...fields));
}

export interface SyncPoint {
  /** When it is shown, in ticks of the video track. */
  time: number;
  /** Where its `moof` lies in the file. */
  offset: number;
}

/** The index at the end of a file: lets a player jump to each keyframe without reading what is between. */
export function mfra(track: number, points: readonly SyncPoint[]): Buffer {
  const numbers = Buffer.from([1, 1, 1]); // first traf, first trun, first sample, one byte each
  const entries = points.flatMap(({ time, offset }) => [u64(time), u64(offset), numbers]);
  const tfra = fullBox('tfra', 1, 0, u32(track, 0, points.length), ...entries);
  const size = 8 + tfra.length + 16;
  return box('mfra', tfra, fullBox('mfro', 0, 0, u32(size)));
}
