/** Takes media samples out of fragments, and one track out of an init segment (ISO/IEC 14496-12 and -15). Never throws. */
import { parseMoov } from '../camera/init-segment.ts';
import { type Box, childBox, childBoxes, Fields } from '../camera/mp4-boxes.ts';

export interface Sample {
  data: Buffer;
  /** Presentation time in ticks, counted from the decode time of the fragment's first sample. */
  offset: number;
}

/** What an H.264 decoder needs before the first picture. */
export interface AvcConfig {
  /** Bytes of the length before each NAL unit: 1, 2 or 4. */
  lengthSize: number;
  /** All sequence parameter sets, then all picture parameter sets. */
  parameterSets: Buffer[];
}

const whole = (data: Buffer): Box => ({ type: '', start: 0, body: 0, end: data.length });

/**
 * The samples of the first `traf` of a `moof` + `mdat`, whose data lies from the `moof` on (`default-base-is-moof`), as
 * ffmpeg writes it. What cannot be read is left out.
 */
export function samplesIn(fragment: Buffer): Sample[] {
  const boxes = childBoxes(fragment, 0, fragment.length);
  const moof = boxes.find((box) => box.type === 'moof');
  const mdat = boxes.find((box) => box.type === 'mdat');
  const traf = moof && childBox(fragment, moof, 'traf');
  const tfhd = traf && childBox(fragment, traf, 'tfhd');
  if (!moof || !mdat || !traf || !tfhd) return [];
  const defaults = readDefaults(fragment, tfhd);
  const moofStart = moof.start;
  const samples: Sample[] = [];
  let at = mdat.body;
  let time = 0;
  for (const trun of childBoxes(fragment, traf.body, traf.end)) {
    if (trun.type !== 'trun') continue;
    const run = readRun(fragment, trun, defaults);
    if (run.dataOffset !== undefined) at = moofStart + run.dataOffset;
    for (const { size, duration, composition } of run.entries) {
      if (at < mdat.body || at + size > mdat.end) return samples;
      samples.push({ data: fragment.subarray(at, at + size), offset: time + composition });
      at += size;
      time += duration;
    }
  }
  return samples;
}

interface SampleDefaults {
  duration: number;
  size: number;
}

function readDefaults(data: Buffer, tfhd: Box): SampleDefaults {
  const fields = new Fields(data, tfhd);
  const present = fields.u32() ?? 0;
  fields.skip(4 + (present & 0x1 ? 8 : 0) + (present & 0x2 ? 4 : 0));
  const duration = present & 0x8 ? (fields.u32() ?? 0) : 0;
  const size = present & 0x10 ? (fields.u32() ?? 0) : 0;
  return { duration, size };
}

function readRun(data: Buffer, trun: Box, defaults: SampleDefaults) {
  const fields = new Fields(data, trun);
  const present = fields.u32() ?? 0;
  const count = fields.u32() ?? 0;
  const dataOffset = present & 0x1 ? fields.u32() : undefined;
  fields.skip(present & 0x4 ? 4 : 0);
  const entryBytes = [0x100, 0x200, 0x400, 0x800].filter((bit) => present & bit).length * 4;
  // The count is not to be trusted: without listed sizes, one sample is what a frame-by-frame writer means.
  const listed =
    entryBytes === 0 ? Math.min(count, 1) : Math.min(count, Math.floor(fields.left / entryBytes));
  const entries = Array.from({ length: listed }, () => {
    const duration = present & 0x100 ? (fields.u32() ?? 0) : defaults.duration;
    const size = present & 0x200 ? (fields.u32() ?? 0) : defaults.size;
    fields.skip(present & 0x400 ? 4 : 0);
    // Signed in version 1; version 0 never has the top bit set in practice.
    const composition = present & 0x800 ? (fields.u32() ?? 0) | 0 : 0;
    return { duration, size, composition };
  });
  return { dataOffset, entries };
}

/** Body of the codec's configuration box (`avcC`, …) of a track; undefined when it has none. */
export function codecConfig(init: Buffer, trackId: number): Buffer | undefined {
  const moov = childBox(init, whole(init), 'moov');
  return moov && parseMoov(init, moov).find(({ id }) => id === trackId)?.config;
}

/** Reads the body of an `avcC` (ISO/IEC 14496-15, 5.3.3.1); undefined when there is none, or it is broken. */
export function avcConfig(avcC: Buffer | undefined): AvcConfig | undefined {
  if (!avcC) return undefined;
  const fields = new Fields(avcC, whole(avcC));
  fields.skip(4);
  const lengthSize = ((fields.u8() ?? 3) & 3) + 1;
  const sps = readSets(avcC, fields, (fields.u8() ?? 0) & 0x1f);
  const pps = readSets(avcC, fields, fields.u8() ?? 0);
  return sps.length > 0 && pps.length > 0 ? { lengthSize, parameterSets: [...sps, ...pps] } : undefined;
}

function readSets(config: Buffer, fields: Fields, count: number): Buffer[] {
  const sets: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const size = fields.u16() ?? 0;
    if (size === 0 || size > fields.left) break;
    sets.push(config.subarray(fields.at, fields.at + size));
    fields.skip(size);
  }
  return sets;
}

/**
 * The same init segment with one track only, so that a reader that is given just this track's fragments does not wait for
 * the others. Sizes change, nothing refers to positions.
 */
export function initForTrack(init: Buffer, trackId: number): Buffer {
  const parts: Buffer[] = [];
  for (const box of childBoxes(init, 0, init.length)) {
    if (box.type !== 'moov') {
      parts.push(init.subarray(box.start, box.end));
      continue;
    }
    parts.push(
      boxOf(
        'moov',
        childBoxes(init, box.body, box.end).flatMap((child) => keep(init, child, trackId)),
      ),
    );
  }
  return Buffer.concat(parts);
}

function keep(init: Buffer, box: Box, trackId: number): Buffer[] {
  const all = init.subarray(box.start, box.end);
  if (box.type === 'trak') {
    const tkhd = childBox(init, box, 'tkhd');
    return tkhd && trackOf(init, tkhd) === trackId ? [all] : [];
  }
  if (box.type !== 'mvex') return [all];
  const children = childBoxes(init, box.body, box.end).filter(
    (child) => child.type !== 'trex' || init.readUInt32BE(child.body + 4) === trackId,
  );
  return [
    boxOf(
      'mvex',
      children.map((child) => init.subarray(child.start, child.end)),
    ),
  ];
}

function trackOf(init: Buffer, tkhd: Box): number | undefined {
  const fields = new Fields(init, tkhd);
  const version = fields.u8();
  fields.skip(3 + (version === 1 ? 16 : 8));
  return fields.u32();
}

function boxOf(type: string, parts: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + parts.reduce((sum, part) => sum + part.length, 0));
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, ...parts]);
}
