/** Which samples a `moof` lists, and where their bytes are. ISO/IEC 14496-12, section 8.8. Nothing here throws on bad input. */
import { type Box, childBox, childBoxes, Fields } from './mp4-boxes.ts';

/** What `trex`, and then `tfhd`, says for samples about which the run says nothing. */
export interface SampleDefaults {
  duration: number;
  size: number;
  flags: number;
}

export interface Sample {
  /** Decode time, and how much later it is shown, in ticks of its track. */
  dts: number;
  compositionOffset: number;
  duration: number;
  size: number;
  /** 8.8.3.1; see {@link IS_NON_SYNC}. */
  flags: number;
  /** Where its bytes are, from the start of the `moof`. */
  offset: number;
}

export interface TrackRun {
  track: number;
  samples: Sample[];
}

/** Bit of the sample flags that is set where decoding cannot start. */
export const IS_NON_SYNC = 0x10000;

const NO_DEFAULTS: SampleDefaults = { duration: 0, size: 0, flags: 0 };
/** A fragment holds one picture or a run of sound; a count beyond this is broken. */
const MAX_SAMPLES = 10_000;

/**
 * The samples that a `moof` lists, per track; undefined when it contradicts itself. Offsets count from its start, as they do with
 * `default-base-is-moof`. `trex` holds the defaults of the `moov` by track.
 */
export function readRuns(
  data: Buffer,
  moof: Box,
  trex: ReadonlyMap<number, SampleDefaults>,
): TrackRun[] | undefined {
  const runs: TrackRun[] = [];
  for (const traf of childBoxes(data, moof.body, moof.end)) {
    if (traf.type !== 'traf') continue;
    const run = readTraf(data, traf, trex);
    if (!run) return undefined;
    runs.push(run);
  }
  return runs;
}

function readTraf(data: Buffer, traf: Box, trex: ReadonlyMap<number, SampleDefaults>): TrackRun | undefined {
  const tfhd = childBox(data, traf, 'tfhd');
  const tfdt = childBox(data, traf, 'tfdt');
  if (!tfhd || !tfdt) return undefined;
  const fields = new Fields(data, tfhd);
  const present = fields.u32() ?? 0;
  const track = fields.u32() ?? 0;
  const initial = trex.get(track) ?? NO_DEFAULTS;
  fields.skip((present & 0x1 ? 8 : 0) + (present & 0x2 ? 4 : 0));
  const defaults = {
    duration: (present & 0x8 ? fields.u32() : undefined) ?? initial.duration,
    size: (present & 0x10 ? fields.u32() : undefined) ?? initial.size,
    flags: (present & 0x20 ? fields.u32() : undefined) ?? initial.flags,
  };
  const samples: Sample[] = [];
  let dts = readDecodeTime(data, tfdt);
  for (const trun of childBoxes(data, traf.body, traf.end)) {
    if (trun.type !== 'trun' || dts === undefined) continue;
    dts = readTrun(data, trun, defaults, dts, samples);
  }
  return dts === undefined ? undefined : { track, samples };
}

function readDecodeTime(data: Buffer, tfdt: Box): number | undefined {
  const fields = new Fields(data, tfdt);
  const version = fields.u8();
  fields.skip(3);
  return version === 1 ? fields.u64() : fields.u32();
}

/** Adds a run's samples to `into`; returns the decode time after it, or undefined when the run is broken. */
function readTrun(
  data: Buffer,
  trun: Box,
  defaults: SampleDefaults,
  start: number,
  into: Sample[],
): number | undefined {
  const fields = new Fields(data, trun);
  const header = fields.u32() ?? 0;
  const count = fields.u32() ?? 0;
  const field = (bit: number) => (header & bit ? fields.u32() : undefined);
  let offset = field(0x1) ?? 0;
  const firstFlags = field(0x4) ?? defaults.flags;
  const listed = [0x100, 0x200, 0x400, 0x800].filter((bit) => header & bit).length * 4 * count;
  if (count > MAX_SAMPLES || listed > fields.left) return undefined;
  let dts = start;
  for (let index = 0; index < count; index++) {
    const duration = field(0x100) ?? defaults.duration;
    const size = field(0x200) ?? defaults.size;
    const flags = field(0x400) ?? (index === 0 ? firstFlags : defaults.flags);
    // Only version 1 has signed offsets, but no real offset reaches the sign bit.
    const compositionOffset = (field(0x800) ?? 0) | 0;
    into.push({ dts, compositionOffset, duration, size, flags, offset });
    dts += duration;
    offset += size;
  }
  return dts;
}

/** The defaults that the `trex` boxes of a `mvex` give, by track; those that cannot be read are left out. */
export function readTrex(data: Buffer, mvex: Box): Map<number, SampleDefaults> {
  const defaults = new Map<number, SampleDefaults>();
  for (const trex of childBoxes(data, mvex.body, mvex.end)) {
    if (trex.type !== 'trex') continue;
    const fields = new Fields(data, trex);
    fields.skip(4);
    const id = fields.u32();
    fields.skip(4);
    const [duration, size, flags] = [fields.u32(), fields.u32(), fields.u32()];
    if (id !== undefined && duration !== undefined && size !== undefined && flags !== undefined)
      defaults.set(id, { duration, size, flags });
  }
  return defaults;
}
