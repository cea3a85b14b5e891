/** Writes fragments. ISO/IEC 14496-12, section 8.8. */
import { box, boxHeader, fullBox, u32, u64 } from '../../camera/mp4-build.ts';
import type { Sample } from '../../camera/track-runs.ts';

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
  return Buffer.concat(fragmentParts(sequence, runs));
}

/** The same in pieces, in order. The media in it is not copied: megabytes of it each second would keep the garbage collector busy. */
export function fragmentParts(sequence: number, runs: readonly Run[]): Buffer[] {
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
  const media = sizes.reduce((sum, size) => sum + size, 0);
  return [build(offsets), boxHeader('mdat', media), ...runs.flatMap(({ data }) => data)];
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
