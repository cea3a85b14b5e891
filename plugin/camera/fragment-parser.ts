/** Reads times and the kind of the first sample out of a `moof` (ISO/IEC 14496-12, section 8.8). */
import type { SampleDefaults } from './init-segment.ts';
import { type Box, childBox, childBoxes, Fields } from './mp4-boxes.ts';

export interface TrackFragment {
  track: number;
  /** Decode time of the first sample, in ticks. */
  time: number;
  /** In ticks. */
  duration: number;
  samples: number;
  /** Whether the first sample is a sync sample. */
  sync: boolean;
}

/** Bit of the sample flags that says that the sample needs others. */
const IS_NON_SYNC = 0x10000;

/** The first `traf` of a `moof`, or undefined when it cannot be read. `defaults` come from `trex`, by track id. */
export function parseMoof(
  data: Buffer,
  moof: Box,
  defaults: ReadonlyMap<number, SampleDefaults>,
): TrackFragment | undefined {
  const traf = childBox(data, moof, 'traf');
  const tfhd = traf && childBox(data, traf, 'tfhd');
  const header = tfhd && readTfhd(data, tfhd);
  if (!traf || !header) return undefined;
  const fallback = defaults.get(header.track) ?? { duration: 0, flags: 0 };
  const sample = { duration: header.duration ?? fallback.duration, flags: header.flags ?? fallback.flags };
  const tfdt = childBox(data, traf, 'tfdt');
  const time = tfdt && readTfdt(data, tfdt);
  const runs = childBoxes(data, traf.body, traf.end)
    .filter((box) => box.type === 'trun')
    .map((box) => readTrun(data, box, sample));
  const first = runs[0];
  if (time === undefined || !first) return undefined;
  return {
    track: header.track,
    time,
    duration: runs.reduce((sum, run) => sum + run.duration, 0),
    samples: runs.reduce((sum, run) => sum + run.samples, 0),
    sync: (first.firstFlags & IS_NON_SYNC) === 0,
  };
}

function readTfhd(data: Buffer, box: Box): { track: number; duration?: number; flags?: number } | undefined {
  const fields = new Fields(data, box);
  const present = fields.u32();
  const track = fields.u32();
  if (present === undefined || track === undefined) return undefined;
  fields.skip((present & 0x1 ? 8 : 0) + (present & 0x2 ? 4 : 0));
  const duration = present & 0x8 ? fields.u32() : undefined;
  fields.skip(present & 0x10 ? 4 : 0);
  const flags = present & 0x20 ? fields.u32() : undefined;
  return { track, ...(duration !== undefined && { duration }), ...(flags !== undefined && { flags }) };
}

function readTfdt(data: Buffer, box: Box): number | undefined {
  const fields = new Fields(data, box);
  const version = fields.u8();
  fields.skip(3);
  return version === 1 ? fields.u64() : fields.u32();
}

interface Run {
  samples: number;
  duration: number;
  firstFlags: number;
}

function readTrun(data: Buffer, box: Box, fallback: SampleDefaults): Run {
  const fields = new Fields(data, box);
  const present = fields.u32() ?? 0;
  const samples = fields.u32() ?? 0;
  fields.skip(present & 0x1 ? 4 : 0);
  const firstSampleFlags = present & 0x4 ? fields.u32() : undefined;
  const eachDuration = (present & 0x100) !== 0;
  const eachFlags = (present & 0x400) !== 0;
  const sampleBytes = [0x100, 0x200, 0x400, 0x800].filter((bit) => present & bit).length * 4;
  let duration = eachDuration ? 0 : samples * fallback.duration;
  let flags = fallback.flags;
  // The count is not to be trusted: what is really there bounds the loop.
  const listed = sampleBytes === 0 ? 0 : Math.min(samples, Math.floor(fields.left / sampleBytes));
  for (let i = 0; i < listed && (eachDuration || i === 0); i++) {
    const start = fields.at;
    if (eachDuration) duration += fields.u32() ?? 0;
    fields.skip(present & 0x200 ? 4 : 0);
    if (eachFlags && i === 0) flags = fields.u32() ?? flags;
    fields.at = start + sampleBytes;
  }
  return { samples, duration, firstFlags: firstSampleFlags ?? flags };
}
