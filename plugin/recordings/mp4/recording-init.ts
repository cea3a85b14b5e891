/** The start of a recording's file, made from the start of a camera's stream. */
import { type Box, childBox, childBoxes } from '../../camera/mp4-boxes.ts';
import { box, fullBox, u64 } from '../../camera/mp4-build.ts';
import { readTrex, type SampleDefaults } from '../../camera/track-runs.ts';

export interface RecordingInit {
  data: Buffer;
  video: { id: number; timescale: number };
  /** Timescales of all tracks that are kept. */
  timescales: ReadonlyMap<number, number>;
  trex: ReadonlyMap<number, SampleDefaults>;
  /** Ticks a second of the `mehd` duration. */
  movieTimescale: number;
  /** Where in the file the 64-bit duration of `mehd` lies, to be filled in at the end. */
  durationOffset: number;
}

/**
 * Takes an init segment (ftyp + moov) and drops the sound unless it is wanted, calls HEVC `hvc1` (QuickTime shows nothing else), and
 * makes room for the duration. Throws `RangeError` when there is no video in it.
 */
export function makeRecordingInit(data: Buffer, options: { audio: boolean }): RecordingInit {
  const moov = findMoov(data);
  const wanted = (trak: Box) => {
    const { handler } = describe(data, trak);
    return handler === 'vide' || (options.audio && handler === 'soun');
  };
  const children = childBoxes(data, moov.body, moov.end);
  const kept = children.filter((child) => child.type !== 'trak' || wanted(child));
  const ids = new Set(kept.filter(({ type }) => type === 'trak').map((trak) => describe(data, trak).id));
  const parts = kept.map((child) => {
    if (child.type === 'trak') return asHvc1(copyOf(data, child));
    return child.type === 'mvex' ? withDuration(data, child, ids) : copyOf(data, child);
  });
  const before = childBoxes(data, 0, data.length).filter(({ type }) => type === 'ftyp');
  return readRecordingInit(
    Buffer.concat([...before.map((each) => copyOf(data, each)), box('moov', ...parts)]),
  );
}

/** Reads back what {@link makeRecordingInit} made. */
export function readRecordingInit(data: Buffer): RecordingInit {
  const moov = findMoov(data);
  const tracks = childBoxes(data, moov.body, moov.end)
    .filter(({ type }) => type === 'trak')
    .map((trak) => describe(data, trak));
  const video = tracks.find(({ handler }) => handler === 'vide');
  const mvhd = childBox(data, moov, 'mvhd');
  const mvex = childBox(data, moov, 'mvex');
  const mehd = mvex && childBox(data, mvex, 'mehd');
  if (!video || !mvhd || !mehd) throw new RangeError('an init segment without video');
  return {
    data,
    video: { id: video.id, timescale: video.timescale },
    timescales: new Map(tracks.map(({ id, timescale }) => [id, timescale])),
    trex: readTrex(data, mvex),
    movieTimescale: afterTimes(data, mvhd),
    durationOffset: mehd.body + 4,
  };
}

/** `mvex` of the kept tracks, with a `mehd` that is filled in when the recording is complete. */
function withDuration(data: Buffer, mvex: Box, tracks: ReadonlySet<number>): Buffer {
  const trex = childBoxes(data, mvex.body, mvex.end).filter(
    ({ type, body }) => type === 'trex' && tracks.has(data.readUInt32BE(body + 4)),
  );
  return box('mvex', fullBox('mehd', 1, 0, u64(0)), ...trex.map((each) => copyOf(data, each)));
}

function findMoov(data: Buffer): Box {
  const moov = childBoxes(data, 0, data.length).find(({ type }) => type === 'moov');
  if (!moov) throw new RangeError('an init segment without moov');
  return moov;
}

function describe(data: Buffer, trak: Box): { id: number; timescale: number; handler: string } {
  const tkhd = childBox(data, trak, 'tkhd');
  const mdia = childBox(data, trak, 'mdia');
  const mdhd = mdia && childBox(data, mdia, 'mdhd');
  const hdlr = mdia && childBox(data, mdia, 'hdlr');
  if (!tkhd || !mdhd || !hdlr) throw new RangeError('a track without its headers');
  return {
    id: afterTimes(data, tkhd),
    timescale: afterTimes(data, mdhd),
    handler: data.toString('latin1', hdlr.body + 8, hdlr.body + 12),
  };
}

/** `mvhd`, `tkhd` and `mdhd` all begin with version, two times and then the number wanted here. */
function afterTimes(data: Buffer, { body }: Box): number {
  return data.readUInt32BE(body + (data[body] === 1 ? 20 : 12));
}

function copyOf(data: Buffer, { type, body, end }: Box): Buffer {
  return box(type, data.subarray(body, end));
}

function asHvc1(trak: Buffer): Buffer {
  let inside: Box | undefined = childBoxes(trak, 0, trak.length)[0];
  for (const type of ['mdia', 'minf', 'stbl', 'stsd']) inside = inside && childBox(trak, inside, type);
  // stsd: version and flags, entry count, then size and type of the first entry.
  const entry = inside && inside.body + 12;
  if (entry && trak.toString('latin1', entry, entry + 4) === 'hev1') trak.write('hvc1', entry, 'latin1');
  return trak;
}
