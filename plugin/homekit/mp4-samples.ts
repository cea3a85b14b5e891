/** Takes media samples out of fragments, and one track out of an init segment (ISO/IEC 14496-12 and -15). Never throws. */
import { parseMoov } from '../camera/init-segment.ts';
import { type Box, childBox, childBoxes, Fields } from '../camera/mp4-boxes.ts';
import { box } from '../camera/mp4-build.ts';
import { readRuns, type SampleDefaults } from '../camera/track-runs.ts';

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

/** ffmpeg repeats the defaults in each fragment. */
const NO_TREX: ReadonlyMap<number, SampleDefaults> = new Map();

const whole = (data: Buffer): Box => ({ type: '', start: 0, body: 0, end: data.length });

/**
 * The samples of the first `traf` of a `moof` + `mdat`, whose data lies from the `moof` on (`default-base-is-moof`), as
 * ffmpeg writes it. What cannot be read is left out.
 */
export function samplesIn(fragment: Buffer): Sample[] {
  const boxes = childBoxes(fragment, 0, fragment.length);
  const moof = boxes.find((box) => box.type === 'moof');
  const mdat = boxes.find((box) => box.type === 'mdat');
  const listed = (moof && readRuns(fragment, moof, NO_TREX)?.[0]?.samples) ?? [];
  if (!moof || !mdat) return [];
  const samples: Sample[] = [];
  const start = listed[0]?.dts ?? 0;
  for (const { dts, compositionOffset, offset, size } of listed) {
    const at = moof.start + offset;
    if (at < mdat.body || at + size > mdat.end) break;
    samples.push({ data: fragment.subarray(at, at + size), offset: dts - start + compositionOffset });
  }
  return samples;
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
  const parts = childBoxes(init, 0, init.length).map((part) =>
    part.type === 'moov'
      ? box('moov', ...childBoxes(init, part.body, part.end).flatMap((child) => keep(init, child, trackId)))
      : init.subarray(part.start, part.end),
  );
  return Buffer.concat(parts);
}

function keep(init: Buffer, part: Box, trackId: number): Buffer[] {
  const all = init.subarray(part.start, part.end);
  if (part.type === 'trak') {
    const tkhd = childBox(init, part, 'tkhd');
    return tkhd && trackOf(init, tkhd) === trackId ? [all] : [];
  }
  if (part.type !== 'mvex') return [all];
  const children = childBoxes(init, part.body, part.end).filter(
    (child) => child.type !== 'trex' || init.readUInt32BE(child.body + 4) === trackId,
  );
  return [box('mvex', ...children.map((child) => init.subarray(child.start, child.end)))];
}

function trackOf(init: Buffer, tkhd: Box): number | undefined {
  const fields = new Fields(init, tkhd);
  const version = fields.u8();
  fields.skip(3 + (version === 1 ? 16 : 8));
  return fields.u32();
}
