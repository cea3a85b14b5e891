/** Reads the tracks out of `moov` (ISO/IEC 14496-12) and names their codecs as RFC 6381 does. */
import type { Track } from './contract.ts';
import { type Box, childBox, childBoxes, Fields } from './mp4-boxes.ts';
import { readTrex, type SampleDefaults } from './track-runs.ts';

export interface InitTrack extends Track {
  defaults: SampleDefaults;
  /** Body of the codec's own configuration box (`avcC`, `hvcC`), when it has one. */
  config?: Buffer;
}

/** The tracks of a `moov`; those that cannot be read are left out. */
export function parseMoov(data: Buffer, moov: Box): InitTrack[] {
  const mvex = childBox(data, moov, 'mvex');
  const defaults = mvex ? readTrex(data, mvex) : new Map<number, SampleDefaults>();
  const tracks: InitTrack[] = [];
  for (const trak of childBoxes(data, moov.body, moov.end)) {
    if (trak.type !== 'trak') continue;
    const track = readTrack(data, trak, defaults);
    if (track) tracks.push(track);
  }
  return tracks;
}

function readTrack(data: Buffer, trak: Box, defaults: Map<number, SampleDefaults>): InitTrack | undefined {
  const tkhd = childBox(data, trak, 'tkhd');
  const mdia = childBox(data, trak, 'mdia');
  const mdhd = mdia && childBox(data, mdia, 'mdhd');
  const minf = mdia && childBox(data, mdia, 'minf');
  const stbl = minf && childBox(data, minf, 'stbl');
  const stsd = stbl && childBox(data, stbl, 'stsd');
  if (!tkhd || !mdhd || !stsd) return undefined;
  const id = afterTimes(data, tkhd);
  const timescale = afterTimes(data, mdhd);
  // stsd: version and flags, entry count, entries.
  const entry = childBoxes(data, stsd.body + 8, stsd.end)[0];
  if (!id || !timescale || !entry) return undefined;
  const known = VIDEO_ENTRIES[entry.type];
  const described = known ? readVideo(data, entry, known) : readAudio(data, entry);
  return (
    described && {
      id,
      timescale,
      ...described,
      defaults: defaults.get(id) ?? { duration: 0, size: 0, flags: 0 },
    }
  );
}

/** `tkhd` and `mdhd` both begin with version, two times and then the number wanted here. */
function afterTimes(data: Buffer, box: Box): number | undefined {
  const fields = new Fields(data, box);
  const version = fields.u8();
  fields.skip(3 + (version === 1 ? 16 : 8));
  return fields.u32();
}

const VIDEO_ENTRIES: Record<string, { codec: string; config: string }> = {
  avc1: { codec: 'h264', config: 'avcC' },
  avc3: { codec: 'h264', config: 'avcC' },
  hvc1: { codec: 'hevc', config: 'hvcC' },
  hev1: { codec: 'hevc', config: 'hvcC' },
  av01: { codec: 'av1', config: 'av1C' },
  mp4v: { codec: 'mpeg4', config: 'esds' },
};

type Described = Omit<InitTrack, 'id' | 'timescale' | 'defaults'>;

function readVideo(
  data: Buffer,
  entry: Box,
  known: { codec: string; config: string },
): Described | undefined {
  const fields = new Fields(data, entry);
  fields.skip(24);
  const width = fields.u16();
  const height = fields.u16();
  if (!width || !height) return undefined;
  const box = childBoxes(data, entry.body + 78, entry.end).find((child) => child.type === known.config);
  const config = box && data.subarray(box.body, box.end);
  return {
    kind: 'video',
    codec: known.codec,
    codecString: config ? videoCodecString(entry.type, known.codec, config) : entry.type,
    width,
    height,
    ...(config && { config }),
  };
}

function videoCodecString(entry: string, codec: string, config: Buffer): string {
  if (codec === 'h264' && config.length >= 4) return `${entry}.${config.toString('hex', 1, 4)}`;
  if (codec === 'hevc' && config.length >= 13) return `${entry}.${hevcProfile(config)}`;
  return entry;
}

/** ISO/IEC 14496-15, annex E.3: profile, compatibility (bits reversed), tier and level, constraints without trailing zeros. */
function hevcProfile(config: Buffer): string {
  const byte = config.readUInt8(1);
  const space = ['', 'A', 'B', 'C'][byte >> 6];
  const tier = byte & 0x20 ? 'H' : 'L';
  let compatibility = 0;
  for (let bit = 0, rest = config.readUInt32BE(2); bit < 32; bit++, rest >>>= 1)
    compatibility = compatibility * 2 + (rest & 1);
  const constraints = [...config.subarray(6, 12)];
  while (constraints.at(-1) === 0) constraints.pop();
  const parts = [`${space}${byte & 0x1f}`, compatibility.toString(16), `${tier}${config.readUInt8(12)}`];
  return [...parts, ...constraints.map((value) => value.toString(16))].join('.');
}

interface Named {
  codec: string;
  codecString: string;
  channels?: number;
}

const AUDIO_ENTRIES: Record<string, Named> = {
  Opus: { codec: 'opus', codecString: 'opus' },
  fLaC: { codec: 'flac', codecString: 'flac' },
  'ac-3': { codec: 'ac3', codecString: 'ac-3' },
  'ec-3': { codec: 'eac3', codecString: 'ec-3' },
  ulaw: { codec: 'pcm_mulaw', codecString: 'ulaw' },
  alaw: { codec: 'pcm_alaw', codecString: 'alaw' },
};

function readAudio(data: Buffer, entry: Box): Described | undefined {
  const fields = new Fields(data, entry);
  fields.skip(16);
  const channels = fields.u16();
  fields.skip(6);
  // 16.16 fixed point, of which the upper half counts.
  const sampleRate = fields.u16();
  if (!channels || sampleRate === undefined) return undefined;
  const esds = childBoxes(data, entry.body + 28, entry.end).find((child) => child.type === 'esds');
  const named = entry.type === 'mp4a' && esds ? mp4aCodec(data, esds) : AUDIO_ENTRIES[entry.type];
  return named && { kind: 'audio', sampleRate, channels, ...named };
}

/** ISO/IEC 14496-1, 7.2.6: walks ES_Descriptor (3) to DecoderConfigDescriptor (4) to DecoderSpecificInfo (5). */
function mp4aCodec(data: Buffer, esds: Box): Named {
  const fields = new Fields(data, esds);
  fields.skip(4);
  const unknown = { codec: 'mp4a', codecString: 'mp4a' };
  if (!enterDescriptor(fields, 3)) return unknown;
  fields.skip(2);
  const flags = fields.u8() ?? 0;
  fields.skip(flags & 0x80 ? 2 : 0);
  fields.skip(flags & 0x40 ? (fields.u8() ?? 0) : 0);
  fields.skip(flags & 0x20 ? 2 : 0);
  if (!enterDescriptor(fields, 4)) return unknown;
  const objectType = fields.u8() ?? 0;
  const named = `mp4a.${objectType.toString(16)}`;
  if (objectType === 0x69 || objectType === 0x6b) return { codec: 'mp3', codecString: named };
  if (objectType !== 0x40) return { codec: 'mp4a', codecString: named };
  fields.skip(12);
  if (!enterDescriptor(fields, 5)) return { codec: 'aac', codecString: named };
  return { codec: 'aac', ...audioSpecificConfig(named, fields.u8() ?? 0, fields.u8() ?? 0) };
}

/** ISO/IEC 14496-3, 1.6.2.1: object type (5 bits, 31 escapes to 6 more), sampling index (4), channels (4). */
function audioSpecificConfig(
  named: string,
  first: number,
  second: number,
): { codecString: string; channels?: number } {
  if (first >> 3 === 31) return { codecString: `${named}.${32 + (((first & 7) << 3) | (second >> 5))}` };
  const samplingIndex = ((first & 7) << 1) | (second >> 7);
  const channels = samplingIndex === 15 ? 0 : (second >> 3) & 15;
  return { codecString: `${named}.${first >> 3}`, ...(channels > 0 && { channels }) };
}

function enterDescriptor(fields: Fields, tag: number): boolean {
  if (fields.u8() !== tag) return false;
  // Length: up to four bytes of which the top bit says that another follows. The box bounds us anyway.
  for (let i = 0; i < 4; i++) if (((fields.u8() ?? 0) & 0x80) === 0) return true;
  return true;
}
